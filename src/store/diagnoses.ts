// Redacted diagnoses, what they can be continued from, and what people said of them.
import { z } from 'zod';
import type { Database, Queries } from './database.ts';

/** Columns that are looked up by; the rest is the caller's JSON, which the caller parses. */
export interface KeptDiagnosis {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly messageTs?: string;
  /** ms since 1970 */
  readonly at: number;
  readonly payload: unknown;
  readonly material?: Uint8Array;
}

const COLUMNS = 'id, person, channel, thread_ts, message_ts, at, payload, material';
const row = z
  .object({
    id: z.string(),
    person: z.string(),
    channel: z.string(),
    thread_ts: z.string().nullable(),
    message_ts: z.string().nullable(),
    at: z.date(),
    payload: z.unknown(),
    material: z.instanceof(Uint8Array).nullable(),
  })
  .transform(
    ({ id, person, channel, thread_ts, message_ts, at, payload, material }): KeptDiagnosis => ({
      id,
      user: person,
      channel,
      at: at.getTime(),
      payload,
      ...(thread_ts === null ? {} : { threadTs: thread_ts }),
      ...(message_ts === null ? {} : { messageTs: message_ts }),
      ...(material === null ? {} : { material }),
    }),
  );

/** Keeps it, or what it has become. */
export async function putDiagnosis(queries: Queries, kept: KeptDiagnosis): Promise<void> {
  await queries.run(
    `insert into kongauth.diagnoses (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7::json, $8)
     on conflict (id) do update set thread_ts = excluded.thread_ts, message_ts = excluded.message_ts,
       at = excluded.at, payload = excluded.payload, material = excluded.material`,
    [
      kept.id,
      kept.user,
      kept.channel,
      kept.threadTs ?? null,
      kept.messageTs ?? null,
      new Date(kept.at),
      JSON.stringify(kept.payload),
      kept.material ?? null,
    ],
  );
}

export async function diagnosisById(queries: Queries, id: string): Promise<KeptDiagnosis | undefined> {
  return (await queries.rows(row, `select ${COLUMNS} from kongauth.diagnoses where id = $1`, [id]))[0];
}

/** The newest one that was posted in the thread; what was answered in private is no part of what its thread knows. */
export async function diagnosisByThread(
  queries: Queries,
  channel: string,
  threadTs: string,
): Promise<KeptDiagnosis | undefined> {
  const found = await queries.rows(
    row,
    `select ${COLUMNS} from kongauth.diagnoses where channel = $1 and thread_ts = $2 and message_ts is not null
     order by at desc limit 1`,
    [channel, threadTs],
  );
  return found[0];
}

/** Newest first. */
export function diagnosesByUser(queries: Queries, user: string, most: number): Promise<KeptDiagnosis[]> {
  return queries.rows(row, `select ${COLUMNS} from kongauth.diagnoses where person = $1 order by at desc limit $2`, [
    user,
    most,
  ]);
}

/** One answer a person, the last one counts; false when the diagnosis is gone. */
export async function keepFeedback(
  database: Database,
  id: string,
  user: string,
  good: boolean,
  now: number,
): Promise<boolean> {
  const changed = await database.run(
    `insert into kongauth.feedback (diagnosis, person, good, at)
     select id, $2, $3, $4 from kongauth.diagnoses where id = $1
     on conflict (diagnosis, person) do update set good = excluded.good, at = excluded.at`,
    [id, user, good, new Date(now)],
  );
  return changed > 0;
}
