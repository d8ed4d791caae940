// Which digests are made up for after a while in which nobody looked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueBy } from '../../src/slack/digests/rota.ts';

const at = (time: string): number => Date.parse(`2026-11-${time}Z`);
const DAILY = { cron: '0 9 * * *', timeZone: 'UTC' };
const MINUTELY = { cron: '* * * * *', timeZone: 'UTC' };

test('one that has just come is due, and the next one is tomorrow', () => {
  const due = at('25T09:00');
  assert.deepEqual(dueBy({ ...DAILY, nextDue: due }, due + 500), { due: [due], nextDue: at('26T09:00') });
});

test('after three days the last one is made up for, and not one a day', () => {
  const found = dueBy({ ...DAILY, nextDue: at('22T09:00') }, at('25T12:00'));
  assert.deepEqual(found, { due: [at('25T09:00')], nextDue: at('26T09:00') });
});

test('within an hour none is left out', () => {
  const { due, nextDue } = dueBy({ ...MINUTELY, nextDue: at('25T09:00') }, at('25T09:05') + 1);
  assert.deepEqual(
    due,
    [0, 1, 2, 3, 4, 5].map((minute) => at('25T09:00') + minute * 60_000),
  );
  assert.equal(nextDue, at('25T09:06'));
});

test('what is often due and was long away is made up for by the last hour', () => {
  const now = at('25T09:00') + 1;
  const { due, nextDue } = dueBy({ ...MINUTELY, nextDue: at('01T00:00') }, now);
  assert.equal(due.length, 60);
  assert.deepEqual([due[0], due.at(-1)], [at('25T08:01'), at('25T09:00')]);
  assert.equal(nextDue, at('25T09:01'));
});

test('the hour that the clocks repeat is due once, and the one that they skip is made up for', () => {
  const berlin = { cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  const autumn = Date.parse('2026-10-25T00:30Z');
  assert.deepEqual(dueBy({ ...berlin, nextDue: autumn }, autumn + 3 * 3_600_000).due, [autumn]);
  const spring = dueBy({ ...berlin, nextDue: Date.parse('2027-03-27T01:30Z') }, Date.parse('2027-03-28T02:00Z'));
  assert.equal(spring.due.length, 1);
});
