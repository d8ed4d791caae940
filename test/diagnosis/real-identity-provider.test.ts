// What a real token endpoint answers, pasted as people paste it: the diagnosis names the cause.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { CauseName } from '../../src/diagnosis/names.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import {
  type Exchange,
  type IdentityProvider,
  REDIRECT_URI,
  startIdentityProvider,
} from '../support/identity-provider.ts';

let authority: Authority;
let idp: IdentityProvider;

before(async () => {
  authority = createAuthority();
  const tls = authority.issue(['localhost']);
  idp = await startIdentityProvider({ tls, ca: authority.ca, configuration: { ttl: { RefreshToken: 1 } } });
});
after(async () => {
  await idp.close();
  authority.remove();
});

const WEB = { client_id: 'web', client_secret: 'web-secret-0123456789abc' };
const GATEWAY = 'gateway:gateway-secret-0123456789';

async function redeemed(code: string): Promise<Exchange> {
  return await idp.token({ ...WEB, grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
}

const CASES: readonly (readonly [what: string, make: () => Promise<Exchange>, causes: readonly CauseName[]])[] = [
  [
    'a secret where the client is registered for an assertion',
    () => idp.token({ grant_type: 'client_credentials' }, 'assertion:assertion-secret-0123456789-of-the-length'),
    // It does not tell which of the two it is: oidc-provider hides the reason from callers.
    ['oidc-client-auth-method', 'oidc-client-invalid'],
  ],
  [
    'a secret where the client is registered for a signed assertion',
    () => idp.token({ grant_type: 'client_credentials' }, 'signed:secret-of-nobody'),
    ['oidc-client-auth-method', 'oidc-client-invalid'],
  ],
  [
    'a secret in the header and in the form',
    () => idp.token({ ...WEB, grant_type: 'refresh_token', refresh_token: 'any' }, `web:${WEB.client_secret}`),
    ['oidc-client-auth-method'],
  ],
  [
    'a client that does not exist',
    () => idp.token({ grant_type: 'client_credentials' }, 'nobody:wrong-secret'),
    ['oidc-client-invalid'],
  ],
  [
    'a wrong secret',
    () => idp.token({ grant_type: 'client_credentials' }, 'gateway:wrong-secret'),
    ['oidc-client-invalid'],
  ],
  [
    'a code that is used twice',
    async () => {
      const code = await idp.code();
      const first = await redeemed(code);
      assert.equal(first.status, 200, first.body);
      return await redeemed(code);
    },
    ['oidc-grant-invalid'],
  ],
  [
    'a refresh token that ran out',
    async () => {
      const tokens = JSON.parse((await redeemed(await idp.code())).body) as { readonly refresh_token: string };
      await sleep(2100);
      return await idp.token({ ...WEB, grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    },
    ['oidc-grant-invalid'],
  ],
  [
    'a code with another redirect URI than the login had',
    async () =>
      await idp.token({
        ...WEB,
        grant_type: 'authorization_code',
        code: await idp.code(),
        redirect_uri: 'https://portal.example/other',
      }),
    ['oidc-grant-invalid', 'oidc-redirect-uri-mismatch'],
  ],
  [
    'a login with a redirect URI that is not registered',
    () =>
      idp.call('/auth?client_id=web&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fportal.example%2Fother'),
    ['oidc-redirect-uri-mismatch'],
  ],
  [
    'a grant that is not enabled for the client',
    () => idp.token({ grant_type: 'refresh_token', refresh_token: 'any' }, GATEWAY),
    ['oidc-grant-unsupported'],
  ],
  [
    'a grant that the provider does not know',
    () => idp.token({ grant_type: 'password', username: 'anna', password: 'secret-of-anna' }, GATEWAY),
    ['oidc-grant-unsupported'],
  ],
  [
    'a scope that the client may not have',
    () => idp.token({ grant_type: 'client_credentials', scope: 'orders:read' }, GATEWAY),
    ['oidc-scope-invalid'],
  ],
];

for (const [what, make, causes] of CASES)
  test(`${what} is named`, async () => {
    const exchange = await make();
    assert.ok(exchange.status >= 400, exchange.body);
    const diagnosis = await diagnose([{ source: 'paste', bytes: exchange.transcript }], { key: new Uint8Array(32) });
    const [first] = diagnosis.findings;
    assert.ok(first !== undefined && causes.includes(first.cause), `${first?.cause}: ${exchange.body}`);
    const told = JSON.stringify(diagnosis);
    for (const secret of [
      'web-secret-0123456789abc',
      'gateway-secret-0123456789',
      'assertion-secret-0123456789-of-the-length',
      'wrong-secret',
      'secret-of-nobody',
      'secret-of-anna',
    ])
      assert.ok(!told.includes(secret), `${secret} is told`);
  });

test('an introspection that says inactive, and one that is refused', async () => {
  const first = async (exchange: Exchange): Promise<CauseName | undefined> =>
    (await diagnose([{ source: 'paste', bytes: exchange.transcript }], { key: new Uint8Array(32) })).findings[0]?.cause;
  const form = { token: 'a-token-that-nobody-issued-0815' };
  const inactive = await idp.call('/token/introspection', { form, basic: GATEWAY });
  assert.equal(inactive.body, '{"active":false}');
  assert.equal(await first(inactive), 'oidc-introspection-failed');
  const refused = await idp.call('/token/introspection', { form, basic: 'gateway:wrong-secret' });
  assert.equal(refused.status, 401);
  assert.ok(['oidc-introspection-failed', 'oidc-client-invalid'].includes((await first(refused)) ?? ''));
});

test('an exchange that went well accuses no provider, and its tokens are not told', async () => {
  const exchange = await redeemed(await idp.code());
  assert.equal(exchange.status, 200, exchange.body);
  const diagnosis = await diagnose([{ source: 'paste', bytes: exchange.transcript }], { key: new Uint8Array(32) });
  assert.ok(
    diagnosis.findings.every(({ cause }) => !cause.startsWith('oidc-')),
    JSON.stringify(diagnosis.findings.map(({ cause }) => cause)),
  );
  const tokens = JSON.parse(exchange.body) as Readonly<Record<string, string>>;
  const told = JSON.stringify(diagnosis);
  for (const name of ['access_token', 'refresh_token', 'id_token'])
    assert.ok(tokens[name] !== undefined && !told.includes(tokens[name]), name);
});
