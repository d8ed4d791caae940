// Calls to providers: which hosts, which addresses, how far redirects lead, and what is said when there is no answer.
import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { createReach, type Reach, type ReachOptions } from '../../src/doctor/reach.ts';
import { KongauthError } from '../../src/errors.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';

const DOCUMENT = '/.well-known/openid-configuration';
let authority: Authority;
let idp: IdentityProvider;
const open: Reach[] = [];

before(async () => {
  authority = createAuthority();
  idp = await startIdentityProvider({ tls: authority.issue(['localhost']), ca: authority.ca });
});
after(async () => {
  await Promise.all(open.map((reach) => reach.close()));
  await idp.close();
  authority.remove();
});

function reachOf(options: Partial<ReachOptions> = {}): Reach {
  const reach = createReach({ hosts: [new URL(idp.issuer).host], ca: authority.ca, time: 3000, ...options });
  open.push(reach);
  return reach;
}

const resolvesTo =
  (...rounds: readonly (readonly string[])[]): NonNullable<ReachOptions['lookup']> =>
  (_host, _options, callback) => {
    const [addresses = [], ...later] = rounds;
    if (later.length > 0) rounds = later;
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };

async function refusal(call: Promise<unknown>, code: KongauthError['code'], words: RegExp): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof KongauthError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });
}

test('a named host is read, with its certificate and its clock', async () => {
  const { status, body, tls, headers, sentAt, at } = await reachOf().get(`${idp.issuer}${DOCUMENT}`);
  assert.equal(status, 200);
  assert.equal((JSON.parse(body) as { issuer: string }).issuer, idp.issuer);
  assert.equal(tls?.trusted, true);
  assert.equal(tls.issuer, 'Test Authority');
  assert.ok(sentAt <= at && Date.parse(headers.date ?? '') > 0);
});

test('an unknown authority is told and not hidden', async () => {
  const stranger = createReach({ hosts: [new URL(idp.issuer).host] });
  open.push(stranger);
  const { tls } = await stranger.get(`${idp.issuer}${DOCUMENT}`);
  assert.equal(tls?.trusted, false);
  assert.equal(tls.distrust, 'unknown-authority');
  assert.equal(tls.code, 'SELF_SIGNED_CERT_IN_CHAIN');
});

test('a certificate for another name, one that has ended and one without its authority are told apart, at every connection', async (t) => {
  for (const [certificate, distrust, options] of [
    [authority.issue(['other.example']), 'wrong-name', {}],
    [authority.issue(['localhost'], -2), 'ended', {}],
    [authority.issue(['localhost'], 90, { alone: true }), 'chain-incomplete', { ca: '' }],
  ] as const) {
    const server = createServer({ key: certificate.key, cert: certificate.cert }, (_, response) => {
      response.writeHead(200, { connection: 'close' });
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const reach = reachOf({ hosts: [`localhost:${port}`], ...options });
    for (let connection = 1; connection <= 3; connection++) {
      const { tls } = await reach.get(`https://localhost:${port}/`);
      assert.deepEqual([tls?.trusted, tls?.distrust], [false, distrust], `${distrust}, connection ${connection}`);
    }
  }
});

test('hosts that nobody names are not called, whatever their notation', async () => {
  const before = idp.calls.length;
  const reach = reachOf({ hosts: ['idp.example', 'localhost:1'] });
  for (const url of [
    `${idp.issuer}${DOCUMENT}`,
    'https://evil.example/',
    'https://idp.example.evil.example/',
    'https://evilidp.example/',
  ])
    await refusal(reach.get(url), 'provider-refused', /is named by no plugin/);
  await refusal(reach.get('https://user:pass@idp.example/'), 'provider-refused', /user or password/);
  await refusal(reach.get('ftp://idp.example/'), 'provider-refused', /neither https/);
  await refusal(reach.get('nonsense'), 'provider-refused', /no URL/);
  assert.equal(idp.calls.length, before);
});

test('metadata addresses are refused even where a plugin names them', async () => {
  const hosts = ['169.254.169.254', '[::ffff:a9fe:a9fe]', '100.100.100.200', '0.0.0.0'];
  const reach = reachOf({ hosts });
  for (const url of [
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.169.254./',
    'http://[::ffff:169.254.169.254]/',
    'http://100.100.100.200/',
    'http://0/',
  ])
    await refusal(reach.get(url), 'provider-refused', /never called from here/);
});

test('a name is judged by the address that is connected to, at that moment', async () => {
  const { port } = new URL(idp.issuer);
  const url = `https://IDP.example.:${port}${DOCUMENT}`;
  for (const address of ['169.254.169.254', 'fe80::1', '127.0.0.1', '::1', '::ffff:127.0.0.1'])
    await refusal(
      reachOf({ hosts: ['idp.example'], lookup: resolvesTo([address]) }).get(url),
      'provider-refused',
      /never called from here/,
    );
  // A name that changes its mind: every connection is looked at anew.
  const rebinding = reachOf({ hosts: ['idp.example'], lookup: resolvesTo(['127.0.0.1'], ['169.254.169.254']) });
  await refusal(rebinding.get(url), 'provider-refused', /never called/);
  await refusal(rebinding.get(url), 'provider-refused', /never called/);
  // Of several addresses only those that may be called are tried.
  const mixed = reachOf({ hosts: ['localhost'], lookup: resolvesTo(['169.254.169.254', '127.0.0.1']) });
  assert.equal((await mixed.get(`${idp.issuer}${DOCUMENT}`)).status, 200);
});

test('redirects are followed within the host and no further', async (t) => {
  t.after(() => idp.faults.clear());
  idp.faults.set('/moved', { redirect: DOCUMENT });
  assert.equal((await reachOf().get(`${idp.issuer}/moved`)).status, 200);
  idp.faults.set('/away', { redirect: 'https://evil.example/' });
  await refusal(reachOf().get(`${idp.issuer}/away`), 'provider-refused', /redirects to evil\.example/);
  idp.faults.set('/meta', { redirect: 'http://169.254.169.254/' });
  await refusal(reachOf().get(`${idp.issuer}/meta`), 'provider-refused', /redirects to 169/);
  const { port } = new URL(idp.issuer);
  for (const [path, target] of [
    ['/port', `https://localhost:${Number(port) + 1}/`],
    ['/plain', `http://localhost:${port}/`],
    ['/scheme', 'file:///etc/passwd'],
    ['/user', `https://user:pass@evil.example:${port}/`],
  ] as const) {
    idp.faults.set(path, { redirect: target });
    await refusal(
      reachOf({ hosts: ['localhost', 'evil.example'] }).get(`${idp.issuer}${path}`),
      'provider-refused',
      /redirects to/,
    );
  }
  idp.faults.set('/circle', { redirect: '/circle' });
  await refusal(reachOf().get(`${idp.issuer}/circle`), 'provider-unreachable', /more than 3 times/);
});

test('size and time are limited, and absence is said', async (t) => {
  t.after(() => idp.faults.clear());
  idp.faults.set('/huge', 'huge');
  await refusal(reachOf().get(`${idp.issuer}/huge`), 'provider-unreachable', /more than 1024 kB/);
  idp.faults.set('/stall', 'stall');
  await refusal(reachOf({ time: 150 }).get(`${idp.issuer}/stall`), 'provider-unreachable', /took too long/);
  await refusal(
    reachOf({ hosts: ['localhost:1'] }).get('https://localhost:1/'),
    'provider-unreachable',
    /nothing listens/,
  );
  idp.faults.set('/drip', 'drip');
  await refusal(reachOf({ time: 150 }).get(`${idp.issuer}/drip`), 'provider-unreachable', /took too long/);
  idp.faults.set('/packed', 'packed');
  await refusal(reachOf().get(`${idp.issuer}/packed`), 'provider-unreachable', /answers compressed/);
  idp.faults.set('/truncated', 'truncated');
  await refusal(reachOf().get(`${idp.issuer}/truncated`), 'provider-unreachable', /closed within|cut off/);
  idp.faults.set('/gone', 'hang-up');
  await refusal(reachOf().get(`${idp.issuer}/gone`), 'provider-unreachable', /reset|closed/);
  await refusal(
    reachOf({ total: 0 }).get(`${idp.issuer}${DOCUMENT}`),
    'provider-unreachable',
    /for all calls are over/,
  );
  const http = `http://localhost:${new URL(idp.issuer).port}/`;
  await refusal(
    reachOf({ hosts: [new URL(http).host] }).get(http),
    'provider-unreachable',
    /closed|reset|no HTTP|was not reached/,
  );
  const nowhere: NonNullable<ReachOptions['lookup']> = (_host, _options, callback) =>
    callback(Object.assign(new Error('words of the resolver'), { code: 'ENOTFOUND' }), []);
  await refusal(
    reachOf({ hosts: ['idp.example'], lookup: nowhere }).get('https://idp.example/'),
    'provider-unreachable',
    /^idp\.example was not reached: the name does not resolve from here; (?!.*words of)/,
  );
});

test('many calls take turns, and those that fail keep nobody waiting', async (t) => {
  t.after(() => idp.faults.clear());
  idp.faults.set('/gone', 'hang-up');
  const reach = reachOf();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, at) => reach.get(`${idp.issuer}${at % 2 === 0 ? '/gone' : DOCUMENT}`)),
  );
  const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  assert.equal(answered.length, 20);
  assert.ok(answered.every(({ value }) => value.status === 200));
});

test('no notation of an address that is never called gets through, whatever the hosts say', async () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const never = fc.oneof(
    fc.tuple(fc.constant(169), fc.constant(254), byte, byte),
    fc.tuple(fc.constant(0), byte, byte, byte),
    fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
    fc.constant([100, 100, 100, 200] as const),
  );
  const number = ([a, b, c, d]: readonly [number, number, number, number]): number =>
    ((a * 256 + b) * 256 + c) * 256 + d;
  const notation = fc.constantFrom<(bytes: readonly [number, number, number, number]) => string>(
    (bytes) => bytes.join('.'),
    (bytes) => `${bytes.join('.')}.`,
    (bytes) => String(number(bytes)),
    (bytes) => `0x${number(bytes).toString(16)}`,
    (bytes) => `0X${number(bytes).toString(16).toUpperCase()}`,
    (bytes) => `0${number(bytes).toString(8)}`,
    (bytes) => bytes.map((one) => `0${one.toString(8)}`).join('.'),
    (bytes) => bytes.map((one) => `0x${one.toString(16)}`).join('.'),
    ([a, b, c, d]) => `${a}.${(b * 256 + c) * 256 + d}`,
    ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
    (bytes) => `[::ffff:${bytes.join('.')}]`,
    ([a, b, c, d]) => `[64:ff9b::${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
    (bytes) => bytes.join('%2e'),
    (bytes) => bytes.join('\u3002'),
  );
  await fc.assert(
    fc.asyncProperty(never, notation, fc.constantFrom('http', 'https', 'HTTPS'), async (bytes, write, scheme) => {
      const url = `${scheme}://${write(bytes as readonly [number, number, number, number])}/latest/meta-data/`;
      assert.ok(URL.canParse(url), url);
      const reach = createReach({ hosts: [new URL(url).hostname], time: 500 });
      await assert.rejects(reach.get(url), { code: 'provider-refused' }, url);
      await reach.close();
    }),
    { numRuns: 150 },
  );
});
