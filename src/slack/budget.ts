// How much one person and one channel may ask for in a while, so that nobody takes the bot from the others.
import type { Logger } from 'pino';
import { isStoreDown } from '../errors.ts';
import { takeFrom } from '../store/budgets.ts';
import type { Database } from '../store/database.ts';

export type Allowance = { readonly ok: true } | { readonly ok: false; readonly retryInSeconds: number };

export interface Budget {
  /** Takes one question from the allowance of both; says how long to wait when either is used up. */
  take(user: string, channel: string): Promise<Allowance>;
}

export interface BudgetLimits {
  readonly perUser: number;
  readonly perChannel: number;
  readonly windowSeconds: number;
}

/** A person in an incident asks often, but not every ten seconds; a channel holds several of them. */
export const BUDGET: BudgetLimits = { perUser: 30, perChannel: 90, windowSeconds: 300 };

/** A sliding window that all replicas share. A refused question costs nothing, so that waiting helps. */
export function createBudget(
  database: Database,
  { now, log, limits = BUDGET }: { readonly now: () => number; readonly log: Logger; readonly limits?: BudgetLimits },
): Budget {
  return {
    async take(user, channel) {
      const windows = [
        { subject: `user ${user}`, most: limits.perUser },
        { subject: `channel ${channel}`, most: limits.perChannel },
      ];
      try {
        const waitMs = await takeFrom(database, windows, limits.windowSeconds * 1000, now());
        return waitMs === 0 ? { ok: true } : { ok: false, retryInSeconds: Math.ceil(waitMs / 1000) };
      } catch (error) {
        if (!isStoreDown(error)) throw error;
        // Nobody is refused an answer because the counting is away.
        log.warn({ err: error }, 'a question is not counted');
        return { ok: true };
      }
    },
  };
}
