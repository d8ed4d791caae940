// Access logs in JSON and with upstream fields: every field where the traffic facts look for it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observe, observeLines, ofKind } from '../observe.ts';

const at = Date.UTC(2026, 9, 12, 7, 1, 2);
const COMBINED = '192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET /orders?page=2 HTTP/1.1" 401 96 "-" "okhttp/4.12"';
const ID = '789c0bf1b76f6ffa6746a21d40749f0c';

const LINES: Readonly<Record<string, readonly [line: string, expected: object]>> = {
  'nginx names': [
    JSON.stringify({
      time_iso8601: '2026-10-12T07:01:02+00:00',
      remote_addr: '192.0.2.7',
      request: 'GET /orders?page=2 HTTP/1.1',
      status: '401',
      upstream_status: '502, 401',
      upstream_addr: '10.0.0.5:8080, 10.0.0.6:8080',
      http_user_agent: 'okhttp/4.12',
      kong_request_id: ID,
    }),
    {
      status: 401,
      method: 'GET',
      path: '/orders',
      at,
      client: '192.0.2.7',
      agent: 'okhttp/4.12',
      requestId: ID,
      target: '10.0.0.6:8080',
      upstreamStatus: '401',
    },
  ],
  'no upstream asked': [
    JSON.stringify({
      msec: '1791788462.000',
      request_method: 'POST',
      request_uri: '/x',
      status: 403,
      upstream_status: '-',
      request_time: '0.001',
    }),
    { status: 403, method: 'POST', path: '/x', at, upstreamStatus: '' },
  ],
  'Envoy in front': [
    JSON.stringify({
      start_time: '2026-10-12T07:01:02.000Z',
      method: 'GET',
      path: '/x',
      response_code: 401,
      response_flags: '-',
      upstream_host: '10.0.0.1:80',
      downstream_remote_address: '192.0.2.7:555',
    }),
    { status: 401, method: 'GET', path: '/x', at, client: '192.0.2.7', target: '10.0.0.1:80' },
  ],
  'inside a shipper’s envelope': [
    JSON.stringify({ _index: 'kong', _source: { status: 401, uri: '/x', remote_addr: '192.0.2.7' } }),
    { status: 401, path: '/x', client: '192.0.2.7' },
  ],
  'ingress-nginx: the upstream may be Kong': [
    `${COMBINED} 345 0.004 [kong-kong-proxy-80] [] 10.244.0.5:8000 96 0.004 401 ${ID}`,
    {
      status: 401,
      method: 'GET',
      path: '/orders',
      at,
      client: '192.0.2.7',
      agent: 'okhttp/4.12',
      target: '10.244.0.5:8000',
      requestId: ID,
    },
  ],
  'own fields behind the request id': [
    `${COMBINED} kong_request_id: "${ID}" upstream_status=401 upstream_addr=10.0.0.5:8080`,
    {
      status: 401,
      method: 'GET',
      path: '/orders',
      at,
      client: '192.0.2.7',
      agent: 'okhttp/4.12',
      requestId: ID,
      target: '10.0.0.5:8080',
      upstreamStatus: '401',
    },
  ],
  'short own fields': [
    `${COMBINED} "-" rt=0.001 ua="-" us="-"`,
    { status: 401, method: 'GET', path: '/orders', at, client: '192.0.2.7', agent: 'okhttp/4.12', upstreamStatus: '' },
  ],
};
for (const [form, [line, expected]] of Object.entries(LINES)) {
  test(`an access log line, ${form}`, () => {
    const { kinds, observations } = observeLines(line);
    assert.deepEqual(kinds, ['access-log']);
    assert.deepEqual(ofKind(observations, 'request')[0]?.logged, expected);
  });
}

test('an error body with status and path is an answer and no log line', () => {
  const body =
    '{"timestamp":"2026-10-12T07:01:02","status":401,"error":"Unauthorized","message":"Full authentication is required","path":"/orders"}';
  assert.deepEqual(observeLines(body).kinds, ['none']);
  assert.equal(observe(body, 'json').kind, 'response-body');
});
