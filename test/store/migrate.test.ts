// Migrations: once, whoever comes first; nothing is done to a database of a newer or another version.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { startPostgres } from '../support/postgres.ts';
import { opened, overBoth } from './databases.ts';

const STORE = join(import.meta.dirname, '../../src/store');
const names = z.object({ name: z.string() });

/** A copy of the migrations that the test may change. */
function copied(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-migrations-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(STORE, 'migrations'), folder, { recursive: true });
  return folder;
}

overBoth('migrations', (newSettings) => {
  test('a second time changes nothing, and a new one is added', async (context) => {
    const database = await opened(context, await newSettings(context));
    await migrate(database);
    const folder = copied(context);
    writeFileSync(
      join(folder, '0002-more.sql'),
      'create table kongauth.more (id text); insert into kongauth.more values (1);',
    );
    await migrate(database, folder);
    await migrate(database, folder);
    assert.deepEqual(await database.rows(names, 'select id as name from kongauth.more'), [{ name: '1' }]);
  });

  test('a database of a newer version is refused, and one whose migration was changed', async (context) => {
    const database = await opened(context, await newSettings(context));
    const folder = copied(context);
    writeFileSync(join(folder, '0002-more.sql'), 'create table kongauth.more (id text)');
    await migrate(database, folder);
    await assert.rejects(migrate(database), /made by a newer version \(it has 0002-more\.sql\)/);
    writeFileSync(join(folder, '0001-store.sql'), 'select 1');
    await assert.rejects(migrate(database, folder), /0001-store\.sql was applied in another form/);
  });

  test('a migration that fails leaves nothing behind', async (context) => {
    const database = await opened(context, await newSettings(context));
    const folder = copied(context);
    writeFileSync(join(folder, '0002-wrong.sql'), 'create table kongauth.half (id text); select * from nowhere;');
    await assert.rejects(migrate(database, folder));
    const tables = "select table_name as name from information_schema.tables where table_name = 'half'";
    assert.deepEqual(await database.rows(names, tables), []);
    await migrate(database);
  });
});

test('two processes at once both end well', async (context) => {
  const server = await startPostgres();
  context.after(() => server.close());
  const databaseUrl = await server.newDatabase();
  const program = `
    import { openDatabase } from ${JSON.stringify(join(STORE, 'database.ts'))};
    import { migrate } from ${JSON.stringify(join(STORE, 'migrate.ts'))};
    const database = await openDatabase({ databaseUrl: process.env.DATABASE_URL, dataFolder: '' });
    await migrate(database);
    await database.close();`;
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { DATABASE_URL: databaseUrl },
    });
  await Promise.all([start(), start(), start()]);
  const database = await openDatabase({ databaseUrl, dataFolder: '' });
  context.after(() => database.close());
  assert.deepEqual(await database.rows(names, 'select name from kongauth.migrations'), [{ name: '0001-store.sql' }]);
});
