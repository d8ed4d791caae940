// Deliveries of Slack: each is taken once, by whichever replica comes first, and again by another one when that one dies.
import { z } from 'zod';
import type { Queries } from './database.ts';

/** Slack's delayed retries end after 24 hours. */
export const REMEMBERED_MS = 24 * 60 * 60_000;

export interface Lease {
  /** Of the process. */
  readonly holder: string;
  readonly leaseMs: number;
  /** ms since 1970 */
  readonly now: number;
}

/**
 * Takes a delivery; false for one that somebody has taken before.
 * @param sealed the payload, which nobody can read without the installation's key
 */
export async function takeDelivery(
  queries: Queries,
  key: string,
  sealed: Uint8Array,
  { holder, leaseMs, now }: Lease,
): Promise<boolean> {
  const taken = await queries.run(
    `insert into kongauth.deliveries (key, taken_at, payload, holder, lease_until) values ($1, $2, $3, $4, $5)
     on conflict (key) do nothing`,
    [key, new Date(now), sealed, holder, new Date(now + leaseMs)],
  );
  return taken > 0;
}

/** Its answer is out: only its key is kept. */
export async function finishDelivery(queries: Queries, key: string): Promise<void> {
  await queries.run('update kongauth.deliveries set payload = null where key = $1', [key]);
}

/** The process is alive and at work on all that it holds. */
export async function renewDeliveries(queries: Queries, { holder, leaseMs, now }: Lease): Promise<void> {
  await queries.run('update kongauth.deliveries set lease_until = $2 where holder = $1 and payload is not null', [
    holder,
    new Date(now + leaseMs),
  ]);
}

/** Others may take what the process holds, at once. */
export async function releaseDeliveries(queries: Queries, holder: string, now: number): Promise<void> {
  await queries.run('update kongauth.deliveries set lease_until = $2 where holder = $1 and payload is not null', [
    holder,
    new Date(now),
  ]);
}

export interface LostDelivery {
  readonly key: string;
  readonly sealed: Uint8Array;
  /** ms since 1970 */
  readonly takenAt: number;
  /** How often it was taken, this time included. */
  readonly attempts: number;
}

/** Takes over what processes hold that gave no sign any more, a few at a time. */
export function takeLostDeliveries(queries: Queries, { holder, leaseMs, now }: Lease): Promise<LostDelivery[]> {
  return queries.rows(
    z
      .object({ key: z.string(), payload: z.instanceof(Uint8Array), taken_at: z.date(), attempts: z.number() })
      .transform(
        ({ key, payload, taken_at, attempts }): LostDelivery => ({
          key,
          sealed: payload,
          takenAt: taken_at.getTime(),
          attempts,
        }),
      ),
    `update kongauth.deliveries set holder = $1, lease_until = $2, attempts = attempts + 1
     where key in (select key from kongauth.deliveries where payload is not null and lease_until <= $3 and holder <> $1
                   order by taken_at limit 10 for update skip locked)
     returning key, payload, taken_at, attempts`,
    [holder, new Date(now + leaseMs), new Date(now)],
  );
}
