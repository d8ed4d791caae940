// The database goes away and comes back under whoever has it open: this is said, and it recovers by itself.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { KongauthError } from '../../src/errors.ts';
import { type Database, openDatabase, type Queries } from '../../src/store/database.ts';
import { takeDeliveries } from '../../src/store/deliveries.ts';
import { startJobs } from '../../src/store/jobs.ts';
import { childrenOf, noChildren as skip } from '../support/child-processes.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { startPostgres } from '../support/postgres.ts';
import { opened } from './databases.ts';

const LEASE = { holder: 'one', leaseMs: 1000, now: 0 };
const take = async (queries: Queries, key: string): Promise<boolean> =>
  (await takeDeliveries(queries, [{ key, sealed: new Uint8Array([1]) }], LEASE)).has(key);
const isDown = (error: unknown): boolean => error instanceof KongauthError && error.code === 'store-down';

test('away is said in a sentence, and back is noticed', async (context) => {
  const server = await startPostgres();
  context.after(() => server.close());
  const database = await opened(context, { databaseUrl: await server.newDatabase(), dataFolder: '' });
  assert.equal(await take(database, 'event Ev1'), true);
  const slept = database.rows(z.unknown(), 'select pg_sleep(10)');
  const cut = assert.rejects(slept, isDown);
  const inTransaction = assert.rejects(
    database.transaction(async (tx) => {
      await take(tx, 'event Ev2');
      await tx.rows(z.unknown(), 'select pg_sleep(10)');
    }),
    isDown,
  );
  // Both have to be under way when it goes.
  const busy = "select 1 from pg_stat_activity where wait_event = 'PgSleep'";
  while ((await database.rows(z.unknown(), busy)).length < 2);
  await server.stop();
  await Promise.all([cut, inTransaction]);
  await assert.rejects(take(database, 'event Ev3'), isDown);
  await assert.rejects(
    database.transaction((tx) => take(tx, 'event Ev3')),
    isDown,
  );
  await server.start();
  assert.equal(await take(database, 'event Ev1'), false);
  assert.equal(await take(database, 'event Ev2'), true);
  assert.equal(await take(database, 'event Ev3'), true);
});

test('jobs that were taken are run when it is back', async (context) => {
  const server = await startPostgres();
  context.after(() => server.close());
  const database = await opened(context, { databaseUrl: await server.newDatabase(), dataFolder: '' });
  const errors: unknown[] = [];
  const jobs = await startJobs(database, { onError: (error) => void errors.push(error) });
  context.after(() => jobs.stop(0));
  await jobs.send('digest', { number: 1 }, 'key 1');
  await server.stop();
  await assert.rejects(jobs.send('digest', { number: 2 }, 'key 2'), isDown);
  const ran = Promise.withResolvers<unknown>();
  await jobs.work('digest', z.unknown(), async (data) => ran.resolve(data));
  // The worker asks meanwhile, and is told that nobody is there.
  while (errors.length === 0) await sleep(50);
  await server.start();
  assert.deepEqual(await ran.promise, { number: 1 });
  assert.equal(await jobs.send('digest', { number: 2 }, 'key 2'), true);
});

/** An embedded one, and how to kill its process. */
async function openedEmbedded(context: TestContext, tell?: (line: string) => void): Promise<[Database, () => void]> {
  const dataFolder = await newDataFolder();
  const before = childrenOf(process.pid);
  const database = await openDatabase({ dataFolder }, tell);
  context.after(async () => {
    await database.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });
  const [pid] = childrenOf(process.pid).filter((each) => !before.includes(each));
  assert.ok(pid !== undefined);
  return [database, () => process.kill(pid, 'SIGKILL')];
}

test('an embedded one whose process ends is started again; half a transaction is not kept', {
  skip,
}, async (context) => {
  const told: string[] = [];
  const [database, kill] = await openedEmbedded(context, (line) => void told.push(line));
  assert.equal(await take(database, 'event Ev1'), true);
  await assert.rejects(
    database.transaction(async (tx) => {
      await take(tx, 'event Ev2');
      kill();
      // What was begun in the old process does not go on in the new one.
      while (told.length < 2) await sleep(20);
      await take(tx, 'event Ev3');
    }),
    isDown,
  );
  assert.equal(await take(database, 'event Ev1'), false);
  assert.equal(await take(database, 'event Ev2'), true);
  assert.equal(await take(database, 'event Ev3'), true);
  assert.deepEqual(told, [
    'the embedded database has ended by itself and is started again',
    'the embedded database is back',
  ]);
});

test('while an embedded one is away this is said at once', { skip }, async (context) => {
  const [database, kill] = await openedEmbedded(context);
  const asked = assert.rejects(database.rows(z.unknown(), 'select pg_sleep(20)'), isDown);
  kill();
  await asked;
  await assert.rejects(database.rows(z.unknown(), 'select 1'), isDown);
});
