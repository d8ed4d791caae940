// What --live and for NAME mean before and after a paste.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveIn } from '../../../src/slack/commands/live-in.ts';

const GATEWAYS = ['prod-eu', 'prod-us'];

test('without --live everything is material', () => {
  assert.deepEqual(liveIn('HTTP/1.1 401 for prod-eu', GATEWAYS), { text: 'HTTP/1.1 401 for prod-eu' });
  assert.deepEqual(liveIn('--lively x', GATEWAYS), { text: '--lively x' });
});

test('a configured gateway is named before or after the paste, in any case; other words are material', () => {
  const eu = { gateway: 'prod-eu' };
  assert.deepEqual(liveIn('--live for prod-eu a\nb', GATEWAYS), { text: 'a\nb', live: eu });
  assert.deepEqual(liveIn('--live a\nb\nfor PROD-EU', GATEWAYS), { text: 'a\nb', live: eu });
  assert.deepEqual(liveIn('—live for prod-eu', GATEWAYS), { text: '', live: eu });
  assert.deepEqual(liveIn('--live they wait for orders', GATEWAYS), {
    text: 'they wait for orders',
    live: { gateway: undefined },
  });
  assert.deepEqual(liveIn('--live', GATEWAYS), { text: '', live: { gateway: undefined } });
});
