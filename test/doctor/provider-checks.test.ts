// The checks that call a provider, against a real one over TLS with an authority of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReach } from '../../src/doctor/reach.ts';
import { authority, gatewayWith, look, oidc, only, provider } from './provider-scene.ts';

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
  const wrong = only(await look(gatewayWith([oidc(idp.issuer, { client_auth: ['none'] })])), 'client-auth');
  assert.equal(wrong.cause, 'oidc-client-auth-method');
  assert.match(wrong.says, /client_auth is none, and the provider takes client_secret_basic/);
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
  const strict = { ...code, scopes: ['openid', 'orders:delete'], verify_parameters: true };
  const refused = only(await look(gatewayWith([oidc(idp.issuer, strict)])), 'grants-and-scopes');
  assert.equal(refused.cause, 'config-invalid');
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
    const reach = createReach({ hosts: ['localhost'], ca: authority().ca });
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
    {
      name: 'upstream-oauth',
      config: {
        oauth: { token_endpoint: `${idp.issuer}/token`, client_id: 'gateway', client_secret: '{vault://env/x}' },
      },
    },
  ];
  assert.deepEqual((await look(gatewayWith(plugins))).verdicts.endpoints, ['passed']);
  idp.faults.set('/token', 503);
  assert.match(only(await look(gatewayWith(plugins)), 'endpoints').says, /token_endpoint .* answered 503/);
  idp.faults.clear();
  const [first] = plugins;
  const reference = { name: first?.name ?? '', config: { introspection_url: '{vault://env/url}' } };
  assert.match(only(await look(gatewayWith([reference])), 'endpoints').says, /vault reference/);
});

test('the issuer of the document and of recent tokens: what Kong compares', async (t) => {
  const idp = await provider(t);
  const known = [oidc(idp.issuer)];
  const trusted = [{ issuer: idp.issuer }];
  assert.deepEqual((await look(gatewayWith(known), { tokens: trusted })).verdicts.discovery, ['passed']);
  const slash = only(await look(gatewayWith(known), { tokens: [{ issuer: `${idp.issuer}/` }] }), 'discovery');
  assert.equal(slash.cause, 'token-issuer-mismatch');
  assert.ok(slash.says.includes(`Recent tokens have the iss ${idp.issuer}/, and Kong accepts ${idp.issuer} here`));
  const elsewhere = [{ issuer: 'https://another.example' }];
  assert.deepEqual((await look(gatewayWith(known), { tokens: elsewhere })).verdicts.discovery, ['passed']);
  const lax = [oidc(idp.issuer, { verify_claims: false })];
  assert.deepEqual(
    (await look(gatewayWith(lax), { tokens: [{ issuer: `${idp.issuer}/` }] })).verdicts.discovery,
    ['passed'],
    'Kong compares nothing then',
  );

  const internal = await provider(t, { discovery: { issuer: 'https://login.example/realm' } });
  const split = only(await look(gatewayWith([oidc(internal.issuer)])), 'discovery');
  assert.equal(split.verdict, 'could-not-look');
  assert.match(split.says, /calls itself https:\/\/login\.example\/realm and not https:\/\/localhost/);
  const seen = { tokens: [{ issuer: 'https://login.example/realm' }] };
  assert.deepEqual((await look(gatewayWith([oidc(internal.issuer)]), seen)).verdicts.discovery, ['passed']);
  const both = oidc(internal.issuer, { issuers_allowed: ['https://login.example/realm', '{vault://env/other}'] });
  assert.match(only(await look(gatewayWith([both])), 'discovery').says, /issuers_allowed has a vault reference/);

  const tenants = await provider(t, { discovery: { issuer: 'https://login.example/{tenantid}/v2.0' } });
  const pattern = only(await look(gatewayWith([oidc(tenants.issuer)])), 'discovery');
  assert.equal(pattern.cause, 'token-issuer-mismatch');
  assert.match(pattern.says, /a pattern that the iss of no token is equal to/);
});

test('a disabled plugin is told as such, and its provider is not called', async (t) => {
  const idp = await provider(t);
  const looked = await look(gatewayWith([oidc(idp.issuer, {}, false)]));
  assert.deepEqual(
    looked.results.map(({ check, verdict, says }) => [check, verdict, says]),
    [
      [
        'discovery',
        'could-not-look',
        'openid-connect on the route orders is disabled, so the provider behind was not called for it.',
      ],
    ],
  );
  assert.deepEqual(idp.calls, []);
});

test('a document address with a query is called as it is, and headers that are not sent excuse a refusal', async (t) => {
  const idp = await provider(t);
  const document = `${idp.issuer}/.well-known/openid-configuration?appid=of-the-app`;
  assert.deepEqual((await look(gatewayWith([oidc(document)]))).verdicts.discovery, ['passed']);
  idp.faults.set('/.well-known/openid-configuration', 401);
  const refused = only(await look(gatewayWith([oidc(idp.issuer)])), 'discovery');
  assert.equal(refused.verdict, 'failed');
  const withHeaders = { discovery_headers_names: ['x-tenant'], discovery_headers_values: ['a-secret-of-the-tenant'] };
  const excused = only(await look(gatewayWith([oidc(idp.issuer, withHeaders)])), 'discovery');
  assert.equal(excused.verdict, 'could-not-look');
  assert.match(excused.says, /does not send the headers of discovery_headers_names/);
});

test('answers that break off, are packed or too large are not seen, whatever the check', async (t) => {
  const idp = await provider(t);
  for (const fault of ['truncated', 'hang-up', 'packed', 'huge'] as const) {
    idp.faults.set('/.well-known/openid-configuration', fault);
    const looked = await look(gatewayWith([oidc(idp.issuer)]));
    assert.ok(
      looked.results.length > 0 && looked.results.every(({ verdict }) => verdict === 'could-not-look'),
      `${fault}: ${JSON.stringify(looked.results)}`,
    );
  }
});

test('keys after a rotation: a long wait, an algorithm without a key, a certificate that ends', async (t) => {
  const idp = await provider(t);
  const slow = only(await look(gatewayWith([oidc(idp.issuer, { rediscovery_lifetime: 86_400 })])), 'signing-keys');
  assert.match(slow.says, /rediscovery_lifetime is 86400 s/);
  assert.equal(slow.cause, 'jwks-key-not-found');

  const other = await provider(t, { discovery: { id_token_signing_alg_values_supported: ['ES256', 'EdDSA'] } });
  const kinds = only(await look(gatewayWith([oidc(other.issuer)])), 'signing-keys');
  assert.match(kinds.says, /signs with ES256 and EdDSA, and its key sets hold only keys of the kind RSA/);
  const shared = await provider(t, { discovery: { id_token_signing_alg_values_supported: ['HS256'] } });
  const symmetric = only(await look(gatewayWith([oidc(shared.issuer)])), 'signing-keys');
  assert.equal(symmetric.cause, 'token-algorithm-mismatch');
  const taken = [oidc(shared.issuer, { enable_hs_signatures: true })];
  assert.deepEqual((await look(gatewayWith(taken))).verdicts['signing-keys'], ['passed']);

  const x5c = (days: number): string[] => {
    const [, body = ''] =
      /-----BEGIN CERTIFICATE-----([^-]+)-----/.exec(authority().issue(['signing'], days).cert) ?? [];
    return [body.replace(/\s/g, '')];
  };
  const key = { kty: 'RSA', use: 'sig', alg: 'RS256', n: 'AQAB', e: 'AQAB' };
  idp.documents.set('/jwks', { keys: [{ ...key, kid: 'of-this-year', x5c: x5c(5) }] });
  const due = only(await look(gatewayWith([oidc(idp.issuer)])), 'signing-keys');
  assert.match(due.says, /The certificate of the key of-this-year .* ends in [45] days .* a rotation is due/);
  idp.documents.set('/jwks', {
    keys: [
      { ...key, kid: 'of-this-year', x5c: x5c(5) },
      { ...key, kid: 'of-next-year', x5c: x5c(370) },
    ],
  });
  assert.deepEqual((await look(gatewayWith([oidc(idp.issuer)]))).verdicts['signing-keys'], ['passed']);
  idp.documents.set('/jwks', {
    keys: [
      { ...key, kid: 'one' },
      { ...key, kid: 'one' },
    ],
  });
  assert.match(only(await look(gatewayWith([oidc(idp.issuer)])), 'signing-keys').says, /the kid one more than once/);
  idp.documents.set('/jwks', { keys: [{ ...key, kid: 'one' }, key] });
  assert.match(only(await look(gatewayWith([oidc(idp.issuer)])), 'signing-keys').says, /1 of them without a kid/);
  idp.documents.set('/jwks', { keys: [{ ...key, use: 'enc' }] });
  const none = await look(gatewayWith([oidc(idp.issuer)]));
  assert.match(only(none, 'signing-keys').says, /no key to verify signatures with/);
});

test('keys at a host that only the settings name are read, and without that not', async (t) => {
  const idp = await provider(t, { tls: authority().issue(['localhost', '127.0.0.1']) });
  const elsewhere = idp.issuer.replace('localhost', '127.0.0.1');
  idp.documents.set('/.well-known/openid-configuration', { issuer: idp.issuer, jwks_uri: `${elsewhere}/jwks` });
  const bearer = [oidc(idp.issuer, { auth_methods: ['bearer'] })];
  assert.match(only(await look(gatewayWith(bearer)), 'signing-keys').says, /127\.0\.0\.1 is named by no plugin/);
  assert.ok(!idp.calls.includes('GET /jwks'));
  const named = await look(gatewayWith(bearer), { hosts: ['127.0.0.1'] });
  assert.deepEqual(named.verdicts['signing-keys'], ['passed']);
  assert.ok(idp.calls.includes('GET /jwks'));
});

test('secrets that are missing for the method, one by one', async (t) => {
  const idp = await provider(t, {
    discovery: { token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'] },
  });
  const says = async (config: Readonly<Record<string, unknown>>): Promise<string> =>
    only(await look(gatewayWith([oidc(idp.issuer, config)])), 'client-auth').says;
  assert.match(await says({ client_auth: null, client_secret: null }), /Neither client_auth nor client_secret is set/);
  assert.match(
    await says({ client_id: ['a', 'b'], client_auth: ['client_secret_basic', 'client_secret_post'] }),
    /2 entries of client_id and 1 of client_secret/,
  );
  assert.match(await says({ client_id: null }), /has no client_id/);
  const vaulted = await look(gatewayWith([oidc(idp.issuer, { client_secret: ['{vault://env/secret}'] })]));
  assert.deepEqual(vaulted.verdicts['client-auth'], ['passed'], 'a reference stands for a secret');
  const upstream = { name: 'upstream-oauth', config: { oauth: { token_endpoint: `${idp.issuer}/token` } } };
  const bare = only(await look(gatewayWith([upstream])), 'client-auth');
  assert.match(bare.says, /client\.auth_method is client_secret_post, and oauth\.client_secret is not set/);
});

test('a method that calls an endpoint which nobody names', async (t) => {
  const idp = await provider(t, { discovery: { introspection_endpoint: undefined } });
  const methods = { auth_methods: ['introspection'] };
  const missing = only(await look(gatewayWith([oidc(idp.issuer, methods)])), 'endpoints');
  assert.equal(missing.cause, 'oidc-introspection-failed');
  assert.match(missing.says, /introspection_endpoint, which neither the config nor the discovery document names/);
  const named = { ...methods, introspection_endpoint: `${idp.issuer}/token/introspection` };
  assert.deepEqual((await look(gatewayWith([oidc(idp.issuer, named)]))).verdicts.endpoints, ['passed']);
});

test('a cached answer does not make a clock late', async (t) => {
  const idp = await provider(t);
  idp.skew = -600;
  idp.headers.set('age', '600');
  assert.deepEqual((await look(gatewayWith([oidc(idp.issuer)]))).verdicts.clock, ['passed']);
});

test('what a provider says is kept short', async (t) => {
  const idp = await provider(t, { discovery: { token_endpoint_auth_methods_supported: ['x'.repeat(100_000)] } });
  const { says } = only(await look(gatewayWith([oidc(idp.issuer)])), 'client-auth');
  assert.ok(says.length < 1000, String(says.length));
  const endless = await provider(t, { discovery: { token_endpoint: `https://${'x'.repeat(100_000)}` } });
  assert.match(only(await look(gatewayWith([oidc(endless.issuer)])), 'discovery').says, /\(token_endpoint\)\.$/);
});

test('whatever stands in the documents, the checks end with sentences', async (t) => {
  const idp = await provider(t);
  const word = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('RS256', 'none', 'client_secret_basic', '{t}', ''),
  );
  const url = fc.oneof(
    word,
    fc.constantFrom(
      `${idp.issuer}/jwks`,
      `${idp.issuer}/token`,
      'http://[',
      'file:///etc/passwd',
      'javascript:alert(1)',
    ),
  );
  const texts = fc.oneof(fc.array(word, { maxLength: 4 }), word, fc.constant(null));
  const document = fc.record(
    {
      issuer: fc.oneof(word, fc.constant(idp.issuer)),
      jwks_uri: url,
      authorization_endpoint: url,
      token_endpoint: url,
      introspection_endpoint: url,
      userinfo_endpoint: url,
      token_endpoint_auth_methods_supported: texts,
      id_token_signing_alg_values_supported: texts,
      grant_types_supported: texts,
      scopes_supported: texts,
      code_challenge_methods_supported: texts,
    },
    { requiredKeys: [] },
  );
  const key = fc.record(
    {
      kty: fc.constantFrom('RSA', 'EC', 'oct', ''),
      kid: word,
      alg: word,
      use: word,
      x5c: fc.array(word, { maxLength: 2 }),
    },
    { requiredKeys: ['kty'] },
  );
  const keySet = fc.oneof(fc.record({ keys: fc.array(key, { maxLength: 4 }) }), fc.jsonValue({ maxDepth: 2 }));
  const methods = fc.subarray(['authorization_code', 'introspection', 'userinfo', 'password', 'bearer']);
  await fc.assert(
    fc.asyncProperty(fc.oneof(document, fc.jsonValue({ maxDepth: 2 })), keySet, methods, async (found, keys, used) => {
      idp.documents.set('/.well-known/openid-configuration', found);
      idp.documents.set('/jwks', keys);
      const { results } = await look(gatewayWith([oidc(idp.issuer, { auth_methods: used, scopes: ['openid', 'a'] })]));
      assert.ok(results.length > 0);
      for (const { says } of results) assert.ok(says.length < 2000, says);
    }),
    { numRuns: 80 },
  );
});
