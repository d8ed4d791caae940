// Data folders whose embedded database exists already: making one takes seconds, copying one does not.

import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';

/** The folder of KONGAUTH_DATA for one test, with an empty database in it; whoever asks removes it. */
export async function newDataFolder(): Promise<string> {
  const template = await templateFolder();
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-data-'));
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** Made by the first of all test processes that needs it, for the version of PGlite that is installed. */
async function templateFolder(): Promise<string> {
  const template = join(tmpdir(), `kongauth-template-${versionOfPglite()}`);
  if (existsSync(template)) return template;
  const draft = mkdtempSync(join(tmpdir(), 'kongauth-draft-'));
  const database = await openDatabase({ dataFolder: draft });
  await database.close();
  try {
    renameSync(draft, template);
  } catch (error) {
    // Another process was first.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  return template;
}

function versionOfPglite(): string {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const parsed: { version: string } = JSON.parse(readFileSync(join(dirname(main), '../package.json'), 'utf8'));
  return parsed.version;
}
