// What is remembered, by whom it is found again, and what a thread knows of itself.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Remembered } from '../../../src/slack/context.ts';
import { createRemember } from '../../../src/slack/remember.ts';
import { openStore } from '../../../src/store/open.ts';
import { newDataFolder } from '../../support/data-folder.ts';

const dataFolder = await newDataFolder();
const database = await openStore({ dataFolder }, () => undefined);
after(async () => {
  await database.close();
  rmSync(dataFolder, { recursive: true });
});
const remember = createRemember(database, () => 1000);
const PASTE = '10.0.0.1 - - [25/Nov/2026:03:00:00 +0000] "GET /orders HTTP/1.1" 401 26 "-" "curl/8.14.1"';
const diagnosis = await diagnose([{ source: 'message', bytes: PASTE }], { key: new Uint8Array(32) });

function remembered(id: string, at: number, more: Partial<Remembered> = {}): Remembered {
  return { id, diagnosis, user: 'U1', channel: 'C1', at, ...more };
}

test('a diagnosis comes back as it was, with what it can be continued from', async () => {
  const material = new Uint8Array([0, 1, 255]);
  const whole = remembered('whole', 1, { user: 'U0', readUpTo: '1.0', gateway: 'edge', shared: true, material });
  await remember.put(whole);
  const found = await remember.byId('whole');
  assert.deepEqual([...(found?.material ?? [])], [...material]);
  assert.deepEqual({ ...found, material }, whole);
});

test('a thread remembers its last public answer and no private one', async () => {
  await remember.put(remembered('a', 1, { threadTs: '1.0', messageTs: '1.1' }));
  await remember.put(remembered('b', 2, { threadTs: '1.0' }));
  assert.equal((await remember.byThread('C1', '1.0'))?.id, 'a');
  await remember.put(remembered('b', 2, { threadTs: '1.0', messageTs: '1.2' }));
  assert.equal((await remember.byThread('C1', '1.0'))?.id, 'b');
  assert.equal(await remember.byThread('C2', '1.0'), undefined);
});

test('a person finds the newest first, and nobody else their own', async () => {
  for (const [at, id] of ['x', 'y', 'z'].entries()) await remember.put(remembered(id, at, { user: 'U3' }));
  assert.deepEqual(
    (await remember.byUser('U3')).map(({ id }) => id),
    ['z', 'y', 'x'],
  );
  assert.deepEqual(await remember.byUser('U2'), []);
});

test('what another version kept in another form is forgotten rather than misread', async () => {
  await remember.put(remembered('old', 1));
  await database.run(`update kongauth.diagnoses set payload = '{"form":0,"diagnosis":{}}' where id = 'old'`);
  assert.equal(await remember.byId('old'), undefined);
});
