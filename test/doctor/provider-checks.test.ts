// The checks that call a provider, against a real one over TLS with an authority of its own.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { CheckResult, Examination, Verdict } from '../../src/doctor/check.ts';
import { PROVIDER_CHECKS } from '../../src/doctor/checks/providers.ts';
import { hostsNamedBy } from '../../src/doctor/providers.ts';
import { createReach } from '../../src/doctor/reach.ts';
import { livePlugin } from '../../src/kong/read.ts';
import type { GatewaySnapshot } from '../../src/kong/snapshot.ts';
import { gatewayAt } from '../support/admin-api-peer.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import { type IdentityProvider, type ProviderOptions, startIdentityProvider } from '../support/identity-provider.ts';

let authority: Authority;
before(() => {
  authority = createAuthority();
});
after(() => authority.remove());

type Config = Readonly<Record<string, unknown>>;

async function provider(
  t: TestContext,
  options: Partial<ProviderOptions> & { readonly days?: number } = {},
): Promise<IdentityProvider> {
  const tls = authority.issue(['localhost'], options.days);
  const idp = await startIdentityProvider({ tls, ca: authority.ca, ...options });
  t.after(() => idp.close());
  return idp;
}

function gatewayWith(
  plugins: readonly { readonly name: string; readonly config: Config }[],
  version = '3.9.1.0',
): GatewaySnapshot {
  const root = { version, edition: 'enterprise' };
  return {
    root,
    services: [],
    routes: [{ id: 'r1', name: 'orders', paths: ['/orders'] }],
    plugins: plugins.map(({ name, config }, at) =>
      livePlugin({ id: `p${at}`, name, enabled: true, route: { id: 'r1' }, config }, root),
    ),
    consumers: [],
    credentials: {},
    upstreams: [],
    certificates: [],
    caCertificates: [],
    dataPlanes: undefined,
  };
}

interface Looked {
  /** Verdicts by check. */
  readonly verdicts: Readonly<Record<string, readonly Verdict[]>>;
  readonly results: readonly CheckResult[];
}

async function look(
  gateway: GatewaySnapshot,
  more: Partial<Examination> & { readonly ca?: string | null } = {},
): Promise<Looked> {
  const { ca, ...rest } = more;
  const trusted = ca === undefined ? authority.ca : ca;
  const reach = createReach({
    hosts: hostsNamedBy(gateway, gatewayAt('http://unused')),
    time: 2000,
    ...(trusted === null ? {} : { ca: trusted }),
  });
  try {
    const examination: Examination = { gateway, reach, now: Date.now(), ...rest };
    const results = (await Promise.all(PROVIDER_CHECKS.map((check) => check.run(examination)))).flat();
    const verdicts = Object.fromEntries(
      PROVIDER_CHECKS.map(({ name }) => [
        name,
        results.filter(({ check }) => check === name).map(({ verdict }) => verdict),
      ]),
    );
    for (const { says, advice, verdict } of results) {
      assert.match(says, /\.$/, says);
      if (verdict === 'failed') assert.match(advice ?? '', /\S/, says);
    }
    return { verdicts, results };
  } finally {
    await reach.close();
  }
}

/** The one result of a check that did not pass. */
function only({ results }: Looked, check: string): CheckResult {
  const found = results.filter((result) => result.check === check && result.verdict !== 'passed');
  assert.equal(found.length, 1, JSON.stringify(results.filter((result) => result.check === check)));
  return found[0] as CheckResult;
}

const oidc = (issuer: string, config: Config = {}) => ({
  name: 'openid-connect',
  config: {
    issuer,
    client_id: ['gateway'],
    client_secret: ['gateway-secret-0123456789'],
    client_auth: ['client_secret_basic'],
    auth_methods: ['authorization_code', 'client_credentials'],
    ssl_verify: true,
    ...config,
  },
});

test('a gateway that fits its provider passes every check, and sends no credential', async (t) => {
  const idp = await provider(t);
  const looked = await look(gatewayWith([oidc(idp.issuer)]));
  for (const [check, verdicts] of Object.entries(looked.verdicts))
    assert.deepEqual(
      verdicts,
      ['passed'],
      `${check}: ${JSON.stringify(looked.results.filter((one) => one.check === check))}`,
    );
  assert.deepEqual(new Set(idp.calls.map((call) => call.split(' ')[0])), new Set(['GET']));
  assert.equal(
    idp.calls.filter((call) => call.endsWith('/openid-configuration')).length,
    1,
    'read once for all checks',
  );
});

test('the path of discovery may stand in the issuer, with or without a slash', async (t) => {
  const idp = await provider(t);
  for (const issuer of [`${idp.issuer}/`, `${idp.issuer}/.well-known/openid-configuration`])
    assert.deepEqual((await look(gatewayWith([oidc(issuer)]))).verdicts.discovery, ['passed'], issuer);
});

test('a discovery document that is not there, no JSON, or of somebody else', async (t) => {
  const idp = await provider(t);
  const missing = only(await look(gatewayWith([oidc(`${idp.issuer}/realms/gone`)])), 'discovery');
  assert.equal(missing.cause, 'oidc-discovery-failed');
  assert.match(missing.says, /answered 404/);
  idp.faults.set('/.well-known/openid-configuration', 'html');
  assert.match(only(await look(gatewayWith([oidc(idp.issuer)])), 'discovery').says, /a web page/);
  idp.faults.set('/.well-known/openid-configuration', 503);
  assert.equal(only(await look(gatewayWith([oidc(idp.issuer)])), 'discovery').cause, 'idp-throttled');
  idp.faults.clear();
  const other = await look(gatewayWith([oidc(idp.issuer, { issuers_allowed: ['https://other.example'] })]));
  assert.equal(only(other, 'discovery').cause, 'token-issuer-mismatch');
});

test('what cannot be seen from here is no failure of the gateway', async (t) => {
  const idp = await provider(t);
  await idp.close();
  const looked = await look(gatewayWith([oidc(idp.issuer)]));
  assert.ok(
    looked.results.every(({ verdict }) => verdict !== 'failed' && verdict !== 'passed'),
    JSON.stringify(looked.results),
  );
  const vault = await look(gatewayWith([oidc('{vault://env/issuer}')]));
  assert.deepEqual(
    vault.results.map(({ check, verdict }) => ({ check, verdict })),
    [{ check: 'discovery', verdict: 'could-not-look' }],
  );
});

test('an authentication method that the provider does not take', async (t) => {
  const idp = await provider(t);
  const wrong = only(await look(gatewayWith([oidc(idp.issuer, { client_auth: ['private_key_jwt'] })])), 'client-auth');
  assert.equal(wrong.cause, 'oidc-client-auth-method');
  assert.match(wrong.says, /client_auth is private_key_jwt, and the provider takes client_secret_basic/);
  const silent = await provider(t, { discovery: { token_endpoint_auth_methods_supported: undefined } });
  const post = only(
    await look(gatewayWith([oidc(silent.issuer, { client_auth: ['client_secret_post'] })])),
    'client-auth',
  );
  assert.match(post.says, /announces no method, which means client_secret_basic/);
  const unset = await look(gatewayWith([oidc(idp.issuer, { client_auth: null })]));
  assert.deepEqual(unset.verdicts['client-auth'], ['passed'], 'unset, Kong takes what is announced');
  const bare = only(await look(gatewayWith([oidc(idp.issuer, { client_secret: null })])), 'client-auth');
  assert.match(bare.says, /client_secret is not set/);
  const two = only(
    await look(gatewayWith([oidc(idp.issuer, { client_auth: ['client_secret_basic', 'client_secret_post'] })])),
    'client-auth',
  );
  assert.match(two.says, /1 entries of client_id and 2 of client_auth/);
  const bearer = await look(
    gatewayWith([oidc(idp.issuer, { auth_methods: ['bearer'], client_auth: ['none'], client_id: null })]),
  );
  assert.deepEqual(bearer.verdicts['client-auth'], [], 'bearer tokens alone need no client');
});

test('grants, scopes and PKCE that the provider does not announce', async (t) => {
  const idp = await provider(t, {
    discovery: { grant_types_supported: ['authorization_code'], code_challenge_methods_supported: ['plain'] },
  });
  const grants = only(await look(gatewayWith([oidc(idp.issuer)])), 'grants-and-scopes');
  assert.equal(grants.cause, 'oidc-grant-unsupported');
  assert.match(grants.says, /client_credentials/);
  const code = { auth_methods: ['authorization_code'] };
  const pkce = only(
    await look(gatewayWith([oidc(idp.issuer, { ...code, require_proof_key_for_code_exchange: true })])),
    'grants-and-scopes',
  );
  assert.match(pkce.says, /Kong sends S256, and the provider takes plain/);
  const scope = only(
    await look(gatewayWith([oidc(idp.issuer, { ...code, scopes: ['openid', 'orders:delete'] })])),
    'grants-and-scopes',
  );
  assert.equal(scope.verdict, 'could-not-look', 'a provider need not announce every scope');
  const silent = await provider(t, { discovery: { grant_types_supported: undefined } });
  assert.equal(only(await look(gatewayWith([oidc(silent.issuer)])), 'grants-and-scopes').verdict, 'could-not-look');
});

test('keys: none, twice, elsewhere, and rotated between two looks', async (t) => {
  const idp = await provider(t);
  const tokens = [{ kid: 'of-last-month', issuer: idp.issuer }];
  const old = only(await look(gatewayWith([oidc(idp.issuer)]), { tokens }), 'signing-keys');
  assert.equal(old.cause, 'jwks-key-not-found');
  assert.match(old.says, /kid of-last-month/);
  const kid = async (): Promise<string> => {
    const reach = createReach({ hosts: ['localhost'], ca: authority.ca });
    try {
      const { keys } = JSON.parse((await reach.get(`${idp.issuer}/jwks`)).body) as { keys: { kid: string }[] };
      return keys[0]?.kid ?? '';
    } finally {
      await reach.close();
    }
  };
  const before = [{ kid: await kid(), issuer: idp.issuer }];
  assert.deepEqual((await look(gatewayWith([oidc(idp.issuer)]), { tokens: before })).verdicts['signing-keys'], [
    'passed',
  ]);
  await idp.rotate();
  assert.equal(
    only(await look(gatewayWith([oidc(idp.issuer)]), { tokens: before }), 'signing-keys').cause,
    'jwks-key-not-found',
  );
  const elsewhere = await provider(t, { discovery: { jwks_uri: 'https://keys.example/jwks' } });
  const unseen = only(await look(gatewayWith([oidc(elsewhere.issuer)])), 'signing-keys');
  assert.equal(unseen.verdict, 'could-not-look');
  assert.match(unseen.says, /keys\.example is named by no plugin; add it to identity_provider_hosts/);
  const gone = only(
    await look(gatewayWith([oidc(idp.issuer, { extra_jwks_uris: [`${idp.issuer}/nowhere`] })])),
    'signing-keys',
  );
  assert.match(gone.says, /answered 404/);
});

test('certificates: an unknown authority by version and setting, an end that is near, one that is past', async (t) => {
  const idp = await provider(t);
  const unknown = { ca: null };
  const verified = only(await look(gatewayWith([oidc(idp.issuer)]), unknown), 'provider-tls');
  assert.equal(verified.cause, 'idp-tls-untrusted');
  const unset = { ssl_verify: null };
  assert.match(
    only(await look(gatewayWith([oidc(idp.issuer, unset)], '3.14.0.1'), unknown), 'provider-tls').says,
    /ssl_verify is true by default/,
  );
  const lax = only(await look(gatewayWith([oidc(idp.issuer, unset)], '3.9.1.0'), unknown), 'provider-tls');
  assert.match(lax.says, /until an upgrade to 3\.14/);
  assert.equal(lax.cause, undefined, 'nothing fails today');
  const soon = await provider(t, { days: 6 });
  assert.match(only(await look(gatewayWith([oidc(soon.issuer)])), 'provider-tls').says, /in [56] days/);
  const past = await provider(t, { days: -2 });
  const ended = only(await look(gatewayWith([oidc(past.issuer)])), 'provider-tls');
  assert.match(ended.says, /ended on/);
  assert.equal(ended.cause, 'idp-tls-untrusted');
});

test('a clock that is off by half a minute is told with its direction', async (t) => {
  const idp = await provider(t);
  idp.skew = 30;
  const ahead = only(await look(gatewayWith([oidc(idp.issuer)])), 'clock');
  assert.match(ahead.says, /(?:29|30) s ahead of this bot/);
  assert.equal(ahead.cause, 'token-not-yet-valid');
  idp.skew = -30;
  assert.match(only(await look(gatewayWith([oidc(idp.issuer)])), 'clock').says, /(?:29|30) s behind this bot/);
});

test('endpoints of introspection and upstream plugins answer, or it is said why that was not seen', async (t) => {
  const idp = await provider(t);
  const plugins = [
    { name: 'oauth2-introspection', config: { introspection_url: `${idp.issuer}/token/introspection` } },
    { name: 'upstream-oauth', config: { oauth: { token_endpoint: `${idp.issuer}/token` } } },
  ];
  assert.deepEqual((await look(gatewayWith(plugins))).verdicts.endpoints, ['passed']);
  idp.faults.set('/token', 503);
  assert.match(only(await look(gatewayWith(plugins)), 'endpoints').says, /token_endpoint .* answered 503/);
  idp.faults.clear();
  const [first] = plugins;
  const reference = { name: first?.name ?? '', config: { introspection_url: '{vault://env/url}' } };
  assert.match(only(await look(gatewayWith([reference])), 'endpoints').says, /vault reference/);
});
