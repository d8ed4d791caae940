// The allowance of people and channels, shared by all replicas: a sliding window.
import { z } from 'zod';
import type { Database } from './database.ts';

export interface Window {
  /** `user U1`, `channel C1`. */
  readonly subject: string;
  readonly most: number;
}

const row = z.object({ subject: z.string(), at: z.date() });

/**
 * Takes one from each window, or from none; a refused question costs nothing.
 * @param now ms since 1970
 * @returns ms to wait; 0 when it was taken
 */
export async function takeFrom(
  database: Database,
  windows: readonly Window[],
  windowMs: number,
  now: number,
): Promise<number> {
  const subjects = windows.map(({ subject }) => subject).sort();
  const since = new Date(now - windowMs);
  return database.transaction(async (tx) => {
    // In one order, so that two replicas never wait for each other.
    for (const subject of subjects)
      await tx.rows(z.unknown(), 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [subject]);
    const taken = await tx.rows(
      row,
      'select subject, taken_at as at from kongauth.budget where subject = any($1::text[]) and taken_at > $2 order by taken_at',
      [subjects, since],
    );
    const waits = windows.map(({ subject, most }) => {
      const times = taken.filter((one) => one.subject === subject);
      const oldest = times.at(-most);
      return times.length < most || oldest === undefined ? 0 : oldest.at.getTime() - since.getTime();
    });
    const wait = Math.max(...waits);
    if (wait > 0) return wait;
    for (const subject of subjects)
      await tx.run('insert into kongauth.budget (subject, taken_at) values ($1, $2)', [subject, new Date(now)]);
    return 0;
  });
}
