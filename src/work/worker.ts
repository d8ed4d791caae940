// The worker thread: streams its inputs through `diagnose` and hands back a plain value.
import { createReadStream } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { workerData } from 'piscina';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { AnalystInput } from './pool.ts';

export interface Task {
  readonly inputs: readonly AnalystInput[];
  readonly now?: number;
}

const PIECE = 2 ** 18;

// On Linux this is the thread's own: analysis steps back when the main thread has somebody to acknowledge.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);

/** One diagnosis. Throws what reading a file throws. */
export async function run(task: Task): Promise<Diagnosis> {
  const { key } = workerData as { key: Uint8Array };
  const inputs = task.inputs.map(({ source, text, path }) => ({
    source,
    bytes: path === undefined ? (text ?? '') : createReadStream(path, { highWaterMark: PIECE }),
  }));
  return await diagnose(inputs, { key, ...(task.now === undefined ? {} : { now: task.now }) });
}
