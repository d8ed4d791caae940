// Each delivery once: Slack repeats events up to three times, and sockets repeat envelopes.

export interface Once {
  /** Whether the key is new; it is remembered from then on. */
  first(key: string): boolean;
}

/** Slack's delayed retries end after 24 hours. */
const REMEMBERED_MS = 24 * 60 * 60_000;
/** Slack stops at 30,000 events per workspace and hour; older keys than the last of these are forgotten early. */
const KEYS = 200_000;

/** Keys in memory, the oldest forgotten first. */
export function createOnce(now: () => number): Once {
  /** In the order of their coming, which is that of their age. */
  const seen = new Map<string, number>();
  return {
    first(key) {
      const at = now();
      for (const [old, since] of seen) {
        if (seen.size < KEYS && at - since < REMEMBERED_MS) break;
        seen.delete(old);
      }
      if (seen.has(key)) return false;
      seen.set(key, at);
      return true;
    },
  };
}
