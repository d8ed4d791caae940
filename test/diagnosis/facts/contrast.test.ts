// Contrast speaks where the data separate and is silent where they do not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findContrasts } from '../../../src/diagnosis/facts/contrast.ts';
import { fisherExact } from '../../../src/diagnosis/facts/fisher.ts';
import { TrafficTally } from '../../../src/diagnosis/facts/traffic.ts';
import { pathShape } from '../../../src/diagnosis/readers/lines/path-shape.ts';
import type { LoggedRequest } from '../../../src/diagnosis/readers/observation.ts';

function trafficOf(requests: readonly LoggedRequest[]) {
  const tally = new TrafficTally();
  for (const [line, logged] of requests.entries())
    tally.add(logged, () => ({ place: { source: 'log', line: line + 1 }, excerpt: '' }));
  return tally.traffic();
}

test('Fisher’s exact test gives the values of the tea tasting (Fisher 1935)', () => {
  assert.ok(Math.abs(fisherExact(4, 0, 0, 4) - 1 / 70) < 1e-12);
  assert.ok(Math.abs(fisherExact(3, 1, 1, 3) - 17 / 70) < 1e-12);
});

test('Fisher’s p is a probability and falls with the evidence', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.nat(200), fc.nat(200), (a, b, c, d) => {
      const p = fisherExact(a, b, c, d);
      assert.ok(p >= 0 && p <= 1);
      if (b > 0) assert.ok(fisherExact(a + 1, b - 1, c, d) <= p + 1e-9);
    }),
  );
});

test('one consumer that always fails is named with its figures', () => {
  const requests = Array.from({ length: 120 }, (_, at): LoggedRequest => {
    const consumer = at % 8 === 0 ? 'partner-acme' : at % 2 === 0 ? 'web' : 'mobile';
    return { status: consumer === 'partner-acme' ? 401 : 200, consumer, route: 'orders', method: 'GET' };
  });
  const [first] = findContrasts(trafficOf(requests));
  assert.equal(first?.dimension, 'consumer');
  assert.equal(first?.figures, 'partner-acme: 15 of 15 failed; all others: 0 of 105');
  assert.equal(first?.complete, true);
});

test('failures by chance separate nothing', () => {
  // A fixed sequence without relation to the consumer.
  const requests = Array.from(
    { length: 200 },
    (_, at): LoggedRequest => ({
      status: (at * 7919) % 11 === 0 ? 401 : 200,
      consumer: ['web', 'mobile', 'batch'][at % 3] ?? '',
      method: at % 5 === 0 ? 'POST' : 'GET',
    }),
  );
  assert.deepEqual(findContrasts(trafficOf(requests)), []);
});

test('a consumer with two failures of two among many is not enough', () => {
  const requests = Array.from(
    { length: 20 },
    (_, at): LoggedRequest => ({ status: at < 2 ? 401 : 200, consumer: at < 2 ? 'new' : 'web' }),
  );
  assert.deepEqual(findContrasts(trafficOf(requests)), []);
});

test('ids in paths are one shape', () => {
  assert.equal(pathShape('/orders/4711/items/0293ac4135b8633692d0253b83eaaa59'), '/orders/{id}/items/{id}');
  assert.equal(pathShape('/'), '/');
});

test('memory is bounded: a million distinct clients leave at most the kept values', () => {
  const tally = new TrafficTally();
  for (let at = 0; at < 1_000_000; at++)
    tally.add({ status: 200, client: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` }, () => ({
      place: { source: 'log', line: 1 },
      excerpt: '',
    }));
  const { byDimension, requests } = tally.traffic();
  assert.equal(requests, 1_000_000);
  assert.ok(byDimension.client.length <= 500);
  assert.equal(byDimension.client.find((client) => client.value === '(others)')?.total, 995_000);
});
