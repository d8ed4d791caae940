// The allowance of people and channels, over a clock that the test holds.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { createLog } from '../../src/ops/log.ts';
import { createBudget } from '../../src/slack/budget.ts';
import { openStore } from '../../src/store/open.ts';
import { newDataFolder } from '../support/data-folder.ts';

const dataFolder = await newDataFolder();
const database = await openStore({ dataFolder }, () => undefined);
const log = createLog('silent', []);
after(() => rmSync(dataFolder, { recursive: true }));

test('a person’s and a channel’s allowance slide with time, and a refused question costs nothing', async () => {
  let now = 0;
  const limits = { perUser: 2, perChannel: 3, windowSeconds: 60 };
  const budget = createBudget(database, { now: () => now, log, limits });
  assert.deepEqual(await budget.take('U1', 'C1'), { ok: true });
  now = 10_000;
  assert.deepEqual(await budget.take('U1', 'C1'), { ok: true });
  for (let again = 0; again < 5; again++)
    assert.deepEqual(await budget.take('U1', 'C2'), { ok: false, retryInSeconds: 50 });
  assert.deepEqual(await budget.take('U2', 'C1'), { ok: true });
  assert.deepEqual(await budget.take('U3', 'C1'), { ok: false, retryInSeconds: 50 });
  assert.deepEqual(await budget.take('U3', 'C2'), { ok: true });
  now = 60_001;
  assert.deepEqual(await budget.take('U1', 'C1'), { ok: true });
  assert.deepEqual(await budget.take('U1', 'C1'), { ok: false, retryInSeconds: 10 });
});

test('nobody is refused because the counting is away', async () => {
  await database.close();
  const budget = createBudget(database, {
    now: () => 0,
    log,
    limits: { perUser: 0, perChannel: 0, windowSeconds: 60 },
  });
  assert.deepEqual(await budget.take('U1', 'C1'), { ok: true });
});
