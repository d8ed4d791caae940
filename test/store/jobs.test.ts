// Jobs over both databases: each once, again after a failure or a crash, dead letters readable.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Database } from '../../src/store/database.ts';
import { diagnosisById, putDiagnosis } from '../../src/store/diagnoses.ts';
import { type Jobs, startJobs } from '../../src/store/jobs.ts';
import { keepRetention } from '../../src/store/retention.ts';
import { startPostgres } from '../support/postgres.ts';
import { opened, overBoth } from './databases.ts';

const STORE = join(import.meta.dirname, '../../src/store');
const data = z.object({ number: z.number() });

async function started(context: TestContext, database: Database, retries = 5): Promise<Jobs> {
  const jobs = await startJobs(database, { onError: () => undefined, retries, retrySeconds: 1, leaseSeconds: 10 });
  context.after(() => jobs.stop(0));
  return jobs;
}

async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await is()); await sleep(50))
    if (Date.now() > end) throw new Error(`no ${what} after a minute`);
}

overBoth('jobs', (newSettings) => {
  test('two workers share a queue and run each job once; a key waits once', async (context) => {
    const database = await opened(context, await newSettings(context));
    const ran: number[] = [];
    const [one, other] = [await started(context, database), await started(context, database)];
    for (let number = 0; number < 6; number++)
      assert.equal(await one.send('digest', { number }, `key ${number}`), true);
    assert.equal(await one.send('digest', { number: 10 }, 'same'), true);
    assert.equal(await other.send('digest', { number: 11 }, 'same'), false);
    for (const jobs of [one, other]) await jobs.work('digest', data, async ({ number }) => void ran.push(number));
    await until('runs', () => ran.length >= 7);
    await sleep(1200);
    assert.deepEqual(
      ran.sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 10],
    );
  });

  test('a job that fails is tried again, and one that always fails can be read', async (context) => {
    const database = await opened(context, await newSettings(context));
    const jobs = await started(context, database, 1);
    const tries = new Map<number, number>();
    const lasts: boolean[] = [];
    await jobs.work('digest', data, async ({ number }, { isLast }) => {
      if (number === 1 && isLast) lasts.push(isLast);
      tries.set(number, (tries.get(number) ?? 0) + 1);
      if (number === 1 || tries.get(number) === 1) throw new Error('words of a paste');
    });
    await jobs.send('digest', { number: 1 }, 'key 1');
    await jobs.send('digest', { number: 2 }, 'key 2');
    const buried: number[] = [];
    await jobs.bury('digest', data, async ({ number }) => void buried.push(number));
    await until('dead letter', () => buried.length > 0);
    await until('second try', () => tries.get(2) === 2);
    assert.deepEqual(buried, [1]);
    assert.deepEqual(lasts, [true]);
    assert.equal(tries.get(1), 2);
    const kept = await database.rows(z.object({ text: z.string() }), 'select j::text as text from kongauth_jobs.job j');
    assert.ok(kept.length > 1 && kept.every(({ text }) => !text.includes('words of a paste')));
  });

  test('the sweep deletes what is too old, and has its schedule', async (context) => {
    const database = await opened(context, await newSettings(context));
    const jobs = await started(context, database);
    const old = { id: 'old', user: 'U1', channel: 'C1', at: Date.now() - 31 * 86_400_000, payload: {} };
    await putDiagnosis(database, old);
    await keepRetention(database, jobs, { diagnosesDays: 30, digestsDays: 30, trailDays: 400 });
    const cron = await database.rows(z.object({ cron: z.string() }), 'select cron from kongauth_jobs.schedule');
    assert.deepEqual(cron, [{ cron: '23 * * * *' }]);
    await jobs.send('retention', {}, 'now');
    await until('sweep', async () => (await diagnosisById(database, 'old')) === undefined);
  });

  test('a schedule takes a time zone that exists', async (context) => {
    const database = await opened(context, await newSettings(context));
    const jobs = await started(context, database);
    const hourly = { key: 'a', cron: '23 * * * *', timeZone: 'Europe/Berlin' };
    await jobs.schedule('sweep', hourly, {});
    await jobs.schedule('sweep', hourly, {});
    await assert.rejects(jobs.schedule('sweep', { ...hourly, timeZone: 'Mars/Base' }, {}));
  });
});

test('a job whose process was killed is run by another', async (context) => {
  const server = await startPostgres();
  context.after(() => server.close());
  const databaseUrl = await server.newDatabase();
  const database = await opened(context, { databaseUrl, dataFolder: '' });
  const jobs = await started(context, database);
  await jobs.send('digest', { number: 7 }, 'key 7');
  const program = `
    import { z } from 'zod';
    import { openDatabase } from ${JSON.stringify(join(STORE, 'database.ts'))};
    import { startJobs } from ${JSON.stringify(join(STORE, 'jobs.ts'))};
    const database = await openDatabase({ databaseUrl: process.env.DATABASE_URL, dataFolder: '' });
    const jobs = await startJobs(database, { onError() {}, leaseSeconds: 10 });
    await jobs.work('digest', z.unknown(), async () => { process.kill(process.pid, 'SIGKILL'); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: STORE,
    env: { DATABASE_URL: databaseUrl },
    stdio: 'ignore',
  });
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
  const ran: number[] = [];
  await jobs.work('digest', data, async ({ number }) => void ran.push(number));
  await until('second run', () => ran.length > 0);
  assert.deepEqual(ran, [7]);
});
