// No secret survives redaction, in any position; what is no secret stays byte for byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from '../../../src/diagnosis/redact/redact.ts';

const place = { source: 'paste', line: 1 };
const secret = fc.string({
  unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
  minLength: 14,
  maxLength: 60,
});
const fresh = () => createRedactor(new Uint8Array(32).fill(3));

const POSITIONS: readonly ((value: string) => string)[] = [
  (value) => `> Authorization: Bearer ${value}`,
  (value) => `authorization: Basic ${Buffer.from(`web:${value}`).toString('base64')}`,
  (value) => `> apikey: ${value}`,
  (value) => `X-Api-Key: ${value}`,
  (value) => `GET /orders?apikey=${value}&page=2 HTTP/1.1`,
  (value) => `{"client_id":"kong","client_secret":"${value}"}`,
  (value) => `      client_secret: ${value}`,
  (value) => `KONG_PG_PASSWORD=${value}`,
  (value) => `pg_password = ${value}`,
  (value) => `curl -d 'client_secret=${value}' -d grant_type=client_credentials https://idp.example.com/token`,
  (value) => `curl -u kong:${value} https://idp.example.com/token`,
  (value) => `https://kong:${value}@idp.example.com/`,
  (value) => `Cookie: session=${value}; theme=dark`,
  (value) => `Set-Cookie: session=${value}; Path=/; HttpOnly`,
  (value) => `Authorization: hmac username="web", algorithm="hmac-sha256", headers="date", signature="${value}"`,
  (value) => `Kong-Admin-Token: ${value}`,
  (value) => `"refresh_token": "${value}"`,
  (value) => `session_secret: "${value}"`,
  (value) => `GET /callback?code=a1${value}&state=x HTTP/1.1`,
  (value) => `{"request":{"uri":"/orders?apikey=${value}","method":"GET"}}`,
  (value) => `What I did: pg_password = ${value}`,
  (value) => `config:\n  client_secret:\n  - first-secret-1\n  - ${value}\n  client_id:\n  - web`,
  (value) => `session_secret: |\n  ${value}\nother: x`,
  (value) => `"client_secret": [\n        "first-secret-1",\n        "${value}"\n      ]`,
];

for (const [at, position] of POSITIONS.entries()) {
  test(`a secret in position ${at + 1} does not survive: ${position('…')}`, () => {
    fc.assert(
      fc.property(secret, (value) => {
        const text = fresh().text(position(value), place);
        assert.ok(!text.includes(value), text);
        assert.ok(!text.includes(Buffer.from(`web:${value}`).toString('base64')), text);
      }),
      { numRuns: 60 },
    );
  });
}

test('a remembered secret survives nowhere, also URL-encoded and in JSON', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, maxLength: 40 }).filter((value) => /[a-z0-9]{5}/.test(value) && value.trim() === value),
      (value) => {
        const redactor = fresh();
        redactor.secret('password', value, place);
        const text = redactor.text(
          `said "${value}" and ${JSON.stringify(value)} and x=${encodeURIComponent(value)}`,
          place,
        );
        assert.ok(!text.includes(` "${value}" `), text);
      },
    ),
  );
});

test('redaction is idempotent', () => {
  fc.assert(
    fc.property(fc.constantFrom(...POSITIONS), secret, (position, value) => {
      const redactor = fresh();
      const once = redactor.text(position(value), place);
      assert.equal(redactor.text(once, place), once);
    }),
  );
});

test('equal secrets look equal within a run and differ between keys', () => {
  const one = createRedactor(new Uint8Array(32).fill(1));
  const other = createRedactor(new Uint8Array(32).fill(2));
  assert.equal(
    one.secret('api-key', 'web-key-1', place).fingerprint,
    one.secret('api-key', 'web-key-1', place).fingerprint,
  );
  assert.notEqual(
    one.secret('api-key', 'web-key-1', place).fingerprint,
    other.secret('api-key', 'web-key-1', place).fingerprint,
  );
});

const PUBLIC = [
  'X-Kong-Request-Id: 0293ac4135b8633692d0253b83eaaa59',
  '"id":"a559234b-32f8-42d7-846d-b6b377f0b5c2"',
  'Authorization: REDACTED',
  'client_secret: {vault://env/oidc-secret}',
  `client_secret=\${CLIENT_SECRET}`,
  '2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [acl] some text, client: 192.0.2.7, server: kong',
  'key_names: [apikey]',
  '"iss":"https://idp.example.com/realms/shop"',
  'the authorization header is missing in the upstream',
  'auth_header_name: authorization',
  'password:\nnote: nothing',
  'key_auth:\n  enabled:\n    value',
  'client_auth: private_key_jwt, jwt = tls_client_auth',
  'the answer has "error_codes":[7000215], code=AADSTS7000215',
];
test('what is no secret stays byte for byte', () => {
  for (const line of PUBLIC) assert.equal(fresh().text(line, place), line);
});
