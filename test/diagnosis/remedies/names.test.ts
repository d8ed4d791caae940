// Remedies carry what the paste shows: names, ids, hosts, present values, versions and the kind of installation.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Finding, Remedy } from '../../../src/diagnosis/diagnosis.ts';
import type { CauseName } from '../../../src/diagnosis/names.ts';

async function findingOf(cause: CauseName, paste: string): Promise<Finding> {
  const { findings } = await diagnose([{ source: 'paste', bytes: paste }], { key: new Uint8Array(32) });
  const finding = findings.find((one) => one.cause === cause);
  assert.ok(finding !== undefined, `${cause} is not among ${findings.map((one) => one.cause)}`);
  return finding;
}

async function firstRemedy(cause: CauseName, paste: string): Promise<Remedy> {
  const [remedy] = (await findingOf(cause, paste)).remedies;
  assert.ok(remedy !== undefined);
  return remedy;
}

const UNSUPPORTED_METHOD =
  '2026/10/12 07:01:02 [error] 1#0: *9 [kong] handler.lua:98 [openid-connect] unauthorized_client: unsupported authentication method, client: 10.0.0.1, server: kong, request: "GET /orders/1 HTTP/1.1", host: "api.example.com"';

suite('names and present values', () => {
  const deck = `_format_version: "3.0"
plugins:
- name: openid-connect
  route: orders
  config:
    issuer: https://idp.example.com/realms/shop
    token_endpoint: https://idp.example.com/as/token.oauth2
    client_id: [orders-gateway]
    client_auth: [client_secret_basic]
`;

  test('the plugin’s route, the endpoint, the client and the present method', async () => {
    const remedy = await firstRemedy('oidc-client-auth-method', `${deck}---\n${UNSUPPORTED_METHOD}`);
    assert.match(remedy.snippets.deck ?? '', /route: orders\n {4}config:\n {6}client_auth:\n {8}- client_secret_post/);
    assert.match(remedy.note, /client_auth is now client_secret_basic/);
    assert.match(remedy.snippets['admin-api'] ?? '', /'https:\/\/idp\.example\.com\/as\/token\.oauth2'/);
    assert.match(remedy.snippets['admin-api'] ?? '', /-u 'orders-gateway:<CLIENT_SECRET>'/);
    assert.match(remedy.note, /declarative file/);
  });

  test('consumer, service and route of the JSON log', async () => {
    const lines = Array.from({ length: 40 }, (_, n) => {
      const consumer = n % 4 === 0 ? 'partner-acme' : `partner-${n % 4}`;
      const status = n % 4 === 0 ? 401 : 200;
      return JSON.stringify({
        request: { method: 'GET', uri: '/orders/1', headers: { host: 'api.example.com' } },
        response: { status, headers: {} },
        upstream_status: String(status),
        latencies: { kong: 1, proxy: 2, request: 3 },
        source: 'upstream',
        consumer: { username: consumer, id: consumer },
        route: { name: 'orders-route' },
        service: { name: 'orders-service', host: 'orders.internal' },
        tries: [{ ip: '10.4.1.20', port: 8080 }],
        client_ip: '198.51.100.7',
        started_at: 1_700_000_000_000 + n * 1000,
      });
    }).join('\n');
    const remedy = await firstRemedy('consumer-subset-failing', lines);
    assert.match(remedy.snippets['admin-api'] ?? '', /\/consumers\/partner-acme\/key-auth'/);
    const finding = await findingOf('upstream-rejects-token', lines);
    const all = finding.remedies.map((one) => one.snippets['admin-api']).join('\n');
    assert.match(all, /'http:\/\/10\.4\.1\.20:8080\/orders\/1'/);
    assert.match(all, /\/services\/orders-service\/plugins'/);
    assert.match(all, /\/routes\/orders-route\/plugins'/);
  });

  test('the header that the client uses joins the names that work', async () => {
    const paste = `{"id":"7b0d9a3e-6f7c-4f0e-9d5c-3a4f5b6c7d8e","name":"key-auth","enabled":true,"config":{"key_names":["apikey","x-key"]},"route":{"id":"4e13f54a-bbf1-47a8-8777-255fed7116f2"}}

> GET /orders HTTP/1.1
> Host: api.example.com
> X-Partner-Key: abcdefghijklmnop
>
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Key
< Server: kong/3.9.1
<
{"message":"No API key found in request"}`;
    const { remedies } = await findingOf('credential-missing', paste);
    const curls = remedies.map((one) => one.snippets['admin-api'] ?? '').join('\n');
    assert.match(curls, /-H 'apikey: <API_KEY>'/);
    assert.match(curls, /"key_names":\["apikey","x-key","x-partner-key"\]/);
    assert.match(curls, /PATCH 'http:\/\/localhost:8001\/plugins\/7b0d9a3e-6f7c-4f0e-9d5c-3a4f5b6c7d8e'/);
    assert.doesNotMatch(curls, /<PLUGIN_ID>/);
  });
});

suite('installations and versions', () => {
  const manifest = `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata:
  name: shop-keys
  namespace: shop
plugin: key-auth
config:
  hide_credentials: true
`;
  const upstream401 = `< HTTP/1.1 401 Unauthorized
< Via: 1.1 kong/3.14.0
< X-Kong-Upstream-Latency: 4
<
{"error":"missing credentials"}`;

  test('Kubernetes: its manifest by name and namespace, and a read-only Admin API', async () => {
    const remedy = await firstRemedy('auth-header-not-forwarded', `${manifest}---\n${upstream401}`);
    assert.match(remedy.snippets.kubernetes ?? '', /name: shop-keys\n {2}namespace: shop/);
    assert.match(remedy.note, /Admin API is read-only/);
    assert.match(remedy.note, /hide_credentials is now true/);
  });

  test('without a database the log level is a setting, not a call', async () => {
    const bare = await findingOf('credential-missing', '{"message":"No API key found in request"}');
    const dbless = await findingOf('credential-missing', 'database = off\n\n{"message":"No API key found in request"}');
    const level = (finding: Finding): Remedy | undefined =>
      finding.remedies.find((one) => one.title === 'Raise the log level of one node');
    assert.match(level(bare)?.snippets['admin-api'] ?? '', /PUT .*\/debug\/node\/log-level\/debug\?timeout=300/);
    assert.equal(level(dbless)?.snippets['admin-api'], undefined);
    assert.match(level(dbless)?.snippets.kubernetes ?? '', /log_level: debug/);
  });

  test('the jwt plugin gets no keys from a provider, openid-connect no jwt credential', async () => {
    const jwt = await findingOf('token-signature-invalid', 'Server: kong/3.9.0\n\n{"message":"Invalid signature"}');
    assert.deepEqual(
      jwt.remedies.map((one) => one.title),
      ['Put the issuer’s key into the jwt credential'],
    );
  });
});

suite('folklore', () => {
  test('cache_ttl 0 is not advised, an upper bound below the token’s life is', async () => {
    const remedy = await firstRemedy(
      'token-cache-stale',
      `plugins:
- name: openid-connect
  config:
    issuer: https://idp.example.com
    auth_methods: [client_credentials]
    cache_ttl: 0
---
HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"abcdefghijklmnopqrstuvwxyz012345","token_type":"Bearer","expires_in":180}
---
Kong keeps using the cached token after it expired, cache_ttl 0 does not help.`,
    );
    assert.match(remedy.snippets['admin-api'] ?? '', /"cache_ttl_max":165/);
    assert.match(remedy.note, /cache_ttl 0 is no cure/);
  });
});

test('a piece of a log line that names its plugin decides whose words they are', async () => {
  const paste =
    'the realm keys were rotated, since then 401 now and then\n[openid-connect] invalid signature (kid = "r4Tq")\n';
  const { findings } = await diagnose([{ source: 'paste', bytes: paste }], { key: new Uint8Array(32) });
  const titles = findings[0]?.remedies.map(({ title }) => String(title)) ?? [];
  assert.ok(titles.includes('Let Kong fetch the keys again'), titles.join(', '));
  assert.ok(!titles.some((title) => /jwt credential/.test(title)), 'jwt credentials are another plugin’s');
});
