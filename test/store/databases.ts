// The suite of the store runs over both databases.
import { rmSync } from 'node:fs';
import { after, describe, type TestContext } from 'node:test';
import { type Database, type DatabaseSettings, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

/** Settings of an empty database of the test's own. */
export type NewSettings = (context: TestContext) => Promise<DatabaseSettings>;

/** Declares the tests twice. */
export function overBoth(name: string, declare: (newSettings: NewSettings) => void): void {
  describe(`${name} on PostgreSQL`, () => {
    let server: Promise<PostgresServer> | undefined;
    after(async () => (await server)?.close());
    declare(async () => {
      server ??= startPostgres();
      return { databaseUrl: await (await server).newDatabase(), dataFolder: 'unused' };
    });
  });
  describe(`${name} on PGlite`, () =>
    declare(async (context) => {
      const dataFolder = await newDataFolder('empty');
      context.after(() => rmSync(dataFolder, { recursive: true, force: true }));
      return { dataFolder };
    }));
}

/** An opened and migrated one, closed with the test. */
export async function opened(context: TestContext, settings: DatabaseSettings): Promise<Database> {
  const database = await openDatabase(settings);
  context.after(() => database.close());
  await migrate(database);
  return database;
}
