// Secrets as they stand in pastes: random values of every kind in the words around them, and those of the cases.
import fc from 'fast-check';

const LETTERS = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'.split('');
const value = (least: number, most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...LETTERS), { minLength: least, maxLength: most }).map((letters) => letters.join(''));
const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'.split('')), { minLength: length, maxLength: length })
    .map((letters) => letters.join(''));
const base64url = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');

/** Lines of a paste, and the values in them that nobody may see. */
export interface Planted {
  readonly kind: string;
  readonly lines: string;
  readonly secrets: readonly string[];
}

function planted(
  kind: string,
  secret: fc.Arbitrary<string>,
  ...around: readonly ((secret: string) => string)[]
): fc.Arbitrary<Planted> {
  return fc
    .tuple(secret, fc.constantFrom(...around))
    .map(([hidden, words]) => ({ kind, lines: words(hidden), secrets: [hidden] }));
}

/** One generator a kind of secret. */
export const PLANTED: readonly fc.Arbitrary<Planted>[] = [
  fc.tuple(value(12, 20), value(60, 120)).map(([sub, signature]) => ({
    kind: 'jwt',
    lines: `> Authorization: Bearer ${base64url({ alg: 'RS256' })}.${base64url({ sub, exp: 1791788400 })}.${signature}`,
    secrets: [signature],
  })),
  planted(
    'opaque-token',
    value(24, 60),
    (secret) => `> Authorization: Bearer ${secret}`,
    (secret) => `{"access_token":"${secret}","token_type":"Bearer","expires_in":300}`,
    (secret) => `curl https://api.example.com/x -H 'Authorization: Bearer ${secret}'`,
  ),
  planted(
    'api-key',
    value(16, 40),
    (secret) => `> apikey: ${secret}`,
    (secret) => `curl 'https://api.example.com/orders?apikey=${secret}&x=1'`,
    (secret) =>
      `192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET /orders?apikey=${secret} HTTP/1.1" 401 96 "-" "curl/8"`,
    (secret) =>
      `{"request":{"method":"GET","uri":"/orders?apikey=${secret}","headers":{"apikey":"${secret}"}},"response":{"status":401,"headers":{}},"source":"kong"}`,
  ),
  planted(
    'password',
    value(10, 30),
    (secret) => `curl -u ann:${secret} https://api.example.com/`,
    (secret) => `pg_password = ${secret}`,
    (secret) => `redis://kong:${secret}@redis.internal:6379/0`,
  ),
  planted(
    'basic-credential',
    value(10, 30).map((password) => Buffer.from(`ann:${password}`).toString('base64')),
    (secret) => `> Authorization: Basic ${secret}`,
  ),
  planted(
    'client-secret',
    value(16, 48),
    (secret) => `    client_secret:\n    - ${secret}`,
    (secret) => `{"name":"openid-connect","config":{"client_secret":["${secret}"]}}`,
    (secret) => `curl -X POST https://idp.example.com/token -d client_id=gw -d client_secret=${secret}`,
    (secret) =>
      `2026/10/12 07:01:02 [debug] 1#0: *1 [kong] oidc.lua:1 [openid-connect] client_secret=${secret}, client: 1.2.3.4`,
  ),
  planted(
    'jwt-secret',
    value(24, 48),
    (secret) => `consumers:\n- username: a\n  jwt_secrets:\n  - key: k\n    secret: ${secret}`,
  ),
  planted(
    'hmac-secret',
    value(24, 48),
    (secret) => `consumers:\n- username: a\n  hmacauth_credentials:\n  - username: u\n    secret: ${secret}`,
  ),
  planted(
    'signature',
    value(28, 44),
    (secret) => `> Authorization: hmac username="u", algorithm="hmac-sha256", headers="date", signature="${secret}"`,
  ),
  planted(
    'cookie',
    value(24, 60),
    (secret) => `> Cookie: session=${secret}; theme=dark`,
    (secret) => `< Set-Cookie: session=${secret}; HttpOnly`,
  ),
  planted('session-secret', value(24, 48), (secret) => `session_secret: ${secret}`),
  planted('authorization-code', value(24, 48), (secret) => `> GET /callback?code=${secret}&state=af0ifjsldkj HTTP/1.1`),
  planted(
    'refresh-token',
    value(24, 48),
    (secret) => `{"refresh_token":"${secret}"}`,
    (secret) => `-d grant_type=refresh_token -d refresh_token=${secret}`,
  ),
  planted('provision-key', value(24, 40), (secret) => `  provision_key: ${secret}`),
  planted(
    'private-key',
    value(64, 64),
    (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  ),
  planted(
    'admin-token',
    value(20, 40),
    (secret) => `curl http://localhost:8001/services -H 'Kong-Admin-Token: ${secret}'`,
  ),
  planted(
    'debug-token',
    hex(32),
    (secret) =>
      `2026/10/12 07:01:02 [notice] 1#0: *1 [kong] globalpatches.lua:1 token for request debugging: ${secret}`,
  ),
  planted(
    'cloud-key',
    value(36, 36).map((text) => `ghp_${text}`),
    (secret) => `export GITHUB=${secret}`,
  ),
  planted(
    'slack-token',
    value(24, 40).map((text) => `xoxb-${text}`),
    (secret) => `SLACK_BOT_TOKEN=${secret}`,
  ),
];

/** Secrets of a paste by their shapes, found without our redactor: signatures of tokens, basic values, fields, keys. */
export function secretsIn(input: string): readonly string[] {
  const tokens = [...input.matchAll(/ey[JK][\w-]{10,}\.[\w-]{10,}\.([\w-]{10,})/g)];
  const basic = [...input.matchAll(/Basic ([A-Za-z0-9+/=]{8,})/g)];
  const fields = [...input.matchAll(/"(?:client_secret|password|provision_key)": ?"([^"{$*]{6,})"/g)];
  const keys = [...input.matchAll(/(?:^|\n)> apikey: (\S{6,})/g)];
  return [...tokens, ...basic, ...fields, ...keys]
    .map((match) => match[1] ?? '')
    .filter((secret) => secret.length >= 6);
}
