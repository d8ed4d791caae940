// Deliveries of Slack that were taken: each is claimed once, by whichever replica comes first.
import { z } from 'zod';
import type { Queries } from './database.ts';

/** Slack's delayed retries end after 24 hours. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/**
 * Whether the key is new, or was claimed more than 24 hours before; it is claimed from then on.
 * Inside a transaction the claim stands or falls with it.
 * @param now ms since 1970
 */
export async function claimEnvelope(queries: Queries, key: string, now: number): Promise<boolean> {
  const claimed = await queries.rows(
    z.object({ key: z.string() }),
    `insert into kongauth.envelopes as known (key, expires_at) values ($1, $2)
     on conflict (key) do update set expires_at = excluded.expires_at where known.expires_at <= $3 returning key`,
    [key, new Date(now + REMEMBERED_MS), new Date(now)],
  );
  return claimed.length > 0;
}
