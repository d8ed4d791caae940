// Diagnoses off the event loop: worker threads read and weigh, plain redacted values come back.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Diagnosed, LiveAnswer } from '../diagnosis/diagnose.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import type { Task } from './worker.ts';

/** Text, or a file that the worker streams. */
export interface AnalystInput {
  /** As evidence calls it. */
  readonly source: string;
  readonly text?: string;
  readonly path?: string;
  /** As `DiagnosisInput` has it: an answer of the gateway and no paste. */
  readonly live?: LiveAnswer;
}

export interface AnalystOptions {
  /** The instant to judge tokens by, ms since 1970. */
  readonly now?: number;
  /** Snippets come in every flavour; which one is shown is the renderer's choice. */
  readonly flavour?: Flavour;
  /** What an earlier diagnosis kept: the inputs are folded on top of it. */
  readonly material?: Uint8Array;
}

export interface Analyst {
  /**
   * As `diagnoseToContinue` has it. Throws KongauthError `busy` when too many wait or it takes too long, `internal` when a file
   * cannot be read or the worker died.
   */
  diagnose(inputs: readonly AnalystInput[], options: AnalystOptions): Promise<Diagnosed>;
  /** Ends the threads; what they were at is given up. */
  close(): Promise<void>;
}

/** From here on a paste has its own lane: it takes seconds, and a small one must not stand behind it. */
const LARGE_BYTES = 2 ** 20;
/** Pastes that wait; each is at most a message and its files. */
const WAITING = 1000;
const MINUTES = 60_000;
/** What one worker may hold. `diagnose` is flat in memory; this only keeps a mistake of ours from taking the bot along. */
const WORKER_MEGABYTES = 1024;

/** Two small pools of threads. `key` is the installation's key of fingerprints. */
export function createAnalyst(key: Uint8Array): Analyst {
  const threads = Math.max(1, Math.min(4, availableParallelism() - 1));
  const small = pool(key, threads);
  const large = pool(key, Math.max(1, threads - 1));
  return {
    async diagnose(inputs, options) {
      const lane = bytesOf(inputs) >= LARGE_BYTES ? large : small;
      const { now, material } = options;
      const task: Task = {
        inputs,
        ...(now === undefined ? {} : { now }),
        ...(material === undefined ? {} : { material }),
      };
      const deadline = AbortSignal.timeout(5 * MINUTES);
      try {
        return await lane.run(task, { signal: deadline });
      } catch (error) {
        throw failure(error, deadline.aborted);
      }
    },
    async close() {
      await Promise.all([small.destroy(), large.destroy()]);
    },
  };
}

function pool(key: Uint8Array, threads: number): Piscina<Task, Diagnosed> {
  // The worker is TypeScript in the repository and JavaScript where it was built, as this file is.
  const worker = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
  return new Piscina({
    filename: fileURLToPath(worker),
    name: 'run',
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 5 * MINUTES,
    maxQueue: WAITING,
    concurrentTasksPerWorker: 1,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_MEGABYTES },
    workerData: { key },
    // The worker has no use for tokens and settings.
    env: {},
    recordTiming: false,
  });
}

/** Bytes of inputs as they lie in memory or on the disk. */
export function bytesOf(inputs: readonly AnalystInput[]): number {
  let bytes = 0;
  for (const { text, path } of inputs) {
    if (path === undefined) bytes += text?.length ?? 0;
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

function failure(error: unknown, late: boolean): KongauthError {
  if (late)
    return new KongauthError('busy', 'This took more than five minutes; send a smaller part.', { cause: error });
  if (error instanceof Error && /queue/i.test(error.message))
    return new KongauthError('busy', 'Too many pastes are waiting; please try again in a minute.', { cause: error });
  return new KongauthError('internal', 'The analysis broke off; please try again.', { cause: error });
}
