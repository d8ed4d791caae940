// Work that outlives a process: queues, cron schedules, retries and dead letters, with pg-boss on the store's database.
import { type JobWithMetadata, PgBoss, type Queue } from 'pg-boss';
import type { z } from 'zod';
import type { Database } from './database.ts';
import { alone } from './migrate.ts';

export interface JobSchedule {
  readonly key: string;
  readonly cron: string;
  readonly timeZone: string;
}

export interface Attempt {
  /** Says that the job has taken too long. */
  readonly signal: AbortSignal;
  /** What fails now is given up. */
  readonly isLast: boolean;
}

/** Each job is run by one of the replicas; after a failure or a crash again, up to `retries` times. */
export interface Jobs {
  /**
   * Runs the jobs of a queue, one at a time in this process.
   * @param handler throws to have it tried again later
   */
  work<Data extends z.ZodType>(
    queue: string,
    data: Data,
    handler: (data: z.output<Data>, attempt: Attempt) => Promise<void>,
  ): Promise<void>;
  /** Takes what was given up, whether its handler failed or its processes ended. */
  bury<Data extends z.ZodType>(
    queue: string,
    data: Data,
    handler: (data: z.output<Data>) => Promise<void>,
  ): Promise<void>;
  /**
   * @param key while a job with it waits or runs, another one is not taken
   * @returns false when it was not taken
   */
  send(queue: string, data: object, key: string): Promise<boolean>;
  /** Sends a job each time it is due, once however many replicas run; the key's schedule before is replaced. */
  schedule(queue: string, schedule: JobSchedule, data: object): Promise<void>;
  /** Takes nothing new and waits for what runs; what is left at the deadline is run again elsewhere. */
  stop(deadlineMs: number): Promise<void>;
}

export interface JobsOptions {
  /** Failures of handlers, and of pg-boss itself, such as a database that is away: it goes on trying. */
  readonly onError: (error: unknown) => void;
  /** Ten unless told: a quarter of an hour. */
  readonly retries?: number;
  /** Wait before the first repetition; doubled each time, up to five minutes. */
  readonly retrySeconds?: number;
  /** A process that gives no sign for so long has lost its job; at least 10. */
  readonly leaseSeconds?: number;
}

const SCHEMA = 'kongauth_jobs';
const LONGEST_SECONDS = 15 * 60;
const DEAD_DAYS = 14;
const DAY_SECONDS = 86_400;
const POLL_SECONDS = 0.5;

/** Starts it, with its own tables made or migrated. Throws KongauthError `store-down` when the database is away. */
export async function startJobs(database: Database, options: JobsOptions): Promise<Jobs> {
  const { retries = 10, retrySeconds = 2, leaseSeconds = 20 } = options;
  const boss = new PgBoss({
    db: database.forBoss,
    backend: database.kind,
    schema: SCHEMA,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    cronMonitorIntervalSeconds: 5,
    cronWorkerIntervalSeconds: 1,
  });
  boss.on('error', options.onError);
  try {
    await alone(database, async () => void (await boss.start()));
  } catch (error) {
    await boss.stop({ graceful: false, close: false });
    throw error;
  }

  const known = new Map<string, Promise<void>>();
  const deadOf = (queue: string): string => `${queue}-dead`;
  async function create(queue: string): Promise<void> {
    const settings: Omit<Queue, 'name'> = {
      policy: 'exclusive',
      deadLetter: deadOf(queue),
      retryLimit: retries,
      retryDelay: retrySeconds,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds: LONGEST_SECONDS,
      heartbeatSeconds: leaseSeconds,
      deleteAfterSeconds: DAY_SECONDS,
    };
    await boss.createQueue(deadOf(queue), { retentionSeconds: DEAD_DAYS * DAY_SECONDS });
    await boss.createQueue(queue, settings);
  }
  /** Failed once, it is tried again by the next caller. */
  function ensure(queue: string): Promise<void> {
    const created = known.get(queue) ?? create(queue);
    known.set(queue, created);
    created.catch(() => known.delete(queue));
    return created;
  }

  async function serve(queue: string, handler: (job: JobWithMetadata<object>) => Promise<void>): Promise<void> {
    await boss.work(
      queue,
      { pollingIntervalSeconds: POLL_SECONDS, includeMetadata: true },
      async (jobs: JobWithMetadata<object>[]) => {
        for (const job of jobs) {
          try {
            await handler(job);
          } catch (error) {
            options.onError(error);
            // pg-boss keeps what is thrown with the job, and a library's words may quote what people pasted.
            throw new Error('The job failed; the log has its reason.');
          }
        }
      },
    );
  }

  return {
    async work(queue, shape, handler) {
      await ensure(queue);
      await serve(queue, ({ data, signal, retryCount, retryLimit }) =>
        handler(shape.parse(data), { signal, isLast: retryCount >= retryLimit }),
      );
    },
    async bury(queue, shape, handler) {
      await ensure(queue);
      await serve(deadOf(queue), ({ data }) => handler(shape.parse(data)));
    },
    async send(queue, data, key) {
      await ensure(queue);
      return (await boss.send(queue, data, { singletonKey: key })) !== null;
    },
    async schedule(queue, { key, cron, timeZone }, data) {
      await ensure(queue);
      await boss.schedule(queue, cron, data, { key, tz: timeZone, singletonKey: `schedule ${key}`, missed: 'once' });
    },
    stop: (deadlineMs) => boss.stop({ graceful: deadlineMs > 0, timeout: deadlineMs, close: false }),
  };
}
