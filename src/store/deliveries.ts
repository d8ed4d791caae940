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

export interface NewDelivery {
  readonly key: string;
  /** The payload, which nobody can read without the installation's key. */
  readonly sealed: Uint8Array;
}

/**
 * Takes deliveries, many in one statement.
 * @returns keys of those that nobody has taken before
 */
export async function takeDeliveries(
  queries: Queries,
  deliveries: readonly NewDelivery[],
  { holder, leaseMs, now }: Lease,
): Promise<ReadonlySet<string>> {
  const taken = await queries.rows(
    z.object({ key: z.string() }),
    `insert into kongauth.deliveries (key, taken_at, payload, holder, lease_until)
     select key, $3::timestamptz, decode(payload, 'base64'), $4::text, $5::timestamptz
     from unnest($1::text[], $2::text[]) as given (key, payload)
     on conflict (key) do nothing returning key`,
    [
      deliveries.map(({ key }) => key),
      deliveries.map(({ sealed }) => Buffer.from(sealed).toString('base64')),
      new Date(now),
      holder,
      new Date(now + leaseMs),
    ],
  );
  return new Set(taken.map(({ key }) => key));
}

/** Their answers are out: only the keys are kept. */
export async function finishDeliveries(queries: Queries, keys: readonly string[]): Promise<void> {
  await queries.run('update kongauth.deliveries set payload = null where key = any($1::text[])', [[...keys]]);
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
