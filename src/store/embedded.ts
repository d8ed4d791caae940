// The embedded PGlite database in its process: one session, which statements and transactions take in turn.
import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KongauthError } from '../errors.ts';
import type { Answered, Asked, Said } from './embedded-process.ts';

const PROGRAM = fileURLToPath(new URL('./embedded-process.ts', import.meta.url));
/** Before a process that has ended by itself is started again: a second, then two, up to thirty. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE = 30;
const CANNOT_START = 'The embedded database in KONGAUTH_DATA did not start.';

/** A statement's failure, with PostgreSQL's SQLSTATE. */
class EmbeddedError extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Asks within a turn of the session. Throws KongauthError `store-down` from when its process has ended. */
export type Ask = (
  sql: string,
  values?: readonly unknown[],
) => Promise<{ readonly rows: readonly unknown[]; readonly changed: number }>;

export interface Embedded {
  /** Runs `work` when it has the session for itself. Throws KongauthError `store-down` while there is none. */
  turn<T>(work: (ask: Ask) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One life of the process. */
interface Session {
  readonly ask: Ask;
  readonly ended: Promise<void>;
  readonly close: () => void;
}

/**
 * Starts the process, and again when it ends by itself.
 * @param folder where the database is, or will be made
 * @param tell told in a sentence when it has ended and when it is back
 * Throws KongauthError `settings-invalid` when it cannot be opened
 */
export async function startEmbedded(folder: string, tell: (line: string) => void): Promise<Embedded> {
  let session: Session | undefined = await openSession(folder);
  let closing = false;
  void look(session);

  async function look({ ended }: Session): Promise<void> {
    await ended;
    session = undefined;
    if (closing) return;
    tell('the embedded database has ended by itself and is started again');
    for (let tries = 1; session === undefined && !closing; tries += 1) {
      await sleep(PAUSE_MS * Math.min(tries, LONGEST_PAUSE), undefined, { ref: false });
      try {
        session = await openSession(folder);
      } catch (error) {
        tell(`the embedded database does not start: ${error instanceof Error ? error.message : 'unknown'}`);
      }
    }
    if (session === undefined) return;
    tell('the embedded database is back');
    // What was closed meanwhile is not left running.
    if (closing) session.close();
    void look(session);
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    turn(work) {
      const mine = last.then(() => {
        if (session === undefined) throw gone();
        return work(session.ask);
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await last;
      closing = true;
      const open = session;
      open?.close();
      await open?.ended;
    },
  };
}

async function openSession(folder: string): Promise<Session> {
  const cache = getCompileCacheDir();
  const child = fork(PROGRAM, [folder], {
    // It has no use for tokens and settings.
    env: cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) },
    // V8's optimising compiler needs longer for PostgreSQL's code, and more memory, than it saves here.
    execArgv: [...process.execArgv, '--liftoff-only'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<Answered>>();
  const opening = Promise.withResolvers<void>();
  let count = 0;
  let isOpen = true;
  const ended = new Promise<void>((resolve) => {
    const end = (cause?: unknown): void => {
      isOpen = false;
      opening.reject(new KongauthError('settings-invalid', CANNOT_START, { cause }));
      for (const { reject } of waiting.values()) reject(gone());
      waiting.clear();
      resolve();
    };
    child.once('exit', () => end());
    child.on('error', end);
  });
  child.on('message', (said: Said) => {
    if (said === 'open') return opening.resolve();
    if ('refused' in said) {
      opening.reject(new KongauthError('settings-invalid', said.refused, { cause: said.cause }));
      return child.disconnect();
    }
    waiting.get(said.id)?.resolve(said);
    waiting.delete(said.id);
  });
  await opening.promise;
  return {
    ended,
    async ask(sql, values) {
      if (!isOpen) throw gone();
      count += 1;
      const asked: Asked = { id: count, sql, ...(values === undefined ? {} : { values }) };
      const answering = Promise.withResolvers<Answered>();
      waiting.set(asked.id, answering);
      child.send(asked, (error) => error !== null && answering.reject(gone()));
      const answered = await answering.promise;
      if ('failure' in answered) throw new EmbeddedError(answered.failure.message, answered.failure.code);
      return answered;
    },
    close: () => child.send('close' satisfies Asked | 'close'),
  };
}

function gone(): KongauthError {
  return new KongauthError('store-down', 'The embedded database is away; ask again when it is back.');
}
