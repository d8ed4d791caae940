// Claims beside what is required of them: each check that must speak, and its nearest neighbour that must keep quiet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confidenceOf, exchange, firstCause, hmacToken, saidBy } from './paste.ts';

const AT = 1795518600;
const token = (claims: object): string =>
  hmacToken('k1Wq7Zr3Xp9Ls5Vd', { iss: 'https://idp.example.com/realms/shop', iat: AT - 60, exp: AT + 600, ...claims });
const call = (claims: object, status = 403): string =>
  exchange(`Authorization: Bearer ${token(claims)}`, status === 403 ? 'Forbidden' : 'Unauthorized', status);
const oidc = (config: string): string => `
plugins:
- name: openid-connect
  config:
    issuer: https://idp.example.com/realms/shop
${config.replace(/^/gm, '    ')}
`;

test('audience_required: azp does not stand in for aud, one of several entries suffices', async () => {
  const required = oidc('audience_required: [orders-api, billing-api]');
  assert.equal(await firstCause(call({ aud: 'account', azp: 'orders-api' }) + required), 'token-audience-mismatch');
  assert.equal(await saidBy('token-audience-mismatch', call({ aud: ['x', 'billing-api'] }) + required), '');
});

test('audience_claim decides where the audience stands', async () => {
  const required = oidc('audience_required: [orders-api]\naudience_claim: [azp]');
  assert.equal(await saidBy('token-audience-mismatch', call({ aud: 'x', azp: 'orders-api' }) + required), '');
  assert.match(await saidBy('token-audience-mismatch', call({ aud: 'orders-api', azp: 'x' }) + required), /azp is x/);
});

test('an ID token must be for the client of the plugin', async () => {
  const client = oidc('client_id: [kong-shop]');
  const idToken = (aud: string): string => call({ aud, nonce: 'n1', at_hash: 'h1' }, 401);
  assert.match(await saidBy('token-audience-mismatch', idToken('spa') + client), /is for spa.*kong-shop/);
  assert.equal(await saidBy('token-audience-mismatch', idToken('kong-shop') + client), '');
  assert.equal(await saidBy('token-audience-mismatch', call({ aud: 'spa' }, 401) + client), '', 'no ID token');
});

test('scopes_required: entries are alternatives, words of one entry belong together', async () => {
  const required = oidc('scopes_required: ["orders:read orders:write", admin]');
  assert.equal(await firstCause(call({ scope: 'orders:read profile' }) + required), 'token-scope-missing');
  assert.equal(await saidBy('token-scope-missing', call({ scope: 'orders:write orders:read' }) + required), '');
  assert.equal(await saidBy('token-scope-missing', call({ scope: 'admin' }) + required), '');
});

test('scopes and groups must both be met, and each is looked for in its own claim', async () => {
  const both = oidc('scopes_required: [orders]\ngroups_required: [staff]');
  assert.match(
    await saidBy('token-scope-missing', call({ scope: 'orders', groups: ['guest'] }) + both),
    /staff is required/,
  );
  assert.equal(await saidBy('token-scope-missing', call({ scope: 'orders', groups: ['staff'] }) + both), '');
  const scopes = oidc('scopes_required: [orders]');
  assert.match(await saidBy('token-scope-missing', call({ scp: ['orders'] }) + scopes), /stands in scp/);
});

const INSUFFICIENT = (via: string): string => `< HTTP/1.1 403 Forbidden
< WWW-Authenticate: Bearer realm="idp.example.com", error="insufficient_scope"
< Server: kong/3.10.0.2-enterprise-edition
< ${via}
<
{"message":"Forbidden"}
`;

test('insufficient_scope from Kong proves a scope only where one is required', async () => {
  const kong = INSUFFICIENT('X-Kong-Response-Latency: 3');
  const upstream = INSUFFICIENT('X-Kong-Upstream-Latency: 3').replace(
    'Server: kong/3.10.0.2-enterprise-edition',
    'Via: 1.1 kong/3.10.0.2',
  );
  assert.equal(await firstCause(upstream), 'token-scope-missing');
  assert.ok((await confidenceOf('token-scope-missing', kong + oidc('consumer_claim: [azp]'))) < 0.3);
  assert.ok((await confidenceOf('token-scope-missing', kong + oidc('scopes_required: [orders]'))) > 0.5);
});

test('consumer_by: the value stands in the other field', async () => {
  const consumers = (by: string): string =>
    `${oidc(`consumer_claim: [azp]\nconsumer_by: [${by}]`)}consumers:\n- username: Acme\n  custom_id: acme-batch\n- username: web\n`;
  assert.match(
    await saidBy('consumer-not-mapped', call({ azp: 'acme-batch' }) + consumers('username')),
    /custom_id.*username only/,
  );
  assert.match(
    await saidBy('consumer-not-mapped', call({ azp: 'web' }) + consumers('custom_id')),
    /username.*custom_id only/,
  );
  assert.equal(await saidBy('consumer-not-mapped', call({ azp: 'acme-batch' }) + consumers('username, custom_id')), '');
});

const jwt = (config: string): string => `\nplugins:\n- name: jwt\n  config:\n${config.replace(/^/gm, '    ')}\n`;

test('exp is only looked at where claims_to_verify names it', async () => {
  const old = call({ exp: AT - 400 }, 401);
  assert.equal(await firstCause(old + jwt('claims_to_verify: [exp]')), 'token-expired');
  const unseen = await confidenceOf('token-expired', old + jwt('claims_to_verify: [nbf]'));
  assert.ok(unseen < (await confidenceOf('token-expired', old + jwt('claims_to_verify: [exp]'))) - 0.2);
});

test('the leeway of openid-connect covers what it covers', async () => {
  const old = call({ exp: AT - 20 }, 401);
  assert.equal(await firstCause(old + oidc('leeway: 5')), 'token-expired');
  assert.notEqual(await firstCause(old + oidc('leeway: 60')), 'token-expired');
  const early = call({ nbf: AT + 20 }, 401);
  assert.equal(await firstCause(early + oidc('leeway: 5')), 'token-not-yet-valid');
  assert.equal(await saidBy('token-not-yet-valid', early + oidc('leeway: 60')), '');
});

test('maximum_expiration refuses a token that lives too long', async () => {
  const limit = (seconds: number): string => jwt(`claims_to_verify: [exp]\nmaximum_expiration: ${seconds}`);
  const long = call({ exp: AT + 86_400 }, 401);
  assert.match(await saidBy('token-expired', long + limit(3600)), /maximum_expiration allows 3600/);
  assert.equal(await saidBy('token-expired', long + limit(90_000)), '');
});

const members = (group: string): string => `
consumers:
- username: web
  acls:
  - group: ${group}
  keyauth_credentials:
  - key: k7Qm2xLr9TbW4nZc
- username: mobile
  acls:
  - group: gold
`;
const acl = (config: string): string => `plugins:\n- name: acl\n  config:\n    ${config}\n`;

test('acl: the groups of the consumer whose key was presented, beside allow and deny', async () => {
  const denied = exchange('apikey: k7Qm2xLr9TbW4nZc', 'You cannot consume this service', 403);
  assert.match(
    await saidBy('acl-denied', denied + members('silver') + acl('allow: [gold]')),
    /web has the group silver.*gold/,
  );
  assert.match(await saidBy('acl-denied', denied + members('silver') + acl('deny: [silver]')), /deny lists/);
  assert.doesNotMatch(
    await saidBy('acl-denied', denied + members('gold') + acl('allow: [gold]')),
    /has the group|deny/,
  );
});
