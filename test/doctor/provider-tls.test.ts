// Certificates of providers: what is certain for everybody, what depends on whom Kong trusts, and what ends soon.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import type { ReachOptions } from '../../src/doctor/reach.ts';
import { authority, gatewayWith, look, oidc, only, provider } from './provider-scene.ts';

const CHECK = 'provider-tls';
const BUNDLE = { lua_ssl_trusted_certificate: ['/etc/ssl/certs/ca-certificates.crt'] };

test('an authority that this bot does not know is open where Kong may know it, and a failure where it knows none', async (t) => {
  const idp = await provider(t);
  const unknown = { knowsAuthority: false };
  const open = only(await look(gatewayWith([oidc(idp.issuer)], { configuration: BUNDLE }), unknown), CHECK);
  assert.equal(open.verdict, 'could-not-look');
  assert.match(
    open.says,
    /by Test Authority is not trusted by this bot \(SELF_SIGNED_CERT_IN_CHAIN\), ssl_verify is true, .*ca-certificates\.crt\) cannot be read/,
  );
  assert.match(open.advice ?? '', /ca_cert/);
  const none = { configuration: { lua_ssl_trusted_certificate: [] } };
  const closed = only(await look(gatewayWith([oidc(idp.issuer)], none), unknown), CHECK);
  assert.equal(closed.verdict, 'failed');
  assert.equal(closed.cause, 'idp-tls-untrusted');
  assert.deepEqual((await look(gatewayWith([oidc(idp.issuer)], none))).verdicts[CHECK], ['passed'], 'named in ca_cert');
});

test('ssl_verify that is unset means what the version makes of it', async (t) => {
  const idp = await provider(t);
  const unknown = { knowsAuthority: false };
  const unset = [oidc(idp.issuer, { ssl_verify: null })];
  const newer = only(await look(gatewayWith(unset, { version: '3.14.0.1' }), unknown), CHECK);
  assert.match(newer.says, /ssl_verify is true by default/);
  const older = only(await look(gatewayWith(unset, { version: '3.9.1.0' }), unknown), CHECK);
  assert.match(older.says, /until an upgrade to 3\.14/);
  assert.equal(older.verdict, 'failed');
  assert.equal(older.cause, undefined, 'nothing fails today');
});

test('a certificate for another name is no matter of authorities', async (t) => {
  const idp = await provider(t, { tls: authority().issue(['login.example']) });
  const wrong = only(await look(gatewayWith([oidc(idp.issuer)])), CHECK);
  assert.equal(wrong.cause, 'idp-tls-untrusted');
  assert.match(wrong.says, /not made for this name but for DNS:login\.example, and ssl_verify is true/);
  assert.doesNotMatch(wrong.advice ?? '', /lua_ssl_trusted_certificate/);
});

test('a leaf that comes alone is told as an incomplete chain', async (t) => {
  const idp = await provider(t, { tls: authority().issue(['localhost'], 90, { alone: true }) });
  const alone = only(await look(gatewayWith([oidc(idp.issuer)]), { knowsAuthority: false }), CHECK);
  assert.match(alone.advice ?? '', /send its intermediate certificates/);
});

test('an end that is near is told with its day, one that is past is a failure where Kong verifies', async (t) => {
  const soon = await provider(t, { days: 6 });
  const near = only(await look(gatewayWith([oidc(soon.issuer)])), CHECK);
  assert.match(near.says, /The certificate localhost ends on \d{4}-\d\d-\d\d, in [56] days/);
  assert.match(near.advice ?? '', /, now: /);
  const later = await provider(t, { days: 20 });
  assert.match(only(await look(gatewayWith([oidc(later.issuer)])), CHECK).advice ?? '', /before that day/);
  const past = await provider(t, { days: -2 });
  for (const knowsAuthority of [true, false]) {
    const ended = only(await look(gatewayWith([oidc(past.issuer)]), { knowsAuthority }), CHECK);
    assert.match(ended.says, /The certificate localhost ended on/);
    assert.equal(ended.cause, 'idp-tls-untrusted');
  }
});

test('the certificates of endpoints elsewhere are judged, by the plugin that calls them', async (t) => {
  const [idp, other] = [await provider(t), await provider(t, { days: 3 })];
  const plugins = [
    oidc(idp.issuer, { token_endpoint: `${other.issuer}/token` }),
    { name: 'oauth2-introspection', config: { introspection_url: `${other.issuer}/token/introspection` } },
  ];
  const near = only(await look(gatewayWith(plugins)), CHECK);
  assert.equal(near.subject.name, other.issuer);
  const keys = [oidc(idp.issuer, { extra_jwks_uris: [`${other.issuer}/jwks`] })];
  assert.equal(only(await look(gatewayWith(keys)), CHECK).subject.name, other.issuer);
  const [, introspection] = plugins;
  assert.ok(introspection !== undefined);
  const unknown = await look(gatewayWith([introspection]), { knowsAuthority: false });
  const open = unknown.results.filter(({ check, verdict }) => check === CHECK && verdict === 'could-not-look');
  assert.match(open[0]?.says ?? '', /whether Kong verifies it is not told by the plugin/);
});

/** Discovery over plain http, on every address of this machine. */
async function plainProvider(t: TestContext, host: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys`, token_endpoint: `${issuer}/token`, keys: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  t.after(() => server.close());
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  return issuer;
}

test('plain http that does not leave the machine is no finding', async (t) => {
  const { verdicts } = await look(gatewayWith([oidc(await plainProvider(t, 'localhost'))]));
  assert.deepEqual(verdicts.discovery, ['passed'], 'it was reached');
  assert.deepEqual(verdicts[CHECK], []);
});

const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4');
const noNetwork = own === undefined ? 'this machine has no address but its own loopback' : false;

test('plain http to another machine is a finding', { skip: noNetwork }, async (t) => {
  const issuer = await plainProvider(t, 'idp.example');
  const lookup = ((_host: string, _options: unknown, done: (error: null, addresses: object[]) => void) =>
    done(null, [{ address: own?.address, family: 4 }])) as NonNullable<ReachOptions['lookup']>;
  const found = only(await look(gatewayWith([oidc(issuer)]), { lookup }), CHECK);
  assert.equal(found.verdict, 'failed');
  assert.match(found.says, /plain http/);
});
