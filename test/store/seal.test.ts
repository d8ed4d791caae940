// Sealed payloads: opened with the same key alone, and never in clear.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeal } from '../../src/store/seal.ts';

const TEXT = 'apikey: a secret of a paste, ünd \u0000';

test('what is sealed opens again, and each time it looks different', () => {
  const seal = createSeal(new Uint8Array(32).fill(1));
  const [one, other] = [seal.close(TEXT), seal.close(TEXT)];
  assert.equal(seal.open(one), TEXT);
  assert.notDeepEqual(one, other);
  assert.ok(!Buffer.from(one).includes('secret'));
});

test('another key, a changed byte and a cut text open nothing', () => {
  const seal = createSeal(new Uint8Array(32).fill(1));
  const sealed = seal.close(TEXT);
  assert.equal(createSeal(new Uint8Array(32).fill(2)).open(sealed), undefined);
  for (const place of [0, 20, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed);
    changed[place] = (changed[place] ?? 0) ^ 1;
    assert.equal(seal.open(changed), undefined);
  }
  assert.equal(seal.open(sealed.subarray(0, 20)), undefined);
});
