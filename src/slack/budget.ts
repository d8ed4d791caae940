// How much one person and one channel may ask for in a while, so that nobody takes the bot from the others.

export type Allowance = { readonly ok: true } | { readonly ok: false; readonly retryInSeconds: number };

export interface Budget {
  /** Takes one question from the allowance of both; says how long to wait when either is used up. */
  take(user: string, channel: string): Allowance;
}

export interface BudgetLimits {
  readonly perUser: number;
  readonly perChannel: number;
  readonly windowSeconds: number;
}

/** A person in an incident asks often, but not every ten seconds; a channel holds several of them. */
export const BUDGET: BudgetLimits = { perUser: 30, perChannel: 90, windowSeconds: 300 };

/** A sliding window in memory. A refused question costs nothing, so that waiting helps. */
export function createBudget(now: () => number, limits: BudgetLimits = BUDGET): Budget {
  const windowMs = limits.windowSeconds * 1000;
  const taken = new Map<string, number[]>();

  const recent = (key: string, since: number): number[] => (taken.get(key) ?? []).filter((at) => at > since);
  const wait = (times: readonly number[], most: number, since: number): number => {
    const [oldest] = times.slice(-most);
    return times.length < most || oldest === undefined ? 0 : oldest - since;
  };

  let sweptAt = now();
  const sweep = (at: number): void => {
    if (at - sweptAt < windowMs) return;
    sweptAt = at;
    for (const [key, times] of taken) if ((times.at(-1) ?? 0) <= at - windowMs) taken.delete(key);
  };

  return {
    take(user, channel) {
      const at = now();
      const since = at - windowMs;
      sweep(at);
      const [userKey, channelKey] = [`user ${user}`, `channel ${channel}`];
      const [ofUser, ofChannel] = [recent(userKey, since), recent(channelKey, since)];
      const waitMs = Math.max(wait(ofUser, limits.perUser, since), wait(ofChannel, limits.perChannel, since));
      if (waitMs > 0) return { ok: false, retryInSeconds: Math.ceil(waitMs / 1000) };
      taken.set(userKey, [...ofUser, at]);
      taken.set(channelKey, [...ofChannel, at]);
      return { ok: true };
    },
  };
}
