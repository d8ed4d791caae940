// What is being answered now, so that a stop can wait for it and say sorry for the rest.

export interface InFlight {
  /** Runs it and counts it; `sorry` is called when it was not done by the end. */
  run(work: () => Promise<void>, sorry: () => Promise<void>): Promise<void>;
  readonly size: () => number;
  /** Waits for everything under way, up to the deadline; then tells those who still wait, and returns how many. */
  drain(deadlineMs: number): Promise<number>;
}

/** Of the deadline what is kept for telling people that they have to ask again. */
const SORRY_MS = 1500;

export function createInFlight(changed: (size: number) => void): InFlight {
  const under = new Map<symbol, () => Promise<void>>();
  let empty: (() => void) | undefined;
  return {
    async run(work, sorry) {
      const key = Symbol('interaction');
      under.set(key, sorry);
      changed(under.size);
      try {
        await work();
      } finally {
        under.delete(key);
        changed(under.size);
        if (under.size === 0) empty?.();
      }
    },
    size: () => under.size,
    async drain(deadlineMs) {
      if (under.size === 0) return 0;
      const emptied = new Promise<void>((resolve) => {
        empty = resolve;
      });
      await within(emptied, Math.max(0, deadlineMs - SORRY_MS));
      const left = [...under.values()];
      await within(Promise.allSettled(left.map((sorry) => sorry())), Math.min(SORRY_MS, deadlineMs));
      return left.length;
    },
  };
}

async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    promise,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
}
