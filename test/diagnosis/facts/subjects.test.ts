// What of a gateway a paste speaks of: names and requests to ask about, failures first, bounded and without secrets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Subjects } from '../../../src/diagnosis/facts/subjects.ts';
import { toJson } from '../../../src/render/json.ts';
import { PLANTED } from '../../support/secrets.ts';

const key = new TextEncoder().encode('a key of the tests, long enough');

async function subjectsIn(text: string): Promise<Subjects> {
  return (await diagnose([{ source: 'paste', bytes: text }], { key })).subjects;
}

function logged(route: string, status: number, more: object = {}): string {
  return JSON.stringify({
    request: {
      method: 'POST',
      uri: `/${route}/7?page=2`,
      url: `http://api.example.com/${route}/7`,
      headers: { host: 'api.example.com' },
    },
    response: { status, headers: {} },
    route: { id: `id-of-${route}`, name: route },
    service: { id: 's', name: `${route}-service` },
    client_ip: '10.1.2.3',
    started_at: 1791788400000,
    ...more,
  });
}

test('routes, services, consumers and requests of a log, those that fail most first', async () => {
  const consumer = { consumer: { id: 'c', username: 'web' } };
  const lines = [
    logged('fine', 200),
    logged('rare', 401),
    logged('often', 401),
    logged('often', 403, consumer),
    logged('often', 401),
  ];
  const subjects = await subjectsIn(lines.join('\n'));
  assert.deepEqual(subjects.routes, ['often', 'rare']);
  assert.deepEqual(subjects.services, ['often-service', 'rare-service']);
  assert.deepEqual(subjects.consumers, ['web']);
  assert.equal(subjects.requests[0]?.path, '/often/7');
  assert.equal(subjects.requests[0]?.method, 'POST');
});

test('an error log names the request, its host and the plugin that wrote', async () => {
  const line =
    '2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [jwt] no token, client: 10.4.1.2, server: kong, request: "GET /orders/9?x=1 HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"';
  const subjects = await subjectsIn(`${line}\n${line}`);
  assert.deepEqual(subjects.requests, [{ method: 'GET', host: 'api.example.com', path: '/orders/9' }]);
  assert.deepEqual(subjects.plugins, [{ name: 'jwt', scope: {} }]);
});

test('configuration gives names, ids and what a plugin is attached to; what the Admin API or a provider answered is no request', async () => {
  const plugin = {
    id: 'p1',
    name: 'acl',
    enabled: true,
    route: { id: 'r1' },
    service: null,
    consumer: null,
    config: { allow: ['gold'] },
  };
  const subjects = await subjectsIn(`${JSON.stringify(plugin)}

> GET /routes/none HTTP/1.1
> Host: localhost:8001
>
< HTTP/1.1 404 Not Found
< X-Kong-Admin-Latency: 1
<
{"message":"Not found"}
`);
  assert.deepEqual(subjects.plugins, [{ id: 'p1', name: 'acl', scope: { route: 'r1' } }]);
  assert.deepEqual(subjects.routes, ['r1']);
  assert.deepEqual(subjects.requests, []);
});

test('a user name and an issuer name their consumer', async () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'HS256' })}.${part({ iss: 'web-iss', exp: 1791788400 })}.${'a'.repeat(43)}`;
  const subjects = await subjectsIn(`$ curl -i -u ann:wrong-password-1 https://api.example.com/basic
HTTP/1.1 401 Unauthorized
X-Kong-Response-Latency: 1

{"message":"Unauthorized"}

$ curl -i -H 'Authorization: Bearer ${token}' https://api.example.com/jwt
HTTP/1.1 401 Unauthorized
X-Kong-Response-Latency: 1

{"message":"Unauthorized"}
`);
  assert.deepEqual(subjects.credentials, [
    { type: 'basic-auth', identifier: 'ann' },
    { type: 'jwt', identifier: 'web-iss' },
  ]);
});

test('they are bounded, hold no secret and are no part of the public JSON', async () => {
  const many = Array.from({ length: 300 }, (_, at) => logged(`route-${at}`, 401)).join('\n');
  const diagnosis = await diagnose([{ source: 'paste', bytes: many }], { key });
  for (const list of Object.values(diagnosis.subjects)) assert.ok(list.length <= 20);
  assert.ok(!('subjects' in toJson(diagnosis)));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...PLANTED), { minLength: 1, maxLength: 5 }), async (planted) => {
      const told = JSON.stringify(await subjectsIn(planted.map(({ lines }) => lines).join('\n\n')));
      for (const { secrets } of planted) for (const secret of secrets) assert.ok(!told.includes(secret), secret);
      assert.ok(!told.includes('fp:'), 'a mark is nothing to ask for');
    }),
    { numRuns: 60 },
  );
});
