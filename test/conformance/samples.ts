// One failing sample of every input kind, with a secret in each position that the format has for one.
import type { InputKind } from '../../src/diagnosis/names.ts';

/** A secret that stands nowhere else: random letters and digits, no word. */
export const SECRET = 'Zx81kQw7Tn5pLr3vB9dHs2';
/** A token whose claims hold the secret, signed by nobody. */
export const SECRET_TOKEN = [
  { alg: 'RS256', kid: 'k1', typ: 'JWT' },
  { iss: 'https://idp.example.com', exp: 1_700_000_000, jti: SECRET },
]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat(`${SECRET}${SECRET}`)
  .join('.');
const BASIC = Buffer.from(`web:${SECRET}`).toString('base64');
const ID = '789c0bf1b76f6ffa6746a21d40749f0c';
const TAIL = `client: 192.0.2.7, server: kong, request: "GET /orders?apikey=${SECRET} HTTP/1.1", host: "api.example.com", request_id: "${ID}"`;
const lines = (...texts: readonly string[]): string => `${texts.join('\n')}\n`;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Samples by the kind they are read as; `prose` and `unreadable` are what is left over. */
export const SAMPLES: Readonly<Record<Exclude<InputKind, 'unreadable' | 'oauth-error'>, string>> = {
  'kong-error-log': lines(
    `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [jwt] Invalid signature, authorization: Bearer ${SECRET_TOKEN}, ${TAIL}`,
    `2026/10/12 07:01:03 [debug] 1342#0: *991 [kong] handler.lua:98 [openid-connect] client_secret=${SECRET}&grant_type=client_credentials`,
    `2026/10/12 07:01:03 [notice] 1342#0: [kong] init.lua:12 [request-debug] token for request debugging: 7c9e6679-7425-40de-944b-e07fc1f90ae7`,
  ),
  'access-log': lines(
    `192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET /orders?access_token=${SECRET_TOKEN} HTTP/1.1" 401 96 "https://app.example.com/cb?code=${SECRET}" "okhttp/4.12" kong_request_id: "${ID}"`,
    `{"time_iso8601":"2026-10-12T07:01:03+00:00","remote_addr":"192.0.2.7","request":"GET /orders?apikey=${SECRET} HTTP/1.1","status":"401","http_authorization":"Bearer ${SECRET_TOKEN}"}`,
  ),
  'kong-json-log': lines(
    JSON.stringify({
      request: {
        method: 'GET',
        uri: `/orders?apikey=${SECRET}`,
        url: `https://api.example.com/orders?apikey=${SECRET}`,
        querystring: { apikey: SECRET },
        headers: { host: 'api.example.com', apikey: SECRET, cookie: `session=${SECRET}`, 'x-userinfo': SECRET_TOKEN },
      },
      response: { status: 401, headers: { 'www-authenticate': 'Key', 'set-cookie': `session=${SECRET}; Path=/` } },
      latencies: { proxy: -1 },
      tries: [],
      upstream_status: '',
      source: 'kong',
      started_at: 1_791_788_462_000,
    }),
  ),
  'pingfederate-log': lines(
    `2026-10-12 07:01:02,390 tid:yegigaLInRlHzzGlxLaDLziqeFA DEBUG [org.sourceid.oauth20.handlers.TokenEndpointRequestHandler] org.sourceid.oauth20.handlers.AccessTokenRequestException: invalid_grant: token ${SECRET_TOKEN} client_secret=${SECRET}`,
    `2026-10-12 07:01:03,720| tid:cYunBsgybiw| OAuth| | 192.0.2.7 | | kong| OAuth20| sso.example.com| AS| failure| | invalid_client: client_secret=${SECRET}| 7`,
  ),
  'keycloak-events': lines(
    `2026-10-12 07:01:02,489 WARN  [org.keycloak.events] (executor-thread-17) type="CODE_TO_TOKEN_ERROR", realmId="shop", clientId="kong", error="invalid_client_credentials", client_secret="${SECRET}", redirect_uri="https://api.example.com/cb?code=${SECRET}"`,
    `type=LOGIN_ERROR, realmId=shop, clientId=kong, error=invalid_redirect_uri, access_token=${SECRET_TOKEN}`,
  ),
  'ingress-controller-log': lines(
    `time="2026-10-12T07:01:02Z" level=error msg="could not update kong admin" error="HTTP status 400 (message: \\"declarative config is invalid: {key=\\\\\\"x\\\\\\"}\\") kong-admin-token: ${SECRET}" subsystem=dataplane-synchronizer`,
  ),
  'deck-output': lines(
    'creating consumer web',
    `Error: HTTP status 401 (message: "Unauthorized") kong-admin-token: ${SECRET}`,
  ),
  'program-log': lines(
    `2026-10-12T07:01:02.123Z ERROR 1 --- [nio-8080-exec-1] c.e.Filter : invalid_client for Authorization: Bearer ${SECRET_TOKEN}, client_secret=${SECRET}`,
    `{"level":50,"time":1791788462123,"pid":1,"msg":"invalid_client","authorization":"Basic ${BASIC}"}`,
  ),
  'http-exchange': lines(
    `> GET /orders?apikey=${SECRET} HTTP/1.1`,
    '> Host: api.example.com',
    `> Authorization: Bearer ${SECRET_TOKEN}`,
    `> Cookie: session=${SECRET}`,
    `> X-Kong-Request-Debug-Token: ${SECRET}`,
    '>',
    '< HTTP/1.1 401 Unauthorized',
    '< Server: kong/3.9.1',
    '< WWW-Authenticate: Key',
    `< Set-Cookie: session=${SECRET}; Path=/`,
    '<',
    `{"message":"No API key found in request","refresh_token":"${SECRET}"}`,
  ),
  'curl-command': lines(
    `curl -i -u web:${SECRET} -H 'apikey: ${SECRET}' -H "Authorization: Bearer ${SECRET_TOKEN}" -b 'session=${SECRET}' \\`,
    `  -d 'client_secret=${SECRET}' 'https://api.example.com/orders?jwt=${SECRET_TOKEN}'`,
  ),
  har: json({
    log: {
      version: '1.2',
      entries: [
        {
          startedDateTime: '2026-10-12T07:01:02Z',
          request: {
            method: 'POST',
            url: `https://api.example.com/orders?apikey=${SECRET}`,
            headers: [
              { name: 'Authorization', value: `Bearer ${SECRET_TOKEN}` },
              { name: 'Cookie', value: `session=${SECRET}` },
            ],
            cookies: [{ name: 'session', value: SECRET }],
            postData: { mimeType: 'application/x-www-form-urlencoded', text: `client_secret=${SECRET}` },
          },
          response: {
            status: 401,
            statusText: 'Unauthorized',
            headers: [{ name: 'Set-Cookie', value: `session=${SECRET}; Path=/` }],
            content: { text: `{"message":"Invalid signature","access_token":"${SECRET_TOKEN}"}` },
          },
        },
      ],
    },
  }),
  'response-body': lines(
    `{"message":"Invalid authentication credentials","detail":"access_token=${SECRET_TOKEN}","client_secret":"${SECRET}"}`,
  ),
  deck: lines(
    '_format_version: "3.0"',
    'services:',
    '- name: orders',
    `  url: https://user:${SECRET}@orders.internal/`,
    '  plugins:',
    '  - name: openid-connect',
    '    config:',
    '      issuer: https://idp.example.com',
    `      client_secret: [${SECRET}]`,
    `      session_secret: ${SECRET}`,
    'consumers:',
    '- username: web',
    '  keyauth_credentials:',
    `  - key: ${SECRET}`,
    '  basicauth_credentials:',
    `  - {username: web, password: ${SECRET}}`,
    '  jwt_secrets:',
    `  - {key: web, secret: ${SECRET}, algorithm: HS256}`,
  ),
  'admin-api': json({
    data: [
      { id: 'a1', name: 'openid-connect', enabled: true, config: { client_secret: [SECRET], session_secret: SECRET } },
      { id: 'a2', name: 'jwt', enabled: true, config: { claims_to_verify: ['exp'] } },
    ],
    next: null,
  }),
  kubernetes: lines(
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    '  name: web-key',
    '  labels:',
    '    konghq.com/credential: key-auth',
    'stringData:',
    `  key: ${SECRET}`,
    'data:',
    `  password: ${Buffer.from(SECRET).toString('base64')}`,
    '---',
    'apiVersion: configuration.konghq.com/v1',
    'kind: KongPlugin',
    'metadata: {name: oidc}',
    'plugin: openid-connect',
    'config:',
    `  client_secret: ["${SECRET}"]`,
  ),
  'kong-conf': lines('database = postgres', `pg_password = ${SECRET}`, 'log_level = notice'),
  environment: lines(`KONG_PG_PASSWORD=${SECRET}`, 'KONG_LOG_LEVEL=debug', `KONG_VAULT_HCV_TOKEN=${SECRET}`),
  'helm-values': lines(
    'env:',
    '  database: postgres',
    `  pg_password: ${SECRET}`,
    'ingressController:',
    '  enabled: true',
  ),
  compose: lines(
    'services:',
    '  kong:',
    '    image: kong:3.9',
    '    environment:',
    `      KONG_PG_PASSWORD: ${SECRET}`,
    '      KONG_DATABASE: postgres',
  ),
  token: lines(SECRET_TOKEN),
  jwks: json({ keys: [{ kty: 'oct', kid: 'k1', alg: 'HS256', k: SECRET }] }),
  pem: lines(
    '-----BEGIN RSA PRIVATE KEY-----',
    ...Array.from({ length: 4 }, () => `${SECRET}${SECRET}${SECRET}`.slice(0, 64)),
    '-----END RSA PRIVATE KEY-----',
  ),
  discovery: json({
    issuer: 'https://idp.example.com',
    token_endpoint: `https://user:${SECRET}@idp.example.com/token`,
    jwks_uri: 'https://idp.example.com/jwks',
  }),
  introspection: json({ active: false, token: SECRET_TOKEN, client_secret: SECRET }),
  prometheus: lines(
    '# TYPE kong_http_requests_total counter',
    'kong_http_requests_total{service="orders",route="orders",code="401",source="kong",consumer=""} 14',
    'kong_http_requests_total{service="orders",route="orders",code="200",source="service",consumer="web"} 3',
  ),
  'kong-status': json({
    tagline: 'Welcome to kong',
    version: '3.9.1',
    hostname: 'kong-1',
    node_id: 'a559234b-32f8-42d7-846d-b6b377f0b5c2',
    configuration: { pg_password: SECRET, admin_token: SECRET, log_level: 'notice', database: 'postgres' },
    database: { reachable: true },
  }),
  'data-planes': json({
    data: [
      {
        id: 'a',
        hostname: 'dp-1',
        ip: '10.0.0.1',
        config_hash: 'a'.repeat(32),
        sync_status: 'normal',
        version: '3.9.1',
        last_seen: 1_791_788_462,
      },
      {
        id: 'b',
        hostname: 'dp-2',
        ip: '10.0.0.2',
        config_hash: 'b'.repeat(32),
        sync_status: 'unknown',
        version: '3.9.1',
        last_seen: 1_791_788_462,
      },
    ],
    next: null,
  }),
  'upstream-health': json({
    data: [{ id: 'a', target: '10.0.0.5:8080', health: 'UNHEALTHY', weight: 100, upstream: { id: 'u' }, data: {} }],
    next: null,
    node_id: 'a559234b-32f8-42d7-846d-b6b377f0b5c2',
  }),
  'konnect-trace': json({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: 'a1',
                spanId: '1',
                name: 'kong',
                startTimeUnixNano: '1791788462000000000',
                attributes: [
                  { key: 'url.full', value: { stringValue: `https://api.example.com/orders?apikey=${SECRET}` } },
                  { key: 'http.response.status_code', value: { intValue: '401' } },
                ],
              },
              {
                traceId: 'a1',
                spanId: '2',
                name: 'kong.access.plugin.key-auth',
                startTimeUnixNano: '1791788462001000000',
                attributes: [],
              },
            ],
          },
        ],
      },
    ],
  }),
  prose: lines(
    'We get 401 from Kong since the upgrade, No API key found in request, though we send',
    `apikey: ${SECRET} and Authorization: Bearer ${SECRET_TOKEN} with client_secret=${SECRET}.`,
  ),
};

/** What people also paste and no reader is for: it must give no finding. */
export const FOREIGN: Readonly<Record<string, string>> = {
  csv: lines('id,name,price', '1,"pen, blue",1.20', '2,paper,3.00'),
  terraform: lines(
    'resource "aws_instance" "web" {',
    '  ami           = "ami-0abc"',
    '  instance_type = "t3.micro"',
    '}',
  ),
  java: lines('package com.example;', 'public class Main {', '  public static void main(String[] args) {}', '}'),
  html: lines('<!doctype html>', '<html><head><title>Shop</title></head>', '<body><p>Welcome.</p></body></html>'),
  sql: lines('SELECT id, name FROM orders WHERE price > 3;', 'INSERT INTO orders VALUES (1, 2);'),
  diff: lines('diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1 +1 @@', '-old', '+new'),
  'package.json': json({ name: 'shop', version: '1.0.0', dependencies: { express: '4.0.0' } }),
  poem: lines('The quiet river bends', 'and carries leaves away.'),
};
