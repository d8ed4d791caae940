// What arrives in one turn of the event loop goes to the store in one statement: a burst costs a few and not hundreds.

/** Batches under way at once; what comes beyond gathers until one of them is done. */
const AT_ONCE = 4;

/**
 * Gathers requests into batches.
 * @param run does a whole batch; its result, or what it throws, is that of every request in it
 * @returns adds a request to the next batch
 */
export function inBatches<Item, Result>(
  run: (items: readonly Item[]) => Promise<Result>,
): (item: Item) => Promise<Result> {
  let waiting: { readonly items: Item[]; readonly result: Promise<Result> } | undefined;
  const underWay = new Set<Promise<unknown>>();

  async function begin(items: readonly Item[]): Promise<Result> {
    // Whatever arrives in this turn comes along.
    await new Promise(setImmediate);
    while (underWay.size >= AT_ONCE) await Promise.race(underWay).catch(() => undefined);
    waiting = undefined;
    const result = run(items);
    underWay.add(result);
    try {
      return await result;
    } finally {
      underWay.delete(result);
    }
  }

  return (item) => {
    if (waiting === undefined) {
      const items: Item[] = [];
      waiting = { items, result: begin(items) };
    }
    waiting.items.push(item);
    return waiting.result;
  };
}
