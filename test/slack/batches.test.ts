// What comes while a batch is under way goes with the next one; a batch that fails fails for those in it alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inBatches } from '../../src/slack/batches.ts';

test('a burst is two batches, in its order, and each asker gets the result of their own', async () => {
  const ran: number[][] = [];
  const ask = inBatches(async (items: readonly number[]) => {
    ran.push([...items]);
    await new Promise(setImmediate);
    return items.reduce((sum, item) => sum + item, 0);
  });
  const first = ask(1);
  await new Promise(setImmediate);
  const rest = [2, 3, 4].map((item) => ask(item));
  assert.deepEqual(await Promise.all([first, ...rest]), [1, 9, 9, 9]);
  assert.deepEqual(ran, [[1], [2, 3, 4]]);
});

test('a batch that fails says so to those in it, and the next one runs', async () => {
  const ask = inBatches(async (items: readonly string[]) => {
    if (items.includes('bad')) throw new Error('refused');
    return items.length;
  });
  const bad = [ask('bad'), ask('with it')];
  for (const one of bad) await assert.rejects(one, /refused/);
  assert.equal(await ask('good'), 1);
});
