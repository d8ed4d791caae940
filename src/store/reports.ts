// Answers about live configuration that can be shared: JSON by id, for a day.
import { z } from 'zod';
import type { Queries } from './database.ts';

export interface KeptReport {
  readonly id: string;
  /** ms since 1970 */
  readonly at: number;
  readonly payload: unknown;
}

/** Keeps it, or what it has become. */
export async function putReport(queries: Queries, { id, at, payload }: KeptReport): Promise<void> {
  await queries.run(
    `insert into kongauth.reports (id, at, payload) values ($1, $2, $3::json)
     on conflict (id) do update set payload = excluded.payload`,
    [id, new Date(at), JSON.stringify(payload)],
  );
}

/** Its payload; undefined when it is gone. */
export async function reportById(queries: Queries, id: string): Promise<unknown> {
  const found = await queries.rows(
    z.object({ payload: z.unknown() }),
    'select payload from kongauth.reports where id = $1',
    [id],
  );
  return found[0]?.payload;
}
