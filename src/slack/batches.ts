// What is asked while a statement is under way goes along with the next one: a burst costs two statements and not hundreds.

/**
 * Gathers requests into batches, one batch at a time.
 * @param run does a whole batch; its result, or what it throws, is that of every request in it
 * @returns adds a request to the next batch
 */
export function inBatches<Item, Result>(
  run: (items: readonly Item[]) => Promise<Result>,
): (item: Item) => Promise<Result> {
  let waiting: { readonly items: Item[]; readonly result: Promise<Result> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (item) => {
    if (waiting === undefined) {
      const items: Item[] = [];
      const result = last.then(() => {
        waiting = undefined;
        return run(items);
      });
      last = result.catch(() => undefined);
      waiting = { items, result };
    }
    waiting.items.push(item);
    return waiting.result;
  };
}
