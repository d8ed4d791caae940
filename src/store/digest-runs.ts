// Due digests: each is posted once, by whoever holds its posting lease.
import { z } from 'zod';
import type { Queries } from './database.ts';

export interface DigestRun {
  readonly schedule: string;
  /** ms since 1970 */
  readonly due: number;
}

/** A due digest that was given up. */
export interface FailedRun extends DigestRun {
  /** One sentence. */
  readonly says: string;
}

/** The run is known from now on; asked again, nothing changes. */
export async function openRun(queries: Queries, { schedule, due }: DigestRun): Promise<void> {
  await queries.run(
    `insert into kongauth.digest_runs (schedule, due, state) values ($1, $2, 'due') on conflict do nothing`,
    [schedule, new Date(due)],
  );
}

/** Those that a job is to be made of: nobody has tried them yet, or whoever was about to post them has gone. */
export function openRuns(queries: Queries, now: number): Promise<DigestRun[]> {
  return queries.rows(
    z
      .object({ schedule: z.string(), due: z.date() })
      .transform(({ schedule, due }): DigestRun => ({ schedule, due: due.getTime() })),
    `select schedule, due from kongauth.digest_runs
     where state = 'due' or (state = 'posting' and lease_until <= $1) order by due limit 100`,
    [new Date(now)],
  );
}

/** `first`: nobody has tried to post it; `again`: somebody has, and may have succeeded; `no`: it is posted, held or gone. */
export type PostingTurn = 'first' | 'again' | 'no';

/**
 * Takes the posting lease. Its holder must be done, or have given up, before it ends.
 * @param holder of this process
 * @param now ms since 1970
 */
export async function takePosting(
  queries: Queries,
  { schedule, due }: DigestRun,
  holder: string,
  leaseMs: number,
  now: number,
): Promise<PostingTurn> {
  const taken = await queries.rows(
    z.object({ before: z.string() }),
    `with old as (select state from kongauth.digest_runs where schedule = $1 and due = $2 for update)
     update kongauth.digest_runs run set state = 'posting', holder = $3, lease_until = $4 from old
     where run.schedule = $1 and run.due = $2
       and (old.state in ('due', 'failed') or (old.state = 'posting' and (run.lease_until <= $5 or run.holder = $3)))
     returning old.state as before`,
    [schedule, new Date(due), holder, new Date(now + leaseMs), new Date(now)],
  );
  const [run] = taken;
  if (run === undefined) return 'no';
  return run.before === 'due' ? 'first' : 'again';
}

/** `due`: nobody has tried yet; undefined when the schedule, and the run with it, is gone. */
export async function runState(queries: Queries, { schedule, due }: DigestRun): Promise<string | undefined> {
  const found = await queries.rows(
    z.object({ state: z.string() }),
    'select state from kongauth.digest_runs where schedule = $1 and due = $2',
    [schedule, new Date(due)],
  );
  return found[0]?.state;
}

export async function finishRun(
  queries: Queries,
  { schedule, due }: DigestRun,
  done: { readonly state: 'posted' } | { readonly state: 'failed'; readonly says: string },
): Promise<void> {
  await queries.run('update kongauth.digest_runs set state = $3, says = $4 where schedule = $1 and due = $2', [
    schedule,
    new Date(due),
    done.state,
    done.state === 'failed' ? done.says : null,
  ]);
}

/** Those of some schedules that were given up, newest first. */
export function failedRuns(queries: Queries, schedules: readonly string[], most: number): Promise<FailedRun[]> {
  return queries.rows(
    z
      .object({ schedule: z.string(), due: z.date(), says: z.string().nullable() })
      .transform(({ schedule, due, says }): FailedRun => ({ schedule, due: due.getTime(), says: says ?? '' })),
    `select schedule, due, says from kongauth.digest_runs where state = 'failed' and schedule = any($1::text[])
     order by due desc limit $2`,
    [[...schedules], most],
  );
}
