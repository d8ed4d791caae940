// What becomes of deliveries whose process ended: taken over while an answer is worth something, excused afterwards.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, beforeEach, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createLog } from '../../src/ops/log.ts';
import { createDeliveries, type Deliveries } from '../../src/slack/deliveries.ts';
import { openStore } from '../../src/store/open.ts';
import { newDataFolder } from '../support/data-folder.ts';

const dataFolder = await newDataFolder();
const database = await openStore({ dataFolder }, () => undefined);
const log = createLog('silent', []);
const KEY = new Uint8Array(32).fill(5);
const MINUTE = 60_000;
const BODY = { command: '/kongauth', text: 'diagnose a paste of many words' };
let clock = Date.UTC(2026, 10, 25);

after(async () => {
  await database.close();
  rmSync(dataFolder, { recursive: true });
});
beforeEach(async () => {
  await database.run('delete from kongauth.deliveries');
  clock += 24 * 60 * MINUTE;
});

const process = (key = KEY): Deliveries => createDeliveries({ database, key, log, now: () => clock });

/** A process that takes over; resolves with what it was given, in the order of its coming. */
function takingOver(context: TestContext, one: Deliveries): { readonly text: unknown; readonly isLate: boolean }[] {
  const taken: { readonly text: unknown; readonly isLate: boolean }[] = [];
  one.start(async ({ body }, isLate) => void taken.push({ text: body.text, isLate }));
  context.after(() => one.stop());
  return taken;
}

async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await is()); await sleep(20)) if (Date.now() > end) throw new Error(what);
}

const openOnes = async (): Promise<number> =>
  (await database.rows(z.unknown(), 'select 1 from kongauth.deliveries where payload is not null')).length;

test('what a dead process left is handled again, once, and then done', async (context) => {
  assert.equal(await process().take('command a', { body: BODY }), true);
  clock += 20_000;
  const [one, other] = [takingOver(context, process()), takingOver(context, process())];
  await until('nothing was taken over', async () => (await openOnes()) === 0);
  assert.deepEqual([...one, ...other], [{ text: BODY.text, isLate: false }]);
  assert.equal(await process().take('command a', { body: BODY }), false, 'a repetition stays one');
});

test('after ten minutes the person is told so, and is not answered', async (context) => {
  await process().take('command a', { body: BODY });
  clock += 11 * MINUTE;
  const taken = takingOver(context, process());
  await until('nothing was taken over', () => taken.length > 0);
  assert.deepEqual(taken, [{ text: BODY.text, isLate: true }]);
});

test('what has ended three processes is not given to a fourth', async (context) => {
  await process().take('command a', { body: BODY });
  await database.run('update kongauth.deliveries set attempts = 3');
  clock += 20_000;
  const taken = takingOver(context, process());
  await until('nothing was taken over', () => taken.length > 0);
  assert.equal(taken[0]?.isLate, true);
});

test('what was sealed with another key is let go, and nobody can read it meanwhile', async (context) => {
  await process(new Uint8Array(32).fill(6)).take('command a', { body: BODY });
  const kept = await database.rows(
    z.object({ text: z.string() }),
    "select encode(payload, 'escape') as text from kongauth.deliveries",
  );
  assert.ok(kept.length === 1 && !kept[0]?.text.includes('paste'));
  clock += 20_000;
  const taken = takingOver(context, process());
  await until('it was not let go', async () => (await openOnes()) === 0);
  assert.deepEqual(taken, []);
});

test('a stop gives back what is not answered, for others to take at once', async (context) => {
  const stopped = process();
  for (const key of ['command answered', 'command open']) await stopped.take(key, { body: { ...BODY, text: key } });
  await stopped.done('command answered');
  await stopped.stop();
  const taken = takingOver(context, process());
  await until('nothing was taken over', () => taken.length > 0);
  assert.deepEqual(taken, [{ text: 'command open', isLate: false }]);
});

test('of two deliveries with one key at once, one is new', async () => {
  const one = process();
  const takes = await Promise.all(['command a', 'command a', 'command b'].map((key) => one.take(key, { body: BODY })));
  assert.deepEqual(takes, [true, false, true]);
});
