// The store as the bot starts with it: opened, migrated, and waited for when its server comes up later than the bot.
import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreDown } from '../errors.ts';
import { type Database, type DatabaseSettings, openDatabase } from './database.ts';
import { migrate } from './migrate.ts';

const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Opens it. Throws KongauthError `settings-invalid` for a database that does not fit, `store-down` when none came.
 * @param onWaiting told once, when the server is not there yet
 */
export async function openStore(settings: DatabaseSettings, onWaiting: () => void): Promise<Database> {
  const database = await openDatabase(settings);
  const end = performance.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    try {
      await migrate(database);
      return database;
    } catch (error) {
      if (!isStoreDown(error) || performance.now() > end) {
        await database.close();
        throw error;
      }
      if (tries === 0) onWaiting();
      await sleep(PAUSE_MS);
    }
  }
}
