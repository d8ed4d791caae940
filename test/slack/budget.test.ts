// Allowance and repetition: pure bookkeeping over a clock that the test holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBudget } from '../../src/slack/budget.ts';
import { createOnce } from '../../src/slack/once.ts';

test('a person’s and a channel’s allowance slide with time, and a refused question costs nothing', () => {
  let now = 0;
  const budget = createBudget(() => now, { perUser: 2, perChannel: 3, windowSeconds: 60 });
  assert.deepEqual(budget.take('U1', 'C1'), { ok: true });
  now = 10_000;
  assert.deepEqual(budget.take('U1', 'C1'), { ok: true });
  for (let again = 0; again < 5; again++) assert.deepEqual(budget.take('U1', 'C2'), { ok: false, retryInSeconds: 50 });
  assert.deepEqual(budget.take('U2', 'C1'), { ok: true });
  assert.deepEqual(budget.take('U3', 'C1'), { ok: false, retryInSeconds: 50 });
  assert.deepEqual(budget.take('U3', 'C2'), { ok: true });
  now = 60_001;
  assert.deepEqual(budget.take('U1', 'C1'), { ok: true });
  assert.deepEqual(budget.take('U1', 'C1'), { ok: false, retryInSeconds: 10 });
});

test('a delivery is new once, for 24 hours', () => {
  let now = 0;
  const once = createOnce(() => now);
  assert.equal(once.first('event Ev1'), true);
  assert.equal(once.first('event Ev1'), false);
  assert.equal(once.first('event Ev2'), true);
  now = 23 * 3_600_000;
  assert.equal(once.first('event Ev1'), false);
  now = 25 * 3_600_000;
  assert.equal(once.first('event Ev1'), true);
});
