// Data folders whose embedded database exists already: making one takes seconds, copying one does not.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDatabase } from '../../src/store/database.ts';
import { openStore } from '../../src/store/open.ts';

/**
 * The folder of KONGAUTH_DATA for one test; whoever asks removes it.
 * @param database with the bot's tables, as its second start finds it, or without anything
 */
export async function newDataFolder(database: 'made' | 'empty' = 'made'): Promise<string> {
  const template = await templateFolder(database);
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-data-'));
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** Made by the first of all test processes that needs it, for the packages and migrations of this moment. */
async function templateFolder(kind: 'made' | 'empty'): Promise<string> {
  const template = join(tmpdir(), `kongauth-template-${kind}-${versions()}`);
  if (existsSync(template)) return template;
  const draft = mkdtempSync(join(tmpdir(), 'kongauth-draft-'));
  const open = kind === 'made' ? openStore : openDatabase;
  const database = await open({ dataFolder: draft }, () => undefined);
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

const MIGRATIONS = join(import.meta.dirname, '../../src/store/migrations');

function versions(): string {
  const hash = createHash('sha256');
  for (const name of ['@electric-sql/pglite', 'pg-boss']) {
    const main = createRequire(import.meta.url).resolve(name);
    hash.update(readFileSync(join(dirname(main), '../package.json')));
  }
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(readFileSync(join(MIGRATIONS, name)));
  return hash.digest('hex').slice(0, 12);
}
