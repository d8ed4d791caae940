// The embedded PGlite database in its thread: one session, which statements and transactions take in turn.
import { Worker } from 'node:worker_threads';
import { KongauthError } from '../errors.ts';
import type { Answered, Asked } from './embedded-thread.ts';

/** A statement's failure, with PostgreSQL's SQLSTATE. */
class EmbeddedError extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Asks within a turn of the session. */
export type Ask = (
  sql: string,
  values?: readonly unknown[],
) => Promise<{ readonly rows: readonly unknown[]; readonly changed: number }>;

export interface Embedded {
  /** Runs `work` when it has the session for itself. */
  turn<T>(work: (ask: Ask) => Promise<T>): Promise<T>;
  readonly open: () => boolean;
  close(): Promise<void>;
}

/**
 * Starts the thread.
 * @param dataDir undefined: in memory
 * Throws KongauthError `settings-invalid` when it cannot be opened
 */
export async function startEmbedded(dataDir: string | undefined): Promise<Embedded> {
  const thread = new Worker(new URL('./embedded-thread.ts', import.meta.url), { workerData: dataDir });
  const waiting = new Map<number, { resolve: (value: Answered) => void; reject: (error: Error) => void }>();
  let isOpen = false;
  let count = 0;
  const opening = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  const end = (cause: unknown): void => {
    isOpen = false;
    const gone = new KongauthError('store-down', 'The embedded database has stopped; restart the bot.', { cause });
    opening.reject(gone);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  thread.on('error', end);
  thread.on('exit', end);
  thread.on('message', (message: Answered | 'open') => {
    if (message === 'open') return opening.resolve();
    waiting.get(message.id)?.resolve(message);
    waiting.delete(message.id);
  });
  try {
    await opening.promise;
    isOpen = true;
  } catch (cause) {
    throw new KongauthError('settings-invalid', 'The embedded database in KONGAUTH_DATA cannot be opened.', { cause });
  }

  const ask: Ask = async (sql, values) => {
    if (!isOpen) throw new KongauthError('store-down', 'The embedded database is closed.');
    count += 1;
    const asked: Asked = { id: count, sql, ...(values === undefined ? {} : { values }) };
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    waiting.set(asked.id, { resolve, reject });
    thread.postMessage(asked);
    const answered = await promise;
    if ('failure' in answered) throw new EmbeddedError(answered.failure.message, answered.failure.code);
    return answered;
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    turn(work) {
      const mine = last.then(() => work(ask));
      last = mine.catch(() => undefined);
      return mine;
    },
    open: () => isOpen,
    async close() {
      await last;
      if (isOpen) thread.postMessage('close');
      isOpen = false;
      await ended;
    },
  };
}
