// What is remembered, for how long, and what a thread knows of itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Remembered } from '../../../src/slack/context.ts';
import { createRemember } from '../../../src/slack/remember.ts';

const diagnosis = await diagnose([{ source: 'message', bytes: 'hello' }], { key: new Uint8Array(32) });

function remembered(id: string, at: number, more: Partial<Remembered> = {}): Remembered {
  return { id, diagnosis, user: 'U1', channel: 'C1', at, ...more };
}

test('the oldest goes when it is full, and with it what its thread knew', () => {
  const remember = createRemember(2);
  remember.put(remembered('a', 1, { threadTs: '1.0', messageTs: '1.1' }));
  remember.put(remembered('b', 2));
  assert.equal(remember.byThread('C1', '1.0')?.id, 'a');
  remember.put(remembered('c', 3));
  assert.equal(remember.byId('a'), undefined);
  assert.equal(remember.byThread('C1', '1.0'), undefined);
  assert.deepEqual(
    remember.byUser('U1').map(({ id }) => id),
    ['c', 'b'],
  );
  assert.deepEqual(remember.byUser('U2'), []);
});

test('a thread remembers its last public answer and no private one', () => {
  const remember = createRemember();
  remember.put(remembered('a', 1, { threadTs: '1.0', messageTs: '1.1' }));
  remember.put(remembered('b', 2, { threadTs: '1.0' }));
  assert.equal(remember.byThread('C1', '1.0')?.id, 'a');
  remember.put(remembered('b', 2, { threadTs: '1.0', messageTs: '1.2' }));
  assert.equal(remember.byThread('C1', '1.0')?.id, 'b');
  assert.equal(remember.byThread('C2', '1.0'), undefined);
});

test('what diagnoses are continued from is bounded in all: the oldest lose it, and stay themselves', () => {
  const remember = createRemember(10, 250);
  for (const [at, id] of ['a', 'b', 'c'].entries()) remember.put(remembered(id, at, { material: new Uint8Array(100) }));
  assert.equal(remember.byId('a')?.material, undefined);
  assert.equal(remember.byId('a')?.diagnosis, diagnosis);
  assert.equal(remember.byId('b')?.material?.byteLength, 100);
  assert.equal(remember.byId('c')?.material?.byteLength, 100);
});
