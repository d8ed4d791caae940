// Work waits for a calm moment and starts one by one, each in a turn of the event loop of its own: a burst is acknowledged first.

export interface Turns {
  /** Something arrived or was acknowledged: a burst may be under way. */
  arrived(): void;
  /** Resolves when it is the caller's turn; in the order of asking. */
  turn(): Promise<void>;
}

/** Without an arrival for so long a burst is over. */
const CALM_MS = 15;
/** Whatever still arrives: nobody waits longer than this to be begun with, since a `trigger_id` lives three seconds. */
const LONGEST_MS = 500;

export function createTurns(): Turns {
  const waiting: { readonly begin: () => void; readonly since: number }[] = [];
  let lastArrival = Number.NEGATIVE_INFINITY;

  const next = (): void => {
    const [first] = waiting;
    if (first === undefined) return;
    const now = performance.now();
    if (now - lastArrival < CALM_MS && now - first.since < LONGEST_MS) {
      later();
      return;
    }
    waiting.shift();
    first.begin();
    if (waiting.length > 0) setImmediate(next);
  };
  // A timer comes before the turn's input and an immediate after it: what arrived meanwhile is seen before work begins.
  const later = (): void => void setTimeout(() => setImmediate(next), CALM_MS);

  return {
    arrived() {
      lastArrival = performance.now();
    },
    turn: () =>
      new Promise((resolve) => {
        waiting.push({ begin: resolve, since: performance.now() });
        if (waiting.length === 1) later();
      }),
  };
}
