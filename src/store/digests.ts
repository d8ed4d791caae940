// Digests that were made: JSON by id for their buttons, and by gateway and series for the next one to compare with.
import { z } from 'zod';
import type { Queries } from './database.ts';

export interface KeptDigest {
  readonly id: string;
  readonly gateway: string;
  /** What it is one of: the id of a schedule, or `now`. */
  readonly series: string;
  /** ms since 1970 */
  readonly at: number;
  readonly payload: unknown;
}

const COLUMNS = 'id, gateway, series, at, payload';
const row = z
  .object({ id: z.string(), gateway: z.string(), series: z.string(), at: z.date(), payload: z.unknown() })
  .transform((kept): KeptDigest => ({ ...kept, at: kept.at.getTime() }));

/** Keeps it; the same id again is the same digest. */
export async function putDigest(queries: Queries, { id, gateway, series, at, payload }: KeptDigest): Promise<void> {
  await queries.run(
    `insert into kongauth.digests (${COLUMNS}) values ($1, $2, $3, $4, $5::json) on conflict (id) do nothing`,
    [id, gateway, series, new Date(at), JSON.stringify(payload)],
  );
}

export async function digestById(queries: Queries, id: string): Promise<KeptDigest | undefined> {
  return (await queries.rows(row, `select ${COLUMNS} from kongauth.digests where id = $1`, [id]))[0];
}

/**
 * The newest one of a gateway that is not newer than `until`.
 * @param series undefined: of any
 * @param from ms since 1970; none older is taken
 */
export async function lastDigest(
  queries: Queries,
  gateway: string,
  { series, until, from = 0 }: { readonly series?: string; readonly until: number; readonly from?: number },
): Promise<KeptDigest | undefined> {
  const found = await queries.rows(
    row,
    `select ${COLUMNS} from kongauth.digests where gateway = $1 and ($2::text is null or series = $2)
       and at <= $3 and at >= $4 order by at desc limit 1`,
    [gateway, series ?? null, new Date(until), new Date(from)],
  );
  return found[0];
}
