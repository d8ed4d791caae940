// How long things are kept, and the sweep that keeps to it.
import { z } from 'zod';
import type { Database } from './database.ts';
import { REMEMBERED_MS } from './deliveries.ts';
import type { Jobs } from './jobs.ts';

export interface Retention {
  /** Diagnoses with material and feedback. */
  readonly diagnosesDays: number;
  /** The audit trail and its proposals. */
  readonly trailDays: number;
  /** Digests with their snapshots, and what became of those that were due. */
  readonly digestsDays: number;
}

const DAY_MS = 86_400_000;
/** No window of an allowance is longer. */
const BUDGET_MS = 3_600_000;

/**
 * Deletes what is older than it may be; what ran out by itself goes too.
 * @param now ms since 1970
 * @returns rows deleted
 */
export async function enforceRetention(database: Database, retention: Retention, now: number): Promise<number> {
  const before = (ms: number): [Date] => [new Date(now - ms)];
  const diagnoses = before(retention.diagnosesDays * DAY_MS);
  const trail = before(retention.trailDays * DAY_MS);
  let deleted = 0;
  deleted += await database.run('delete from kongauth.diagnoses where at < $1', diagnoses);
  deleted += await database.run('delete from kongauth.trail where at < $1', trail);
  deleted += await database.run('delete from kongauth.proposals where at < $1', trail);
  const digests = before(retention.digestsDays * DAY_MS);
  deleted += await database.run('delete from kongauth.digests where at < $1', digests);
  deleted += await database.run('delete from kongauth.digest_runs where due < $1', digests);
  deleted += await database.run('delete from kongauth.deliveries where taken_at < $1', before(REMEMBERED_MS));
  deleted += await database.run('delete from kongauth.reports where at < $1', before(DAY_MS));
  deleted += await database.run('delete from kongauth.budget where taken_at < $1', before(BUDGET_MS));
  return deleted;
}

const QUEUE = 'retention';

/** Sweeps once an hour, on one of the replicas. */
export async function keepRetention(database: Database, jobs: Jobs, retention: Retention): Promise<void> {
  await jobs.work(QUEUE, z.unknown(), async () => void (await enforceRetention(database, retention, Date.now())));
  await jobs.schedule(QUEUE, { key: 'hourly', cron: '23 * * * *', timeZone: 'UTC' }, {});
}
