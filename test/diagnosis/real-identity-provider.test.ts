// What a real token endpoint answers, pasted as people paste it: the diagnosis names the cause.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { CauseName } from '../../src/diagnosis/names.ts';
import { type Authority, createAuthority } from '../support/certificates.ts';
import {
  type IdentityProvider,
  REDIRECT_URI,
  startIdentityProvider,
  type TokenExchange,
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

async function redeemed(code: string): Promise<TokenExchange> {
  return await idp.token({ ...WEB, grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI });
}

const CASES: readonly (readonly [what: string, make: () => Promise<TokenExchange>, causes: readonly CauseName[]])[] = [
  [
    'a secret where the client is registered for an assertion',
    () => idp.token({ grant_type: 'client_credentials' }, 'assertion:assertion-secret-0123456789-of-the-length'),
    // It does not tell which of the two it is: oidc-provider hides the reason from callers.
    ['oidc-client-auth-method', 'oidc-client-invalid'],
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
      'secret-of-anna',
    ])
      assert.ok(!told.includes(secret), `${secret} is told`);
  });
