// Every check that needs no call: a gateway on which it fails and one on which it passes, through the verb over HTTP.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Verdict } from '../../src/doctor/check.ts';
import type { Entity } from '../support/admin-api-peer.ts';
import { consumer, credential, type Given, id, NOW, plugin, resultsOf, route, service } from './gateway.ts';

interface Case {
  readonly check: string;
  readonly name: string;
  readonly given: Given;
  readonly verdict: Verdict;
  /** What one result with that verdict says, with its advice. */
  readonly says: RegExp;
  readonly cause?: string;
}

const ONE = { '/services': [service(1)], '/routes': [route(1)] };
const TWO = { '/services': [service(1), service(2)], '/routes': [route(1), route(2)] };
const LOGIN: Entity = {
  issuer: 'https://idp.invalid/realm',
  client_id: ['app'],
  auth_methods: ['authorization_code', 'session'],
  session_secret: 'a-long-secret-of-the-test',
  redirect_uri: ['https://app.example.com/1/callback'],
};
const oidc = (more: Entity = {}, number = 1): Entity => plugin(number, 'openid-connect', { ...LOGIN, ...more });
const seconds = NOW / 1000;
const plane = (number: number, more: Entity = {}): Entity => ({
  id: id(600 + number),
  hostname: `dp-${number}`,
  version: '3.9.3',
  config_hash: 'a'.repeat(32),
  sync_status: 'normal',
  last_seen: seconds - 5,
  ...more,
});
const planes = (...list: readonly Entity[]): Given => ({
  lists: { '/clustering/data-planes': list },
  configuration: { role: 'control_plane' },
});
const withPlugins = (...plugins: readonly Entity[]): Given => ({ lists: { ...TWO, '/plugins': plugins } });
const TLS = [{ port: 8443, ssl: true }];

const CASES: readonly Case[] = [
  {
    check: 'redirect-uris',
    name: 'no route takes it',
    given: { lists: { ...ONE, '/plugins': [oidc({ redirect_uri: ['https://app.example.com/elsewhere'] })] } },
    verdict: 'failed',
    says: /No route takes the redirect URI https:\/\/app\.example\.com\/elsewhere/,
    cause: 'oidc-redirect-uri-mismatch',
  },
  {
    check: 'redirect-uris',
    name: 'its route takes it',
    given: { lists: { ...ONE, '/plugins': [oidc()] } },
    verdict: 'passed',
    says: /can be come back to/,
  },
  {
    check: 'redirect-uris',
    name: 'a route without the plugin takes it',
    given: withPlugins(oidc({ redirect_uri: ['https://app.example.com/2/callback'] })),
    verdict: 'failed',
    says: /route-2, on which no openid-connect/,
    cause: 'plugin-not-applied',
  },
  {
    check: 'redirect-uris',
    name: 'the route takes another protocol',
    given: { lists: { ...ONE, '/routes': [route(1, { protocols: ['http'] })], '/plugins': [oidc()] } },
    verdict: 'failed',
    says: /does not take https/,
  },
  {
    check: 'redirect-uris',
    name: 'no URL',
    given: { lists: { ...ONE, '/plugins': [oidc({ redirect_uri: ['/callback'] })] } },
    verdict: 'failed',
    says: /no absolute/,
  },
  {
    check: 'redirect-uris',
    name: 'from a vault',
    given: { lists: { ...ONE, '/plugins': [oidc({ redirect_uri: ['{vault://env/uri}'] })] } },
    verdict: 'could-not-look',
    says: /vault/,
  },
  {
    check: 'redirect-uris',
    name: 'unset behind a proxy that is not trusted',
    given: { lists: { ...ONE, '/plugins': [oidc({ redirect_uri: null })] }, configuration: { trusted_ips: {} } },
    verdict: 'failed',
    says: /trusted_ips/,
    cause: 'forwarded-headers-untrusted',
  },
  {
    check: 'sessions',
    name: 'data planes without a secret',
    given: {
      ...planes(plane(1), plane(2)),
      lists: { ...ONE, '/clustering/data-planes': [plane(1), plane(2)], '/plugins': [oidc({ session_secret: null })] },
    },
    verdict: 'failed',
    says: /each of the 2 data planes makes a secret/,
    cause: 'oidc-session-lost',
  },
  {
    check: 'sessions',
    name: 'workers of a DB-less node',
    given: {
      lists: { ...ONE, '/plugins': [oidc({ session_secret: null })] },
      configuration: { database: 'off' },
      root: { pids: { workers: [1, 2] } },
    },
    verdict: 'failed',
    says: /2 workers/,
  },
  {
    check: 'sessions',
    name: 'a generated secret in the database',
    given: { lists: { ...ONE, '/plugins': [oidc({ session_secret: null })] } },
    verdict: 'passed',
    says: /whichever node/,
  },
  {
    check: 'sessions',
    name: 'SameSite Strict',
    given: { lists: { ...ONE, '/plugins': [oidc({ session_cookie_same_site: 'Strict' })] } },
    verdict: 'failed',
    says: /Strict/,
  },
  {
    check: 'sessions',
    name: 'SameSite None without Secure',
    given: { lists: { ...ONE, '/plugins': [oidc({ session_cookie_same_site: 'None' })] } },
    verdict: 'failed',
    says: /drop such a cookie/,
  },
  {
    check: 'sessions',
    name: 'one cookie, two secrets',
    given: withPlugins(oidc(), oidc({ session_secret: 'another-long-secret' }, 2)),
    verdict: 'failed',
    says: /cookie session as does openid-connect on the route route-2/,
  },
  {
    check: 'sessions',
    name: 'one cookie, one secret',
    given: withPlugins(oidc(), oidc({}, 2)),
    verdict: 'passed',
    says: /All 2 plugins/,
  },
  {
    check: 'issuers',
    name: 'a slash more',
    given: withPlugins(oidc({ issuer: 'https://idp.invalid/realm/' }), oidc({}, 2)),
    verdict: 'failed',
    says: /2 ways: https:\/\/idp\.invalid\/realm\/ and/,
    cause: 'token-issuer-mismatch',
  },
  {
    check: 'issuers',
    name: 'jwt keys that are equal',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'jwt')],
        '/consumers': [consumer(1), consumer(2)],
        '/jwts': [credential(1, 1, { key: 'https://i' }), credential(2, 2, { key: 'https://i' })],
      },
    },
    verdict: 'failed',
    says: /consumer-1 and consumer-2 have the same key/,
  },
  {
    check: 'issuers',
    name: 'each its own',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'jwt')],
        '/consumers': [consumer(1), consumer(2)],
        '/jwts': [credential(1, 1, { key: 'https://i' }), credential(2, 2, { key: 'https://j' })],
      },
    },
    verdict: 'passed',
    says: /one way/,
  },
  {
    check: 'credentials',
    name: 'an owner that is gone',
    given: {
      lists: { ...ONE, '/plugins': [plugin(1, 'key-auth')], '/key-auths': [credential(1, 9, { key: 'secret-key-1' })] },
    },
    verdict: 'failed',
    says: /consumer that does not exist/,
    cause: 'credential-unknown',
  },
  {
    check: 'credentials',
    name: 'a consumer with nothing',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'key-auth')],
        '/consumers': [consumer(1), consumer(2)],
        '/key-auths': [credential(1, 1, { key: 'secret-key-1' })],
      },
    },
    verdict: 'failed',
    says: /consumer-2 has no credential/,
  },
  {
    check: 'credentials',
    name: 'no credential at all',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'key-auth')], '/consumers': [consumer(1)] } },
    verdict: 'failed',
    says: /not one credential/,
  },
  {
    check: 'credentials',
    name: 'a key at its end',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'key-auth')],
        '/consumers': [consumer(1)],
        '/key-auths': [credential(1, 1, { key: 'secret-key-1', ttl: 0 })],
      },
    },
    verdict: 'failed',
    says: /end of its ttl/,
  },
  {
    check: 'credentials',
    name: 'a key twice',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'key-auth')],
        '/consumers': [consumer(1), consumer(2)],
        '/key-auths': [credential(1, 1, { key: 'secret-key-1' }), credential(2, 2, { key: 'secret-key-1' })],
      },
    },
    verdict: 'failed',
    says: /have the same key/,
  },
  {
    check: 'credentials',
    name: 'let in by group, no key',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'key-auth'), plugin(2, 'acl', { allow: ['gold'] }, { route: { id: id(201) } })],
        '/consumers': [consumer(1), consumer(2)],
        '/key-auths': [credential(1, 2, { key: 'secret-key-1' })],
        '/acls': [credential(2, 1, { group: 'gold' })],
      },
    },
    verdict: 'failed',
    says: /lets consumer-1 in by group \(gold\), and asks for key-auth/,
  },
  {
    check: 'credentials',
    name: 'not told',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'key-auth')], '/key-auths': undefined as unknown as Entity[] } },
    verdict: 'could-not-look',
    says: /were not told/,
  },
  {
    check: 'credentials',
    name: 'all in order',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'key-auth')],
        '/consumers': [consumer(1)],
        '/key-auths': [credential(1, 1, { key: 'secret-key-1' })],
      },
    },
    verdict: 'passed',
    says: /1 credentials belong to 1 consumers/,
  },
  {
    check: 'plugin-combinations',
    name: 'two without anonymous, one of them global',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'jwt'), plugin(2, 'key-auth', {}, { route: null })] } },
    verdict: 'failed',
    says: /jwt \(route\) and key-auth \(global\) meet/,
    cause: 'auth-plugins-combined',
  },
  {
    check: 'plugin-combinations',
    name: 'anonymous that does not exist',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'jwt', { anonymous: 'ghost' })] } },
    verdict: 'failed',
    says: /ghost does not exist/,
  },
  {
    check: 'plugin-combinations',
    name: 'anonymous that nothing refuses',
    given: {
      lists: {
        ...ONE,
        '/consumers': [consumer(1)],
        '/plugins': [
          plugin(1, 'jwt', { anonymous: id(401) }),
          plugin(2, 'key-auth', { anonymous: id(401) }, { route: { id: id(201) } }),
        ],
      },
    },
    verdict: 'failed',
    says: /nothing refuses that consumer/,
  },
  {
    check: 'plugin-combinations',
    name: 'one or the other, and refused',
    given: {
      lists: {
        ...ONE,
        '/consumers': [consumer(1)],
        '/plugins': [
          plugin(1, 'jwt', { anonymous: id(401) }),
          plugin(2, 'key-auth', { anonymous: id(401) }, { route: { id: id(201) } }),
          plugin(3, 'request-termination', {}, { route: null, consumer: { id: id(401) } }),
        ],
      },
    },
    verdict: 'passed',
    says: /no two authentication plugins/,
  },
  {
    check: 'plugin-combinations',
    name: 'acl alone',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'acl', { allow: ['gold'] })] } },
    verdict: 'failed',
    says: /acl runs without/,
    cause: 'acl-denied',
  },
  {
    check: 'auth-header',
    name: 'openid-connect forwards nothing',
    given: { lists: { ...ONE, '/plugins': [oidc({ hide_credentials: true, upstream_access_token_header: null })] } },
    verdict: 'failed',
    says: /no token at all/,
    cause: 'auth-header-not-forwarded',
  },
  {
    check: 'auth-header',
    name: 'a transformer removes it',
    given: {
      lists: {
        ...ONE,
        '/plugins': [
          plugin(1, 'jwt'),
          plugin(2, 'request-transformer', { remove: { headers: ['authorization'] } }, { route: { id: id(201) } }),
        ],
      },
    },
    verdict: 'failed',
    says: /then removes Authorization/,
  },
  {
    check: 'auth-header',
    name: 'hidden, perhaps on purpose',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'basic-auth', { hide_credentials: true })] } },
    verdict: 'could-not-look',
    says: /whether the upstream wants it/,
  },
  {
    check: 'auth-header',
    name: 'forwarded',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'basic-auth', { hide_credentials: false })] } },
    verdict: 'passed',
    says: /nothing takes Authorization away/,
  },
  {
    check: 'token-caching',
    name: 'a lower bound',
    given: { lists: { ...ONE, '/plugins': [oidc({ cache_ttl_min: 600 })] } },
    verdict: 'failed',
    says: /cache_ttl_min is 600/,
    cause: 'token-cache-stale',
  },
  {
    check: 'token-caching',
    name: 'the folklore of zero',
    given: { lists: { ...ONE, '/plugins': [oidc({ cache_ttl: 0 })] } },
    verdict: 'failed',
    says: /does not turn the cache off.*cache_ttl_max/s,
  },
  {
    check: 'token-caching',
    name: 'long introspection',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'oauth2-introspection', { ttl: 86_400 })] } },
    verdict: 'failed',
    says: /86400 seconds/,
  },
  {
    check: 'token-caching',
    name: 'defaults',
    given: { lists: { ...ONE, '/plugins': [oidc()] } },
    verdict: 'passed',
    says: /at their own end/,
  },
  {
    check: 'transport',
    name: 'plain HTTP beside TLS',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'jwt')] }, configuration: { proxy_listeners: TLS } },
    verdict: 'failed',
    says: /plain HTTP too/,
  },
  {
    check: 'transport',
    name: 'https alone',
    given: {
      lists: { ...ONE, '/routes': [route(1, { protocols: ['https'] })], '/plugins': [plugin(1, 'jwt')] },
      configuration: { proxy_listeners: TLS },
    },
    verdict: 'passed',
    says: /over TLS only/,
  },
  {
    check: 'transport',
    name: 'https that never comes',
    given: {
      lists: { ...ONE, '/routes': [route(1, { protocols: ['https'] })], '/plugins': [plugin(1, 'jwt')] },
      configuration: { trusted_ips: {} },
    },
    verdict: 'failed',
    says: /answered 426/,
    cause: 'forwarded-headers-untrusted',
  },
  {
    check: 'key-ids',
    name: 'an issuer nobody has',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'jwt')] }, options: { tokens: [{ issuer: 'https://unknown' }] } },
    verdict: 'failed',
    says: /https:\/\/unknown/,
  },
  {
    check: 'key-ids',
    name: 'a known one',
    given: {
      lists: {
        ...ONE,
        '/plugins': [plugin(1, 'jwt')],
        '/consumers': [consumer(1)],
        '/jwts': [credential(1, 1, { key: 'https://i' })],
      },
      options: { tokens: [{ issuer: 'https://i' }] },
    },
    verdict: 'passed',
    says: /names a key/,
  },
  {
    check: 'data-planes',
    name: 'another configuration',
    given: planes(plane(1), plane(2), plane(3, { config_hash: 'b'.repeat(32) })),
    verdict: 'failed',
    says: /config_hash bbbbbbbb/,
    cause: 'node-out-of-sync',
  },
  {
    check: 'data-planes',
    name: 'silent',
    given: planes(plane(1), plane(2, { last_seen: seconds - 86_400 })),
    verdict: 'failed',
    says: /last seen on 2026-11-24 at 12:00 UTC/,
  },
  {
    check: 'data-planes',
    name: 'newer than its control plane',
    given: planes(plane(1, { version: '3.10.0.2' })),
    verdict: 'failed',
    says: /newer data planes/,
  },
  {
    check: 'data-planes',
    name: 'in step',
    given: planes(plane(1), plane(2)),
    verdict: 'passed',
    says: /2 data planes/,
  },
  {
    check: 'known-issues',
    name: 'an Enterprise version',
    given: {
      lists: { ...ONE, '/plugins': [oidc()] },
      root: { version: '3.10.0.2-enterprise-edition', edition: 'enterprise' },
    },
    verdict: 'failed',
    says: /known faults in openid-connect.*Upgrade to 3\.14\.0\.8/s,
  },
  {
    check: 'known-issues',
    name: 'no version',
    given: { lists: ONE, root: { version: undefined } },
    verdict: 'could-not-look',
    says: /does not tell its version/,
  },
  {
    check: 'known-issues',
    name: 'nothing that has faults',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'correlation-id')] } },
    verdict: 'passed',
    says: /no known fault/,
  },
  {
    check: 'certificates',
    name: 'an authority that is gone',
    given: { lists: { ...ONE, '/plugins': [plugin(1, 'mtls-auth', { ca_certificates: [id(9)] })] } },
    verdict: 'failed',
    says: /does not exist/,
    cause: 'client-cert-missing',
  },
  {
    check: 'certificates',
    name: 'a client certificate that is missing',
    given: { lists: { ...ONE, '/plugins': [oidc({ client_auth: ['tls_client_auth'] })] } },
    verdict: 'failed',
    says: /tls_client_auth_cert_id is not set/,
  },
];

for (const { check, name, given, verdict, says, cause } of CASES) {
  test(`${check}: ${name}`, async (t) => {
    const results = await resultsOf(t, check, given);
    const found = results.filter(
      (result) => result.verdict === verdict && says.test(`${result.says} ${result.advice}`),
    );
    assert.ok(found.length > 0, JSON.stringify(results, null, 1));
    if (cause !== undefined) assert.equal(found[0]?.cause, cause);
    if (verdict === 'passed') assert.equal(results.length, 1);
    for (const result of results) {
      assert.match(result.says, /\.$|\)$/);
      if (result.verdict === 'failed') assert.match(result.advice ?? '', /\.$/);
    }
  });
}

/** A self-signed pair made by OpenSSL; days count from the machine's clock. */
function pairFor(name: string): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-doctor-'));
  try {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '100'];
    execFileSync('openssl', ['req', '-x509', ...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('certificates: expiry, the key and the names of what the gateway holds', async (t) => {
  const [one, other] = [pairFor('api.example.com'), pairFor('other.example.com')];
  const made = Date.now();
  const at = (days: number) => ({ now: made + days * 86_400_000 });
  const holding = (more: Entity, days: number): Given => ({
    lists: { ...ONE, '/certificates': [{ id: id(7), ...one, snis: ['api.example.com'], ...more }] },
    options: at(days),
  });
  const said = async (more: Entity, days: number): Promise<string> =>
    (await resultsOf(t, 'certificates', holding(more, days)))
      .map(({ verdict, says }) => `${verdict}: ${says}`)
      .join('\n');
  assert.match(await said({}, 1), /^passed/);
  assert.match(await said({}, 80), /^failed: It expires in (?:19|20) days/);
  assert.match(await said({}, 96), /expires in [34] days/);
  assert.match(await said({}, 101), /^failed: It expired on/);
  assert.match(await said({ key: other.key }, 1), /belongs to another certificate/);
  assert.match(await said({ snis: ['www.example.com'] }, 1), /presented for www\.example\.com/);
  assert.match(await said({ cert: '{vault://env/cert}' }, 1), /^could-not-look/);
  assert.match(await said({ cert: 'nonsense' }, 1), /no certificate that can be read/);
});
