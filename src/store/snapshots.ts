// What digests saw of a gateway: JSON by gateway and time, for the next one to compare with.
import { z } from 'zod';
import type { Database } from './database.ts';

export interface KeptSnapshot {
  /** ms since 1970 */
  readonly at: number;
  readonly payload: unknown;
}

const row = z
  .object({ at: z.date(), payload: z.unknown() })
  .transform(({ at, payload }): KeptSnapshot => ({ at: at.getTime(), payload }));

/** Keeps it; the same instant again is the same snapshot. */
export async function putSnapshot(database: Database, gateway: string, snapshot: KeptSnapshot): Promise<void> {
  await database.run(
    `insert into kongauth.snapshots (gateway, at, payload) values ($1, $2, $3::json)
     on conflict (gateway, at) do update set payload = excluded.payload`,
    [gateway, new Date(snapshot.at), JSON.stringify(snapshot.payload)],
  );
}

/** The newest one that is not newer than `until`. */
export async function snapshotBefore(
  database: Database,
  gateway: string,
  until: number,
): Promise<KeptSnapshot | undefined> {
  const found = await database.rows(
    row,
    'select at, payload from kongauth.snapshots where gateway = $1 and at <= $2 order by at desc limit 1',
    [gateway, new Date(until)],
  );
  return found[0];
}
