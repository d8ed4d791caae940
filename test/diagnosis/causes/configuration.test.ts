// Configuration beside the call that it meets: each check that must speak, and its nearest neighbour that must keep quiet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confidenceOf, exchange, firstCause, saidBy } from './paste.ts';

const KEY = 'k7Qm2xLr9TbW4nZc';
const keyAuth = (config: string): string =>
  `\nplugins:\n- name: key-auth\n  config:\n${config.replace(/^/gm, '    ')}\n`;

test('key-auth does not look where its switch is off', async () => {
  const header = exchange(`apikey: ${KEY}`, 'No API key found in request');
  const query = exchange('Accept: */*', 'No API key found in request', 401, `GET /orders?apikey=${KEY}`);
  assert.match(await saidBy('credential-missing', header + keyAuth('key_in_header: false')), /key_in_header is false/);
  assert.match(await saidBy('credential-missing', header + keyAuth('key_in_header: null')), /key_in_header is null/);
  assert.match(await saidBy('credential-missing', query + keyAuth('key_in_query: false')), /key_in_query is false/);
  assert.doesNotMatch(await saidBy('credential-missing', header + keyAuth('key_in_query: false')), /key_in_\w+ is /);
  const other = keyAuth('key_names: [x-key]\nkey_in_header: false');
  assert.doesNotMatch(
    await saidBy('credential-missing', header + other),
    /key_in_\w+ is /,
    'another name is another matter',
  );
});

const credential = (password: string): string =>
  `\nconsumers:\n- username: web\n  basicauth_credentials:\n  - username: web\n    password: "${password}"\n`;

test('a vault reference as the password of a credential is the password itself', async () => {
  const basic = exchange(`Authorization: Basic ${Buffer.from('web:right').toString('base64')}`, 'Unauthorized');
  assert.equal(await firstCause(basic + credential('{vault://env/web-password}')), 'vault-reference-unresolved');
  assert.equal(await saidBy('vault-reference-unresolved', basic + credential('right')), '');
  const plugin = '\nplugins:\n- name: openid-connect\n  config:\n    client_secret: ["{vault://env/secret}"]\n';
  assert.equal(await saidBy('vault-reference-unresolved', basic + plugin), '', 'plugins resolve references');
});

const oauthToken = (body: string): string => `> POST /orders/oauth2/token HTTP/1.1
> Host: api.example.com
> Content-Type: application/x-www-form-urlencoded
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
${body}
`;

test('a bare message at /oauth2/token comes from another plugin than oauth2', async () => {
  assert.equal(await firstCause(oauthToken('{"message":"Unauthorized"}')), 'plugin-not-applied');
  const oauth = oauthToken('{"error":"invalid_client","error_description":"Invalid client authentication"}');
  assert.equal(await saidBy('plugin-not-applied', oauth), '');
});

const layered = (jwt: string): string => `
services:
- name: orders
  url: http://orders:8080
  routes:
  - name: list
    paths: [/orders]
    plugins:
    - name: key-auth
plugins:
- name: jwt
  config:
    ${jwt}
`;

test('a plugin of the route and another of all requests meet', async () => {
  const call = exchange(`apikey: ${KEY}`, 'Unauthorized');
  assert.match(await saidBy('auth-plugins-combined', call + layered('key_claim_name: iss')), /route list/);
  const apart = layered('key_claim_name: iss').replace('- name: jwt\n', '- name: jwt\n  service: billing\n');
  assert.equal(await saidBy('auth-plugins-combined', call + apart), '');
});

test('of one plugin only the most specific instance runs', async () => {
  const twice = layered('anonymous: guest').replace('- name: jwt\n  config:\n    anonymous: guest', '- name: key-auth');
  assert.equal(await saidBy('auth-plugins-combined', exchange(`apikey: ${KEY}`, 'Unauthorized') + twice), '');
});

const upstreamRefuses = (body: string, version: string): string => `< HTTP/1.1 401 Unauthorized
< Server: gunicorn
< Via: 1.1 kong/${version}
< X-Kong-Upstream-Latency: 3
<
${body}
`;
const transformer = (add: string): string => `
plugins:
- name: request-transformer
  config:
    remove: {headers: [Authorization]}
    add: {headers: ["${add}"]}
`;

test('a header that a transformer removes and adds: none in Kong 1.x, another one since', async () => {
  const both = transformer('Authorization:Basic dGVzdDp0ZXN0');
  const refused = (version: string): string => upstreamRefuses('{"detail":"no"}', version) + both;
  assert.equal(await firstCause(refused('1.2.1')), 'auth-header-not-forwarded');
  assert.equal(await firstCause(refused('3.9.1')), 'auth-header-overwritten');
  const other = upstreamRefuses('{"detail":"no"}', '3.9.1') + transformer('X-Version:2');
  assert.equal(await firstCause(other), 'auth-header-not-forwarded');
});

test('an upstream that calls the token expired did get a token', async () => {
  const hides = keyAuth('hide_credentials: true').replace('key-auth', 'basic-auth');
  assert.equal(
    await firstCause(upstreamRefuses('{"detail":"no credentials provided"}', '3.9.1') + hides),
    'auth-header-not-forwarded',
  );
  const expired = upstreamRefuses('{"detail":"the token is expired"}', '3.9.1') + hides;
  assert.ok((await confidenceOf('auth-header-not-forwarded', expired)) < 0.2);
});

test('key-auth hides its key, and an upstream that asks for Bearer misses something else', async () => {
  const asks = upstreamRefuses('{"detail":"no"}', '3.9.1').replace(
    '< Via',
    '< WWW-Authenticate: Bearer realm="x"\n< Via',
  );
  const [key, basic] = ['key-auth', 'basic-auth'].map(
    (name) => asks + keyAuth('hide_credentials: true').replace('key-auth', name),
  );
  assert.ok(
    (await confidenceOf('auth-header-not-forwarded', key ?? '')) <
      (await confidenceOf('auth-header-not-forwarded', basic ?? '')),
  );
});

const manifests = (annotation: string): string => `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: keys, namespace: shop}
plugin: key-auth
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
  namespace: shop
  annotations:
    ${annotation}
spec:
  rules:
  - http: {paths: [{path: /orders, pathType: Prefix, backend: {service: {name: orders, port: {number: 80}}}}]}
`;

test('annotations that name no KongPlugin: misnamed, or one that is not pasted', async () => {
  assert.match(
    await saidBy('plugin-not-applied', manifests('konghq.com/plugin: keys')),
    /must read konghq.com.plugins/,
  );
  assert.match(
    await saidBy('plugin-not-applied', manifests('konghq.com/plugins: key')),
    /KongPlugin key, which is not/,
  );
  assert.equal(await saidBy('plugin-not-applied', manifests('konghq.com/plugins: keys')), '');
  assert.equal(await saidBy('plugin-not-applied', manifests('konghq.com/strip-path: "true"')), '');
});

const routes = (path: string): string => `
services:
- name: orders
  url: http://orders:8080
  routes:
  - name: v1
    paths: [/orders/v1]
    plugins:
    - name: jwt
  - name: v2
    paths: [${path}]
`;

test('the route that the request matches is not the one that the plugin is on', async () => {
  const call = `> GET /orders/v2/list HTTP/1.1\n> Host: api.example.com\n>\n${upstreamRefuses('{"detail":"no user"}', '3.9.1')}`;
  assert.match(
    await saidBy('plugin-not-applied', call + routes('/orders/v2')),
    /matches the route v2; jwt is on the route v1/,
  );
  assert.equal(
    await saidBy('plugin-not-applied', call.replace('/orders/v2/list', '/orders/v1/list') + routes('/orders/v2')),
    '',
  );
  assert.equal(await saidBy('plugin-not-applied', call + routes('/billing')), '', 'no pasted route matches');
});

test('the more specific route wins: hosts and paths over paths, the longer path over the shorter', async () => {
  const call = `> GET /orders/v1/list HTTP/1.1\n> Host: api.example.com\n>\n${upstreamRefuses('{"detail":"no user"}', '3.9.1')}`;
  assert.match(await saidBy('plugin-not-applied', call + routes('/orders/v1/list')), /route v2/);
  assert.equal(await saidBy('plugin-not-applied', call + routes('/orders')), '');
});
