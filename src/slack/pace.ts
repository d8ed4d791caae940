// One message a second and channel, in the order they were asked for.
import { setTimeout as sleep } from 'node:timers/promises';
import { KongauthError } from '../errors.ts';

export interface Pace {
  /** Resolves when it is the caller's turn. Throws KongauthError `slack-rate-limited` when the queue is too long. */
  turn(channel: string): Promise<void>;
  /** Slack wants a pause in this channel. */
  pause(channel: string, seconds: number): void;
}

const GAP_MS = 1000;
/** Whoever would wait longer is told so at once. */
const LONGEST_MS = 60_000;

export function createPace(): Pace {
  /** When the next message of a channel may go, by the process's own clock. */
  const free = new Map<string, number>();
  const forget = (at: number): void => {
    if (free.size < 1000) return;
    for (const [channel, when] of free) if (when <= at) free.delete(channel);
  };
  return {
    async turn(channel) {
      const at = performance.now();
      const slot = Math.max(at, free.get(channel) ?? 0);
      if (slot - at > LONGEST_MS)
        throw new KongauthError(
          'slack-rate-limited',
          'Too many answers wait for this channel; please try again in a minute.',
        );
      forget(at);
      free.set(channel, slot + GAP_MS);
      if (slot > at) await sleep(slot - at);
    },
    pause(channel, seconds) {
      free.set(channel, Math.max(free.get(channel) ?? 0, performance.now() + seconds * 1000));
    },
  };
}
