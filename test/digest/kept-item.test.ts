// Items of kept digests: read back from the store's JSON, and their requests as metrics that the diagnosis understands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { item } from '../../src/digest/item.ts';
import { itemIn, metricsOf } from '../../src/digest/kept-item.ts';
import type { RequestCount } from '../../src/digest/traffic.ts';

const NOW = Date.UTC(2026, 10, 25);
const KEY = new Uint8Array(32).fill(7);
const ROUTE = { type: 'route', name: 'list', to: NOW, status: 401 } as const;
const FAILURES = item('failures', 70, { headline: 'h', says: 'It fails.', details: [], diagnose: ROUTE });

function count(more: Partial<RequestCount>): RequestCount {
  return { service: 'orders', route: 'list', status: 200, source: 'upstream', count: 100, ...more };
}

test('an item is found by its id; what has another form is none', () => {
  const payload: unknown = JSON.parse(JSON.stringify({ snapshot: { version: 9 }, items: [FAILURES] }));
  assert.deepEqual(itemIn(payload, FAILURES.id), { item: FAILURES, snapshot: undefined });
  assert.equal(itemIn(payload, '0123456789ab'), undefined);
  for (const other of [undefined, null, [], { items: 'none' }, { items: [{ id: FAILURES.id }] }])
    assert.equal(itemIn(other, FAILURES.id), undefined);
});

test('the metrics hold what fails so, and what does not fail beside it, of the services in question', () => {
  const requests = [
    count({ count: 900 }),
    count({ status: 401, source: 'kong', count: 90 }),
    count({ status: 403, source: 'kong', count: 7 }),
    count({ route: 'other', status: 401, source: 'kong', count: 1.4 }),
    count({ service: 'search', route: 'search', count: 5000 }),
  ];
  assert.deepEqual(metricsOf({ requests }, ROUTE).split('\n'), [
    'kong_http_requests_total{service="orders",route="list",code="401",source="kong"} 90',
    'kong_http_requests_total{service="orders",route="other",code="401",source="kong"} 1',
    'kong_http_requests_total{service="orders",route="list",code="200",source="service"} 900',
  ]);
  assert.match(metricsOf({ requests }, { type: 'gateway', name: '', to: NOW, status: 401 }), /service="search"/);
  assert.equal(metricsOf({ requests }, { ...ROUTE, name: 'gone' }), '');
});

test('the diagnosis reads them, whatever is in a name', async () => {
  const consumer = 'a "b" \\ c\nd';
  const requests = [count({ consumer }), count({ status: 401, source: 'kong', consumer, count: 40 })];
  const text = metricsOf({ requests }, { type: 'consumer', name: consumer, to: NOW, status: 401 });
  const { traffic } = await diagnose([{ source: 'metrics', bytes: text }], { key: KEY, now: NOW });
  assert.deepEqual({ requests: traffic.requests, failed: traffic.failed }, { requests: 140, failed: 40 });
});

test('of a large gateway the failures and the busiest are kept', () => {
  const requests = Array.from({ length: 2000 }, (_, index) => count({ route: `r${index}`, count: index + 1 }));
  const text = metricsOf(
    { requests: [...requests, count({ status: 401, count: 1 })] },
    { ...ROUTE, type: 'service', name: 'orders' },
  );
  const lines = text.split('\n');
  assert.equal(lines.length, 400);
  assert.match(lines[0] ?? '', /code="401"/);
  assert.match(lines[1] ?? '', /route="r1999"/);
});
