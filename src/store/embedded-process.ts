// The process of the embedded database: its WebAssembly, and the seconds of its first start, stay out of the bot's own.
import { KongauthError } from '../errors.ts';
import { holdFolder } from './folder-lock.ts';

/** What the process is asked: statements of our own without parameters when there are no values. */
export interface Asked {
  readonly id: number;
  readonly sql: string;
  readonly values?: readonly unknown[];
}

/** What it answers; an error in parts, since classes and codes do not cross processes. */
export type Answered =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changed: number }
  | { readonly id: number; readonly failure: { readonly message: string; readonly code: string } };

/** What it says: it is open, why it cannot be, or an answer. */
export type Said = 'open' | { readonly refused: string; readonly cause: string } | Answered;

const CANNOT_OPEN = 'The embedded database in KONGAUTH_DATA cannot be opened.';

const [folder = ''] = process.argv.slice(2);
// A terminal's Ctrl+C and some supervisors signal every process; the bot closes this one when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// The bot is gone: nobody reads an answer any more.
process.on('disconnect', () => process.exit());

try {
  const [{ PGlite }, release] = await Promise.all([import('@electric-sql/pglite'), holdFolder(folder)]);
  const lite = await PGlite.create({ dataDir: `${folder}/pglite` });
  process.on('message', (asked: Asked | 'close') => {
    if (asked === 'close')
      void lite
        .close()
        .then(release)
        .finally(() => process.exit());
    else void answer(asked).then(say);
  });
  say('open');

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
} catch (error) {
  say({ refused: error instanceof KongauthError ? error.message : CANNOT_OPEN, cause: String(error) });
}

function say(said: Said): void {
  process.send?.(said);
}
