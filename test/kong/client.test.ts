// The Admin API client against a peer over HTTP and TLS: pages, retries, bounds, and what each failure says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { z } from 'zod';
import { KongauthError } from '../../src/errors.ts';
import type { GatewaySettings } from '../../src/gateway-settings.ts';
import { AdminClient, type Bounds } from '../../src/kong/client.ts';
import { path } from '../../src/kong/path.ts';
import {
  gatewayAt,
  offsetOf,
  type Peer,
  type PeerOptions,
  recordedList,
  startAdminApi,
} from '../support/admin-api-peer.ts';

const QUICK: Partial<Bounds> = { pause: 1, time: 2000 };
const AnyRecord = z.looseObject({});
const folder = mkdtempSync(join(tmpdir(), 'kong-tls-'));
after(() => rmSync(folder, { recursive: true }));

interface Scene {
  readonly peer: Peer;
  readonly client: AdminClient;
}

async function scene(
  t: TestContext,
  options: PeerOptions,
  kong: Partial<GatewaySettings> = {},
  bounds: Partial<Bounds> = {},
): Promise<Scene> {
  const peer = await startAdminApi(options);
  const client = new AdminClient(gatewayAt(peer.url, kong), { bounds: { ...QUICK, ...bounds } });
  t.after(async () => {
    await client.close();
    await peer.close();
  });
  return { peer, client };
}

/** The error of a call that must fail. */
async function errorOf(call: Promise<unknown>): Promise<KongauthError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof KongauthError, String(error));
  assert.match(error.message, /\.$/);
  assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /very-secret-token|half-a-secret/);
  return error;
}

test('a list is read in pages of 1000', async (t) => {
  const routes = Array.from({ length: 2345 }, (_, at) => ({ id: String(at) }));
  const { peer, client } = await scene(t, { lists: { '/routes': routes } });
  assert.deepEqual(await client.list(path('routes')), routes);
  assert.deepEqual(peer.calls, [
    'GET /routes?size=1000',
    `GET /routes?size=1000&offset=${offsetOf(1000)}`,
    `GET /routes?size=1000&offset=${offsetOf(2000)}`,
  ]);
});

test('calls at once and one after another share four connections', async (t) => {
  const { peer, client } = await scene(t, {});
  await Promise.all(Array.from({ length: 20 }, () => client.list(path('routes'))));
  for (let call = 0; call < 20; call++) await client.get(path('status'), AnyRecord);
  assert.equal(peer.calls.length, 40);
  assert.ok(peer.connections() <= 4, String(peer.connections()));
});

test('a reset in the middle of a page is tried again and the list is whole', async (t) => {
  const faults = [{ at: '/routes', does: 'reset', offset: offsetOf(10), times: 1 } as const];
  const { peer, client } = await scene(t, { faults: faults.map((fault) => ({ ...fault })), pageSize: 10 });
  const ids = (await client.list(path('routes'))).map((route) => route.id);
  assert.deepEqual(
    ids,
    recordedList('routes').map((route) => route.id),
  );
  assert.equal(peer.calls.filter((call) => call.includes(offsetOf(10))).length, 2);
});

test('a reset that stays is an error, not half a list', async (t) => {
  const { peer, client } = await scene(t, { faults: [{ at: '/routes', does: 'reset' }] });
  const error = await errorOf(client.list(path('routes')));
  assert.equal(error.code, 'kong-unreachable');
  assert.equal(peer.calls.length, 3);
});

test('pages that lead in a circle end', async (t) => {
  const { client } = await scene(t, { answers: { '/routes': { data: [], offset: 'again' } } });
  assert.match((await errorOf(client.list(path('routes')))).message, /circle/);
});

test('token and workspace go with every call, below the path of the address', async (t) => {
  const peer = await startAdminApi({ token: 'very-secret-token', workspace: 'admin-api/team%20a' });
  const gateway = gatewayAt(`${peer.url}/admin-api/`, { adminToken: 'very-secret-token', workspace: 'team a' });
  const client = new AdminClient(gateway, { bounds: QUICK });
  t.after(async () => {
    await client.close();
    await peer.close();
  });
  await client.get(path(), AnyRecord);
  await client.list(path('routes'));
  assert.deepEqual(peer.calls, ['GET /admin-api/team%20a/', 'GET /admin-api/team%20a/routes?size=1000']);
});

test('a wrong token is said and asked once only', async (t) => {
  const { peer, client } = await scene(t, { token: 'other' }, { adminToken: 'very-secret-token' });
  const error = await errorOf(client.list(path('routes')));
  assert.equal(error.code, 'kong-refused');
  assert.match(error.message, /401.*RBAC.*KONG_ADMIN_TOKEN/);
  assert.equal(peer.calls.length, 1);
});

for (const [status, code, words, calls] of [
  [403, 'kong-refused', /RBAC role read permission/, 1],
  [404, 'kong-not-found', /edition or node/, 1],
  [400, 'kong-failed', /no read should be/, 1],
  [302, 'kong-failed', /redirects are not followed/, 1],
  [429, 'kong-failed', /wait a minute/, 3],
  [500, 'kong-failed', /error log/, 3],
  [503, 'kong-failed', /error log/, 3],
] as const) {
  test(`${status} says what to do after ${calls} tries`, async (t) => {
    const { peer, client } = await scene(t, {
      faults: [{ at: '/status', does: status, headers: { location: '/elsewhere' } }],
    });
    const error = await errorOf(client.get(path('status'), AnyRecord));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.deepEqual(peer.calls, Array(calls).fill('GET /status'));
  });
}

test('a 500 that passes is not seen', async (t) => {
  const { client } = await scene(t, { faults: [{ at: '/routes', does: 500, times: 2 }] });
  assert.equal((await client.list(path('routes'))).length, recordedList('routes').length);
});

test('Retry-After is honoured, and not waited for when it asks for long', async (t) => {
  const soon = await scene(t, { faults: [{ at: '/routes', does: 429, headers: { 'retry-after': '0' }, times: 1 }] });
  assert.ok((await soon.client.list(path('routes'))).length > 0);
  const late = await scene(t, { faults: [{ at: '/routes', does: 429, headers: { 'retry-after': '3600' }, times: 1 }] });
  assert.equal((await errorOf(late.client.list(path('routes')))).code, 'kong-failed');
  assert.equal(late.peer.calls.length, 1);
});

for (const [does, code, words] of [
  ['truncate', 'kong-unreadable', /whole JSON/],
  ['wrong-json', 'kong-unreadable', /another form than Kong's \(field data\)/],
  ['huge', 'kong-unreadable', /more than 1 MB/],
] as const) {
  test(`an answer that is ${does} is refused`, async (t) => {
    const { peer, client } = await scene(t, { faults: [{ at: '/routes', does }] }, {}, { bytes: 2 ** 20 });
    const error = await errorOf(client.list(path('routes')));
    assert.equal(error.code, code);
    assert.match(error.message, words);
    assert.equal(peer.calls.length, 1);
  });
}

test('an answer that stalls is given up', async (t) => {
  const { client } = await scene(t, { faults: [{ at: '/routes', does: 'stall' }] }, {}, { time: 100 });
  const error = await errorOf(client.list(path('routes')));
  assert.equal(error.code, 'kong-unreachable');
  assert.match(error.message, /took too long/);
});

test('a gateway that is not there is unreachable', async (t) => {
  const { peer, client } = await scene(t, {});
  await peer.close();
  const error = await errorOf(client.get(path('status'), AnyRecord));
  assert.equal(error.code, 'kong-unreachable');
  assert.match(error.message, /nothing listens there/);
});

test('a private authority is trusted when its file is named, and said when not', async (t) => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'],
      ...['-subj', '/CN=admin', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  const trusted = await scene(t, { tls }, { caCert: cert });
  assert.ok((await trusted.client.list(path('routes'))).length > 0);
  const stranger = await scene(t, { tls });
  const error = await errorOf(stranger.client.list(path('routes')));
  assert.equal(error.code, 'kong-unreachable');
  assert.match(error.message, /KONG_CA_CERT/);
  assert.equal(stranger.peer.calls.length, 0);
});

test('an address that cannot be used is said by its variable', () => {
  assert.throws(
    () => new AdminClient(gatewayAt('http://me:hidden-word@kong:8001')),
    (error: unknown) =>
      error instanceof KongauthError && /^KONG_ADMIN_URL is wrong(?!.*hidden-word)/.test(error.message),
  );
});
