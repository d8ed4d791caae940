// No title, note or snippet of a remedy shows a secret of the paste.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { readCases } from '../../eval/case.ts';

const key = new Uint8Array(32).fill(3);
const secret = fc.stringMatching(/^[A-Za-z0-9]{6}[A-Za-z0-9_.~-]{14,30}[A-Za-z0-9]$/);

async function shownFor(paste: string): Promise<string> {
  const { findings } = await diagnose([{ source: 'paste', bytes: paste }], { key });
  return findings
    .flatMap((finding) => finding.remedies)
    .flatMap((remedy) => [remedy.title, remedy.note, ...Object.values(remedy.snippets)])
    .join('\n');
}

/** Pastes with a secret where people have them; each brings out remedies that are filled from the same place. */
const PASTES: readonly ((value: string) => string)[] = [
  (value) =>
    `$ curl -v -H 'X-Api-Key: ${value}' 'https://api.example.com/orders'\n> GET /orders HTTP/1.1\n> Host: api.example.com\n> X-Api-Key: ${value}\n>\n< HTTP/1.1 401 Unauthorized\n< WWW-Authenticate: Key\n< Server: kong/3.9.1\n<\n{"message":"No API key found in request"}`,
  (value) =>
    `> GET /orders?apikey=${value} HTTP/1.1\n> Host: api.example.com\n>\n< HTTP/1.1 401 Unauthorized\n< Server: kong/3.5.0\n<\n{"message":"Invalid authentication credentials"}`,
  (value) =>
    `> POST /as/token.oauth2 HTTP/1.1\n> Host: idp.example.com\n> Content-Type: application/x-www-form-urlencoded\n>\ngrant_type=client_credentials&client_id=orders&client_secret=${value}\n< HTTP/1.1 401 Unauthorized\n<\n{"error":"invalid_client","error_description":"Invalid client or client credentials."}`,
  (value) =>
    `_format_version: "3.0"\nplugins:\n- name: openid-connect\n  config:\n    issuer: https://idp.example.com\n    client_id: [orders]\n    client_secret: [${value}]\n    client_auth: [client_secret_basic]\n    session_secret: ${value}\n---\n2026/10/12 07:01:02 [error] 1#0: *9 [kong] handler.lua:98 [openid-connect] unauthorized_client: unsupported authentication method, client: 10.0.0.1`,
  (value) =>
    `> GET /orders HTTP/1.1\n> Host: api.example.com\n> Authorization: Bearer ${value}\n>\n< HTTP/1.1 401 Unauthorized\n< Via: 1.1 kong/3.14.0\n< X-Kong-Upstream-Latency: 4\n<\n{"error":"missing token"}`,
  (value) =>
    `consumers:\n- username: acme\n  jwt_secrets:\n  - key: https://idp.example.com/\n    algorithm: HS256\n    secret: ${value}\n---\nHTTP/1.1 401 Unauthorized\nServer: kong/3.9.0\n\n{"message":"Invalid signature"}`,
];

for (const [at, paste] of PASTES.entries()) {
  test(`a secret of paste ${at + 1} stays out of its remedies`, async () => {
    await fc.assert(
      fc.asyncProperty(secret, async (value) => {
        const shown = await shownFor(paste(value));
        assert.ok(shown.length > 0, 'the paste brings out no remedy');
        assert.ok(!shown.includes(value) && !shown.includes(encodeURIComponent(value)), shown);
      }),
      { numRuns: 25 },
    );
  });
}

test('no remedy of any case shows a token, a basic value or a secret field of its paste', async () => {
  let looked = 0;
  for (const one of readCases(join(import.meta.dirname, '../../cases'))) {
    const secrets = [
      ...[...one.input.matchAll(/ey[JK][\w-]{10,}\.[\w-]{10,}\.([\w-]{10,})/g)].map(([, signature]) => signature),
      ...[...one.input.matchAll(/Basic ([A-Za-z0-9+/=]{8,})/g)].map(([, value]) => value),
      ...[...one.input.matchAll(/"?(?:client_secret|password|secret)"?: ?"?([\w+/=-]{8,})"?(?:\n|,|$)/g)].map(
        ([, value]) => value,
      ),
    ].filter((value) => value !== undefined);
    if (secrets.length === 0) continue;
    const shown = await shownFor(one.input);
    for (const value of secrets) {
      looked++;
      assert.ok(!shown.includes(value), `${one.id} shows a secret of ${value.length} characters`);
    }
  }
  assert.ok(looked > 15, `only ${looked} secrets were looked for`);
});
