// Schedules of digests: where, for whom, when, and why one does not run any more.
import { z } from 'zod';
import type { Database } from './database.ts';

export interface DigestSchedule {
  readonly id: string;
  readonly channel: string;
  /** Slack id of who set it up. */
  readonly owner: string;
  /** Undefined: the first gateway of the settings. */
  readonly gateway?: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** One sentence. */
  readonly whyDisabled?: string;
  /** ms since 1970 */
  readonly createdAt: number;
}

const row = z
  .object({
    id: z.string(),
    channel: z.string(),
    owner: z.string(),
    gateway: z.string().nullable(),
    cron: z.string(),
    time_zone: z.string(),
    enabled: z.boolean(),
    why_disabled: z.string().nullable(),
    created_at: z.date(),
  })
  .transform(
    ({ id, channel, owner, gateway, cron, time_zone, enabled, why_disabled, created_at }): DigestSchedule => ({
      id,
      channel,
      owner,
      cron,
      timeZone: time_zone,
      enabled,
      createdAt: created_at.getTime(),
      ...(gateway === null ? {} : { gateway }),
      ...(why_disabled === null ? {} : { whyDisabled: why_disabled }),
    }),
  );
const COLUMNS = 'id, channel, owner, gateway, cron, time_zone, enabled, why_disabled, created_at';

/** Keeps it, or what it has become. */
export async function putSchedule(database: Database, schedule: DigestSchedule): Promise<void> {
  const { id, channel, owner, gateway, cron, timeZone, enabled, whyDisabled, createdAt } = schedule;
  await database.run(
    `insert into kongauth.schedules (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (id) do update set channel = excluded.channel, owner = excluded.owner, gateway = excluded.gateway,
       cron = excluded.cron, time_zone = excluded.time_zone, enabled = excluded.enabled, why_disabled = excluded.why_disabled`,
    [id, channel, owner, gateway ?? null, cron, timeZone, enabled, whyDisabled ?? null, new Date(createdAt)],
  );
}

export async function scheduleById(database: Database, id: string): Promise<DigestSchedule | undefined> {
  return (await database.rows(row, `select ${COLUMNS} from kongauth.schedules where id = $1`, [id]))[0];
}

/** Oldest first; of one channel, or all. */
export function listSchedules(database: Database, channel?: string): Promise<DigestSchedule[]> {
  return database.rows(
    row,
    `select ${COLUMNS} from kongauth.schedules where $1::text is null or channel = $1 order by created_at, id`,
    [channel ?? null],
  );
}

/** Whether there was one. */
export async function deleteSchedule(database: Database, id: string): Promise<boolean> {
  return (await database.run('delete from kongauth.schedules where id = $1', [id])) > 0;
}
