// The gateway is asked what a paste speaks of: what is looked up, how that re-ranks, and what happens when it is not told.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DiagnosisUnderWay, diagnose, diagnoseToContinue } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Subjects } from '../../src/diagnosis/facts/subjects.ts';
import { KongauthError } from '../../src/errors.ts';
import { AdminClient } from '../../src/kong/client.ts';
import { type LiveReading, readLive } from '../../src/kong/live.ts';
import {
  type Entity,
  gatewayAt,
  konnectBase,
  type Peer,
  type PeerOptions,
  recordedList,
  startAdminApi,
} from '../support/admin-api-peer.ts';

const key = new TextEncoder().encode('a key of the tests, long enough');
const now = Date.parse('2026-11-24T04:00:00Z');
/** Every secret of the recordings. */
const SECRETS = [
  'websecret0123456789abcdef',
  'web-key-1',
  '64b31a3a221d19364c4d081017d1066fa0105b48',
  'hmacsecret',
  'prov123',
];
const NOTHING: Subjects = {
  routes: [],
  services: [],
  consumers: [],
  credentials: [],
  plugins: [],
  requests: [],
  tokens: [],
};

async function client(t: TestContext, options: PeerOptions = {}): Promise<{ peer: Peer; admin: AdminClient }> {
  const peer = await startAdminApi(options);
  const admin = new AdminClient(gatewayAt(peer.url), { bounds: { pause: 1, time: 2000 } });
  t.after(async () => {
    await admin.close();
    await peer.close();
  });
  return { peer, admin };
}

interface Looked {
  readonly before: Diagnosis;
  readonly after: Diagnosis;
  /** As `after`, with the paste itself at hand. */
  readonly whole: Diagnosis;
  readonly live: LiveReading;
  readonly peer: Peer;
}

/** Diagnoses, asks, diagnoses again on top of what was kept. */
async function look(t: TestContext, paste: string, options: PeerOptions = {}): Promise<Looked> {
  const { peer, admin } = await client(t, options);
  const { diagnosis: before, material } = await diagnoseToContinue([{ source: 'paste', bytes: paste }], { key, now });
  assert.ok(material !== undefined);
  const live = await readLive(admin, before.subjects, { key });
  const after = await diagnose(live.inputs, { key, now, material });
  const shown = JSON.stringify([after, live.resolved, live.notes]);
  for (const secret of SECRETS) assert.ok(!shown.includes(secret), `${secret} is shown`);
  assert.ok(!shown.includes(peer.url), 'the address of the Admin API is shown');
  // The whole paste at hand, or what was kept of it.
  const under = new DiagnosisUnderWay({ key, now });
  await under.read([{ source: 'paste', bytes: paste }]);
  await under.read(live.inputs);
  const whole = await under.diagnosis();
  assert.equal(whole.findings[0]?.cause, after.findings[0]?.cause);
  return { before, after, whole, live, peer };
}

const confidenceOf = ({ findings }: Diagnosis, cause: string): number =>
  findings.find((finding) => finding.cause === cause)?.confidence ?? 0;

function accessLine(path: string, status: number): string {
  return `10.1.2.3 - - [24/Nov/2026:03:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 26 "-" "curl/8.5.0" kong_request_id: "0293ac4135b8633692d0253b83eaaa59"`;
}

function loggedLine(fields: Entity): string {
  return JSON.stringify({
    request: { method: 'GET', uri: '/acl', url: 'http://api.example.com/acl', headers: {} },
    response: { status: 403, headers: {} },
    upstream_status: '',
    source: 'kong',
    client_ip: '10.1.2.3',
    started_at: now - 60_000,
    tries: [],
    latencies: { proxy: -1, kong: 1, request: 1 },
    ...fields,
  });
}

const CONSUMER = `$ curl -s localhost:8001/consumers/partner-acme
{"id":"d3a55c5c-ea13-4e65-a1df-544cff63e268","username":"partner-acme","custom_id":null,"created_at":1795455411,"updated_at":1795455411,"tags":null}
`;

test('a 401 of an access log: the route by its path, its key-auth, and a consumer without a key', async (t) => {
  const { before, after, live } = await look(t, `${CONSUMER}\n${accessLine('/key/7', 401)}\n`);
  assert.deepEqual(before.subjects.requests, [{ method: 'GET', path: '/key/7' }]);
  assert.deepEqual(
    live.resolved.map(({ type, name }) => `${type} ${name}`),
    ['route key', 'service orders', 'consumer partner-acme', 'plugin key-auth', 'plugin prometheus', 'plugin file-log'],
  );
  const [best] = after.findings;
  assert.equal(best?.cause, 'credential-unknown');
  assert.ok(confidenceOf(after, 'credential-unknown') > confidenceOf(before, 'credential-unknown') + 0.2);
  const [why] = best?.evidence ?? [];
  assert.match(why?.says ?? '', /key-auth runs here, and the consumer partner-acme has no credential for it/);
  assert.equal(why?.source, 'GET /consumers/d3a55c5c-ea13-4e65-a1df-544cff63e268/key-auth');
  assert.match(
    best?.remedies[0]?.snippets['admin-api'] ?? '',
    /http:\/\/localhost:8001\/consumers\/partner-acme\/key-auth/,
  );
});

test('a consumer that lacks the group of acl: the group to add, under the consumer’s name', async (t) => {
  const route = recordedList('routes').find(({ name }) => name === 'acl');
  const paste = loggedLine({ route, consumer: { id: 'b84e9692-fe01-45b2-87da-476f69d03356', username: 'mobile' } });
  const { after } = await look(t, paste);
  const [best] = after.findings;
  assert.equal(best?.cause, 'acl-denied');
  assert.ok(best.evidence.some(({ says }) => says === 'mobile has no group; acl allows gold.'));
  assert.match(best.remedies[0]?.snippets['admin-api'] ?? '', /consumers\/mobile\/acls'[\s\S]*"group":"gold"/);
});

test('openid-connect whose client_auth the provider does not support: its id and its present value', async (t) => {
  const id = '0c1b2a39-4857-4e6f-9a0b-1c2d3e4f5a6b';
  const oidc = {
    id,
    name: 'openid-connect',
    enabled: true,
    route: { id: 'f0687517-8ce7-44ae-a9b8-a229997a67ab' },
    service: null,
    consumer: null,
    config: {
      issuer: 'https://idp.example.com',
      client_auth: ['client_secret_basic'],
      client_id: ['gw'],
      client_secret: ['hmacsecret'],
    },
  };
  const discovery = {
    issuer: 'https://idp.example.com',
    authorization_endpoint: 'https://idp.example.com/authorize',
    token_endpoint: 'https://idp.example.com/token',
    jwks_uri: 'https://idp.example.com/jwks',
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  };
  const { before, after } = await look(t, `${JSON.stringify(discovery, null, 2)}\n\n${accessLine('/key', 401)}\n`, {
    lists: { '/plugins': [oidc] },
  });
  assert.equal(confidenceOf(before, 'oidc-client-auth-method'), 0);
  const [best] = after.findings;
  assert.equal(best?.cause, 'oidc-client-auth-method');
  const [remedy] = best.remedies;
  assert.match(remedy?.snippets['admin-api'] ?? '', new RegExp(`localhost:8001/plugins/${id}`));
  assert.match(remedy?.note ?? '', /Live, client_auth is now client_secret_basic\./);
  assert.doesNotMatch(remedy?.note ?? '', /In the paste/);
});

test('a plugin that shows the cause: the transformer that takes Authorization away', async (t) => {
  const route = recordedList('routes').find(({ name }) => name === 'remove');
  const paste = loggedLine({
    request: {
      method: 'GET',
      uri: '/remove',
      url: 'http://api.example.com/remove',
      headers: { authorization: 'REDACTED' },
    },
    response: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
    route,
    source: 'upstream',
    upstream_status: '401',
    tries: [{ ip: '10.2.0.1', port: 8080 }],
  });
  const { before, after } = await look(t, paste);
  const [best] = after.findings;
  assert.equal(best?.cause, 'auth-header-not-forwarded');
  assert.ok(best.confidence > confidenceOf(before, 'auth-header-not-forwarded'));
  assert.ok(best.evidence.some(({ source }) => source === 'GET /plugins'));
});

test('the consumer of a token is found by its issuer; an issuer that no credential has is said', async (t) => {
  const token = (iss: string): string => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss, nbf: 1_700_000_000, exp: 1_900_000_000 })}.${'a'.repeat(43)}`;
  };
  const call = (iss: string): string =>
    `> GET /jwt HTTP/1.1\n> Host: api.example.com\n> Authorization: Bearer ${token(iss)}\n>\n< HTTP/1.1 401 Unauthorized\n< Server: kong/3.9.3\n< X-Kong-Response-Latency: 1\n<\n{"message":"Unauthorized"}`;
  const [web] = recordedList('consumers').filter(({ username }) => username === 'web');
  assert.ok(web !== undefined);
  const known = await look(t, call('web-iss'), { answers: { '/jwts/web-iss/consumer': web } });
  assert.ok(known.live.resolved.some(({ type, name }) => type === 'consumer' && name === 'web'));
  // Only who has the token can check it with the secret of the gateway.
  assert.match(JSON.stringify(known.whole.findings), /does not verify with the secret of the jwt credential web-iss/);
  const unknown = await look(t, call('https://other.example.com/../x'));
  assert.ok(unknown.peer.calls.some((made) => made.startsWith('GET /routes?')));
  assert.match(unknown.live.notes.join(' '), /cannot be asked for/);
  const gone = await look(t, call('nobody-iss'));
  assert.ok(gone.peer.calls.includes('GET /jwts/nobody-iss/consumer'));
  assert.equal(gone.after.findings[0]?.cause, 'credential-unknown');
  assert.match(gone.after.findings[0]?.evidence[0]?.says ?? '', /has no credential nobody-iss/);
});

test('the pasted entity gives way to the live one', async (t) => {
  const [plugin] = recordedList('plugins').filter(({ id }) => id === '5f468a16-d4c2-4b60-86cd-60765cf3440f');
  const pasted = { ...plugin, config: { ...(plugin?.config as Entity), allow: ['silver'] } };
  const { before, after } = await look(
    t,
    `${JSON.stringify(pasted)}\n\n${loggedLine({ consumer: { id: 'b84e9692-fe01-45b2-87da-476f69d03356', username: 'mobile' } })}`,
  );
  assert.match(JSON.stringify(before.findings), /silver/);
  assert.doesNotMatch(JSON.stringify(after.findings.map(({ remedies }) => remedies)), /silver/);
  assert.match(JSON.stringify(after.findings[0]?.remedies), /gold/);
});

test('nobody pasted the secrets of the gateway', async (t) => {
  const paste = loggedLine({ consumer: { id: '3be51350-02c6-4be4-b897-4fae5b55afaa', username: 'web' } });
  const { after, live } = await look(t, paste);
  assert.ok(live.inputs.some(({ source }) => source.endsWith('/key-auth')));
  assert.deepEqual(after.secrets, []);
});

const FAILING = [{ method: 'GET', path: '/key' }];

test('what is not told becomes a note, and the rest is looked at', async (t) => {
  const { admin } = await client(t, {
    faults: [
      { at: '/plugins', does: 500 },
      { at: '/status', does: 403 },
    ],
  });
  const subjects = { ...NOTHING, routes: ['key', 'no-such'], consumers: ['web'] };
  const { resolved, notes } = await readLive(admin, subjects, { key });
  assert.deepEqual(
    resolved.map(({ name }) => name),
    ['key', 'orders', 'web'],
  );
  assert.match(notes.join('\n'), /no route of the name or id no-such/);
  assert.match(notes.join('\n'), /GET \/plugins was answered 500: the node has a fault/);
  assert.match(notes.join('\n'), /GET \/status was answered 403: the token may not read this/);
});

test('a token alone names nothing to look up', async (t) => {
  const { admin } = await client(t);
  const { resolved, notes } = await readLive(admin, { ...NOTHING, tokens: [{ kid: 'a', issuer: 'b' }] }, { key });
  assert.deepEqual(resolved, []);
  assert.match(notes.join(), /names no route, service, consumer or plugin/);
});

test('a connection that goes in the middle leaves what was read', async (t) => {
  const { admin, peer } = await client(t, { faults: [{ at: '/consumers/web', does: 'reset' }] });
  const subjects = { ...NOTHING, requests: FAILING, consumers: ['web'] };
  const { resolved, inputs, notes } = await readLive(admin, subjects, { key });
  assert.deepEqual(
    resolved.map(({ name }) => name),
    ['key', 'orders'],
  );
  assert.ok(inputs.some(({ source }) => source.startsWith('GET /routes/')));
  assert.match(notes.join('\n'), /was not reached/);
  assert.ok(!peer.calls.some((call) => call.startsWith('GET /plugins')), 'went on asking');
});

test('a gateway that tells nothing is one sentence', async (t) => {
  const refused = await client(t, { token: 'very-secret-token' });
  await assert.rejects(readLive(refused.admin, { ...NOTHING, routes: ['key'] }, { key }), (error: unknown) => {
    assert.ok(error instanceof KongauthError && error.code === 'kong-refused');
    return /RBAC wants a token/.test(error.message);
  });
  await refused.peer.close();
  await assert.rejects(readLive(refused.admin, NOTHING, { key }), { code: 'kong-unreachable' });
});

test('a user of an access log is looked up as that of a basic-auth credential', async (t) => {
  const [web] = recordedList('consumers').filter(({ username }) => username === 'web');
  assert.ok(web !== undefined);
  const line = (user: string): string =>
    `10.1.2.3 - ${user} [24/Nov/2026:03:00:00 +0000] "GET /basic HTTP/1.1" 401 26 "-" "curl/8.5.0"`;
  const { live } = await look(t, line('web-user'), { answers: { '/basic-auths/web-user/consumer': web } });
  assert.ok(live.resolved.some(({ type, name }) => type === 'consumer' && name === 'web'));
  const unknown = await look(t, line('nobody'));
  assert.equal(unknown.after.findings[0]?.cause, 'credential-unknown');
  assert.match(unknown.after.findings[0]?.evidence[0]?.says ?? '', /has no credential nobody for it/);
});

test('a credential that Konnect does not find so is not said to be missing', async (t) => {
  const peer = await startAdminApi({ konnect: 'cp-1', token: 'kpat-of-the-test' });
  const base = gatewayAt(`${peer.url}${konnectBase('cp-1')}`, { konnect: true, adminToken: 'kpat-of-the-test' });
  const admin = new AdminClient(base, { bounds: { pause: 1, time: 2000 } });
  t.after(async () => {
    await admin.close();
    await peer.close();
  });
  const credentials = [{ type: 'jwt', identifier: 'nobody-iss' }] as const;
  const { inputs, notes } = await readLive(admin, { ...NOTHING, routes: ['jwt'], credentials }, { key });
  assert.ok(!inputs.some(({ source }) => source.startsWith('GET /jwts/')));
  assert.match(notes.join('\n'), /jwt credential nobody-iss is could not be looked up here/);
});

test('a slow gateway is not asked for longer than a minute; without a subject only the node is asked', async (t) => {
  const { admin, peer } = await client(t);
  let clock = 0;
  const { notes, inputs } = await readLive(
    admin,
    { ...NOTHING, routes: ['key'] },
    { key, now: () => (clock += 25_000) },
  );
  assert.match(notes.join('\n'), /after a minute nothing more was asked/);
  assert.ok(inputs.length > 0 && !peer.calls.some((call) => call.startsWith('GET /plugins')));
  const asked = peer.calls.length;
  const none = await readLive(admin, NOTHING, { key });
  assert.match(none.notes.join(), /names no route/);
  assert.deepEqual(peer.calls.slice(asked), ['GET /', 'GET /status']);
});

test('names fill their own segment only, and few of many are asked for', async (t) => {
  const { admin, peer } = await client(t);
  const wild = ['a/b', '../plugins', 'x?size=1', 'ü %2F', '#', 'seven', 'eight'];
  const { notes } = await readLive(admin, { ...NOTHING, routes: wild, services: wild, consumers: wild }, { key });
  const asked = peer.calls.filter((call) => /^GET \/(?:routes|services|consumers)\//.test(call));
  assert.deepEqual([...new Set(asked.map((call) => call.split('/').length))], [3]);
  assert.ok(peer.calls.length < 30, `${peer.calls.length} calls`);
  assert.match(notes.join('\n'), /Of 7 routes that are named the first 5 were looked up/);
});

test('routes are matched by host, path and method; what is open is said', async (t) => {
  const at = (name: string, more: Entity): Entity => ({
    id: name,
    name,
    protocols: ['http'],
    paths: ['/orders'],
    ...more,
  });
  const { admin } = await client(t, {
    lists: {
      '/routes': [
        at('a', { hosts: ['a.example.com'] }),
        at('b', { hosts: ['*.b.example.com'] }),
        at('b-post', { hosts: ['*.b.example.com'], methods: ['POST'] }),
      ],
      '/plugins': [],
    },
  });
  const routeFor = async (request: Subjects['requests'][number]): Promise<LiveReading> =>
    await readLive(admin, { ...NOTHING, requests: [request] }, { key });
  const named = await routeFor({ method: 'GET', host: 'x.b.example.com', path: '/orders/1' });
  assert.deepEqual(
    named.resolved.map(({ name }) => name),
    ['b'],
  );
  const posted = await routeFor({ method: 'POST', host: 'x.b.example.com', path: '/orders/1' });
  assert.deepEqual(
    posted.resolved.map(({ name }) => name),
    ['b-post'],
  );
  const open = await routeFor({ method: 'GET', path: '/orders/1' });
  assert.match(open.notes.join(' '), /Several routes match \/orders\/1/);
  const none = await routeFor({ method: 'GET', host: 'c.example.com', path: '/orders/1' });
  assert.match(none.notes.join(' '), /No route of the gateway matches c\.example\.com\/orders\/1/);
});
