// Schedules of digests: where, for whom, when the next one is due, and why one does not run any more.
import { z } from 'zod';
import type { Database, Queries } from './database.ts';
import { openRun } from './digest-runs.ts';

export interface KeptSchedule {
  readonly id: string;
  readonly channel: string;
  /** Slack id of who set it up. */
  readonly owner: string;
  readonly gateway: string;
  readonly cron: string;
  readonly timeZone: string;
  /** ms since 1970 */
  readonly createdAt: number;
  /** ms since 1970; undefined while it is disabled. */
  readonly nextDue?: number;
  /** One sentence. */
  readonly whyDisabled?: string;
}

const COLUMNS = 'id, channel, owner, gateway, cron, time_zone, created_at, next_due, why_disabled';
const row = z
  .object({
    id: z.string(),
    channel: z.string(),
    owner: z.string(),
    gateway: z.string(),
    cron: z.string(),
    time_zone: z.string(),
    created_at: z.date(),
    next_due: z.date().nullable(),
    why_disabled: z.string().nullable(),
  })
  .transform(
    ({ id, channel, owner, gateway, cron, time_zone, created_at, next_due, why_disabled }): KeptSchedule => ({
      id,
      channel,
      owner,
      gateway,
      cron,
      timeZone: time_zone,
      createdAt: created_at.getTime(),
      ...(next_due === null ? {} : { nextDue: next_due.getTime() }),
      ...(why_disabled === null ? {} : { whyDisabled: why_disabled }),
    }),
  );

/** Keeps it, or what it has become. */
export async function putSchedule(queries: Queries, schedule: KeptSchedule): Promise<void> {
  const { id, channel, owner, gateway, cron, timeZone, createdAt, nextDue, whyDisabled } = schedule;
  await queries.run(
    `insert into kongauth.schedules (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (id) do update set channel = excluded.channel, owner = excluded.owner, gateway = excluded.gateway,
       cron = excluded.cron, time_zone = excluded.time_zone, next_due = excluded.next_due,
       why_disabled = excluded.why_disabled`,
    [
      id,
      channel,
      owner,
      gateway,
      cron,
      timeZone,
      new Date(createdAt),
      nextDue === undefined ? null : new Date(nextDue),
      whyDisabled ?? null,
    ],
  );
}

/** Any number that nobody else locks by in this database, with that of the channel. */
const ADDING = 5_066_419;

/** `added`, also where the same one was disabled and runs again; `known`: it runs already; `full`: the channel has enough. */
export interface AddedSchedule {
  readonly outcome: 'added' | 'known' | 'full';
  /** The new one, or the one that is there. */
  readonly schedule: KeptSchedule;
}

/**
 * Keeps a new one unless its channel has the same (gateway and times) or enough of them; one at a time of all replicas.
 * @param most schedules of a channel
 */
export function addSchedule(database: Database, wanted: KeptSchedule, most: number): Promise<AddedSchedule> {
  return database.transaction(async (tx) => {
    await tx.rows(z.unknown(), 'select pg_advisory_xact_lock($1, hashtext($2))', [ADDING, wanted.channel]);
    const there = await listSchedules(tx, wanted.channel);
    const same = there.find(
      ({ gateway, cron, timeZone }) =>
        gateway === wanted.gateway && cron === wanted.cron && timeZone === wanted.timeZone,
    );
    if (same?.nextDue !== undefined) return { outcome: 'known', schedule: same };
    if (same === undefined && there.length >= most) return { outcome: 'full', schedule: wanted };
    const schedule = same === undefined ? wanted : { ...wanted, id: same.id };
    await putSchedule(tx, schedule);
    return { outcome: 'added', schedule };
  });
}

export async function scheduleById(queries: Queries, id: string): Promise<KeptSchedule | undefined> {
  return (await queries.rows(row, `select ${COLUMNS} from kongauth.schedules where id = $1`, [id]))[0];
}

/** Oldest first; of one channel, or all. */
export function listSchedules(queries: Queries, channel?: string): Promise<KeptSchedule[]> {
  return queries.rows(
    row,
    `select ${COLUMNS} from kongauth.schedules where $1::text is null or channel = $1 order by created_at, id`,
    [channel ?? null],
  );
}

/** Those that somebody set up, in any channel; oldest first. */
export function schedulesOf(queries: Queries, owner: string): Promise<KeptSchedule[]> {
  return queries.rows(row, `select ${COLUMNS} from kongauth.schedules where owner = $1 order by created_at, id`, [
    owner,
  ]);
}

/** Whether there was one; its runs go with it. */
export async function deleteSchedule(queries: Queries, id: string): Promise<boolean> {
  return (await queries.run('delete from kongauth.schedules where id = $1', [id])) > 0;
}

/**
 * Moves every schedule that is due on to its next time, and opens a run for each time that has passed; of several
 * replicas one does it.
 * @param next the due times that have passed by now, and the first that has not
 * @param now ms since 1970
 */
export function advanceSchedules(
  database: Database,
  next: (schedule: KeptSchedule, now: number) => { readonly due: readonly number[]; readonly nextDue: number },
  now: number,
): Promise<void> {
  return database.transaction(async (tx) => {
    const found = await tx.rows(
      row,
      `select ${COLUMNS} from kongauth.schedules where next_due <= $1 order by next_due limit 50 for update skip locked`,
      [new Date(now)],
    );
    for (const schedule of found) {
      const { due, nextDue } = next(schedule, now);
      for (const at of due) await openRun(tx, { schedule: schedule.id, due: at });
      await tx.run('update kongauth.schedules set next_due = $2 where id = $1', [schedule.id, new Date(nextDue)]);
    }
  });
}

/** Nothing is due any more; its owner is to be told. False when it is disabled or gone already. */
export async function disableSchedule(queries: Queries, id: string, why: string): Promise<boolean> {
  return (
    (await queries.run(
      `update kongauth.schedules set next_due = null, why_disabled = $2, owner_told = false
       where id = $1 and next_due is not null`,
      [id, why],
    )) > 0
  );
}

/** Disabled ones whose owner was not told yet, a few. */
export function untoldSchedules(queries: Queries): Promise<KeptSchedule[]> {
  return queries.rows(
    row,
    `select ${COLUMNS} from kongauth.schedules where not owner_told order by created_at limit 20`,
  );
}

/** The owner is still to be told. */
export async function untellSchedule(queries: Queries, id: string): Promise<void> {
  await queries.run('update kongauth.schedules set owner_told = false where id = $1', [id]);
}

/** Whether this caller is the one to tell the owner. */
export async function claimTelling(queries: Queries, id: string): Promise<boolean> {
  return (
    (await queries.run('update kongauth.schedules set owner_told = true where id = $1 and not owner_told', [id])) > 0
  );
}
