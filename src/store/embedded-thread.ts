// The thread of the embedded database: its WebAssembly, and the seconds that its first start takes, stay off the event loop.
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

/** What the thread is asked: statements of our own without parameters when there are no values. */
export interface Asked {
  readonly id: number;
  readonly sql: string;
  readonly values?: readonly unknown[];
}

/** What it answers; an error in parts, since classes and codes do not cross threads. */
export type Answered =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changed: number }
  | { readonly id: number; readonly failure: { readonly message: string; readonly code: string } };

const dataDir: unknown = workerData;
const port = parentPort;
if (port === null) throw new Error('This file is a thread of the store.');
const lite = await PGlite.create(typeof dataDir === 'string' ? { dataDir } : {});

port.on('message', (asked: Asked | 'close') => {
  if (asked === 'close') {
    void lite.close().finally(() => port.close());
    return;
  }
  void answer(asked).then((answered) => port.postMessage(answered));
});
port.postMessage('open');

async function answer({ id, sql, values }: Asked): Promise<Answered> {
  try {
    if (values !== undefined) {
      const { rows, affectedRows } = await lite.query(sql, [...values]);
      return { id, rows, changed: affectedRows ?? 0 };
    }
    const results = await lite.exec(sql);
    return { id, rows: results.flatMap(({ rows }) => rows), changed: 0 };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { id, failure: { message: error instanceof Error ? error.message : 'unknown', code } };
  }
}
