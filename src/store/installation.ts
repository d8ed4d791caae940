// What is made once for an installation and then kept: the key of its fingerprints and sealed payloads.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.ts';

const KEY_BYTES = 32;
const keyRow = z.object({ value: z.instanceof(Uint8Array) });

/** The key; the first of several replicas makes it, all get the same. */
export async function installationKey(database: Database): Promise<Uint8Array> {
  await database.run('insert into kongauth.installation (name, value) values ($1, $2) on conflict do nothing', [
    'key',
    randomBytes(KEY_BYTES),
  ]);
  const [row] = await database.rows(keyRow, 'select value from kongauth.installation where name = $1', ['key']);
  return keyRow.parse(row).value;
}
