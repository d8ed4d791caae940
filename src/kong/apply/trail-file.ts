// The trail as a file that is only ever added to: a line of JSON for each thing done, whole after a restart.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { KongauthError } from '../../errors.ts';
import type { Trail, TrailEntry } from './trail.ts';

const Entry = z.object({
  at: z.number(),
  gateway: z.string(),
  proposal: z.string(),
  who: z.string(),
  what: z.enum([
    'proposed',
    'applying',
    'applied',
    'rejected',
    'conflict',
    'failed',
    'unknown',
    'undoing',
    'undone',
    'refused',
  ]),
  subject: z.string(),
  says: z.string(),
  diff: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })),
});

/**
 * The trail in `audit.jsonl` of a folder, which is made with the first entry.
 * @throws KongauthError `settings-invalid` from its verbs when the folder cannot be written or read
 */
export async function openTrail(folder: string): Promise<Trail> {
  const file = join(folder, 'audit.jsonl');
  const known: TrailEntry[] = [...(await entriesIn(file))];
  return {
    async append(entry) {
      try {
        await mkdir(folder, { recursive: true });
        await appendFile(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      } catch (error) {
        throw new KongauthError(
          'settings-invalid',
          'The record of changes cannot be written; check that KONGAUTH_DATA is a folder that the bot may write to.',
          { cause: error },
        );
      }
      known.push(entry);
    },
    list: async (gateway, limit) =>
      known
        .filter((entry) => entry.gateway === gateway)
        .reverse()
        .slice(0, limit),
  };
}

async function entriesIn(file: string): Promise<readonly TrailEntry[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new KongauthError('settings-invalid', 'The record of changes in KONGAUTH_DATA cannot be read.', {
      cause: error,
    });
  }
  return text.split('\n').flatMap((line) => {
    // A crash may cut the last line; what was written whole before it stands.
    const parsed = z.string().transform(jsonOf).pipe(Entry).safeParse(line);
    return parsed.success ? [parsed.data] : [];
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
