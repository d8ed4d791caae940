// The worker thread: streams its inputs through `diagnose` and hands back a plain value.
import { createReadStream } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { workerData } from 'piscina';
import { type Diagnosed, diagnoseToContinue } from '../diagnosis/diagnose.ts';
import type { AnalystInput } from './pool.ts';

export interface Task {
  readonly inputs: readonly AnalystInput[];
  readonly now?: number;
  readonly material?: Uint8Array;
}

const PIECE = 2 ** 18;

// On Linux this is the thread's own: analysis steps back when the main thread has somebody to acknowledge.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

/** One diagnosis. Throws what reading a file throws. */
export async function run(task: Task): Promise<Diagnosed> {
  const { key } = workerData as { key: Uint8Array };
  const inputs = task.inputs.map(({ source, text, path, live }) => ({
    source,
    ...(live === undefined ? {} : { live }),
    bytes: path === undefined ? (text ?? '') : createReadStream(path, { highWaterMark: PIECE }),
  }));
  const { now, material } = task;
  return await diagnoseToContinue(inputs, {
    key,
    ...(now === undefined ? {} : { now }),
    ...(material === undefined ? {} : { material }),
  });
}
