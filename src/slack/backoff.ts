// Waiting longer after each failure, up to half a minute, unless Slack says how long.
import { setTimeout as sleep } from 'node:timers/promises';
import { retryAfterOf } from './calls.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export interface Backoff {
  /** Resolves when it is time to try again; false when `stop` came first. */
  wait(error: unknown): Promise<boolean>;
  /** After a success the next failure waits briefly again. */
  reset(): void;
}

export function createBackoff(stop: AbortSignal): Backoff {
  let failures = 0;
  return {
    async wait(error) {
      failures++;
      // Half fixed, half at random: replicas that lost Slack together do not come back together.
      const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2);
      const asked = (retryAfterOf(error) ?? 0) * 1000;
      try {
        await sleep(Math.max(grown, asked), undefined, { signal: stop });
        return true;
      } catch {
        // Only the signal ends a sleep early.
        return false;
      }
    },
    reset() {
      failures = 0;
    },
  };
}
