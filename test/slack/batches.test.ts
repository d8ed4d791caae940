// What comes in one turn goes along in one batch; a batch that fails fails for those in it alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inBatches } from '../../src/slack/batches.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

test('what comes in one turn is one batch, in its order, and each asker gets the result of their own', async () => {
  const ran: number[][] = [];
  const ask = inBatches(async (items: readonly number[]) => {
    ran.push([...items]);
    await turn();
    return items.reduce((sum, item) => sum + item, 0);
  });
  const first = ask(1);
  await turn();
  const rest = [2, 3, 4].map((item) => ask(item));
  assert.deepEqual(await Promise.all([first, ...rest]), [1, 9, 9, 9]);
  assert.deepEqual(ran, [[1], [2, 3, 4]]);
});

test('while four batches are under way, what comes gathers in the fifth', async () => {
  const ran: number[][] = [];
  const ends: (() => void)[] = [];
  const ask = inBatches(async (items: readonly number[]) => {
    ran.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    return items.length;
  });
  const asked: Promise<number>[] = [];
  for (let item = 0; item < 8; item++) {
    asked.push(ask(item));
    await turn();
  }
  assert.deepEqual(ran, [[0], [1], [2], [3]]);
  ends[2]?.();
  assert.equal(await asked[2], 1);
  await turn();
  assert.deepEqual(ran.slice(4), [[4, 5, 6, 7]]);
  for (const end of ends) end();
  assert.deepEqual(await Promise.all(asked), [1, 1, 1, 1, 4, 4, 4, 4]);
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
