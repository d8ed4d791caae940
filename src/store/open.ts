// The store as the bot starts with it: opened, migrated, and waited for when its server comes up later than the bot.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isStoreDown } from '../errors.ts';
import { type Database, type DatabaseSettings, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';

const MADE = "select to_regclass('kongauth_jobs.job') is not null as made";
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Opens it. Throws KongauthError `settings-invalid` for a database that does not fit, `store-down` when none came.
 * @param tell told in a sentence when the database is not there yet, has gone by itself, is back
 */
export async function openStore(settings: DatabaseSettings, tell: (line: string) => void): Promise<Database> {
  const database = await openDatabase(settings, tell);
  const end = performance.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      await migrate(database);
      await makeJobTables(database, tell);
      return database;
    } catch (error) {
      if (!isStoreDown(error) || performance.now() > end) {
        await database.close();
        throw error;
      }
      if (tries === 0) tell('the database cannot be reached yet; waiting for it');
      await sleep(PAUSE_MS);
    }
  }
}

/**
 * The embedded one has a single session: what Slack delivers would wait for seconds on a busy machine while pg-boss
 * makes its tables in it. It does so before anybody is let in, once; PostgreSQL has sessions enough.
 */
async function makeJobTables(database: Database, tell: (line: string) => void): Promise<void> {
  if (database.kind === 'postgres') return;
  const [made] = await database.rows(z.object({ made: z.boolean() }), MADE);
  if (made?.made === true) return;
  const { startJobs } = await import('./jobs.ts');
  const jobs = await startJobs(database, {
    onError: () => tell('the tables of jobs were made, and something failed beside it'),
  });
  await jobs.stop(0);
}
