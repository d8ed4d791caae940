// Calls to providers: which hosts, which addresses, how far redirects lead, and what is said when there is no answer.
import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { after, before, test } from 'node:test';
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
  const { tls } = await createReachOf({ ca: undefined }).get(`${idp.issuer}${DOCUMENT}`);
  assert.equal(tls?.trusted, false);
  assert.match(tls.distrust ?? '', /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO/);
});

function createReachOf(options: { readonly ca: string | undefined }): Reach {
  const reach = createReach({
    hosts: [new URL(idp.issuer).host],
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  open.push(reach);
  return reach;
}

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
  const http = `http://localhost:${new URL(idp.issuer).port}/`;
  await refusal(reachOf().get(http), 'provider-unreachable', /closed|reset|failed/);
});
