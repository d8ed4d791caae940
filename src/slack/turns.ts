// Work starts one by one, each in a turn of the event loop of its own, so that acknowledgements get in between.

/** Resolves when it is the caller's turn; in the order of asking. */
export type Turns = () => Promise<void>;

/** A burst of commands is acknowledged first, then begun: starting all of them at once would hold up the last acknowledgements. */
export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) setImmediate(next);
    });
}
