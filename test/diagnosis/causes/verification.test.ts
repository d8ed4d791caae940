// Tokens beside keys: what verifies, what does not, and how the key would have to be read. All tokens are really signed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderText } from '../../../src/render/text.ts';
import {
  CLAIMS,
  confidenceOf,
  diagnosePaste,
  exchange,
  firstCause,
  hmacToken,
  pemOf,
  rsaPair,
  rsaToken,
  saidBy,
} from './paste.ts';

const SECRET = 'vQ3xk9Wm2LrT7yZb5NcH8dPf4GsJ6aUe';
const OTHER = 'Zt8Yp1Kc6Vb3Xn9Qm4Rw7Ls2Hd5Jg0Fa';

/** A jwt credential as the Admin API lists it. */
const credential = (fields: object): string =>
  JSON.stringify({
    data: [{ key: 'web-iss', algorithm: 'HS256', consumer: { id: '7c1b' }, id: '61d9', ...fields }],
    next: null,
  });
const bearer = (token: string): string => exchange(`Authorization: Bearer ${token}`, 'Unauthorized');

test('a token of another secret than the credential’s does not verify, and both places are named', async () => {
  const paste = `${bearer(hmacToken(OTHER))}\n${credential({ secret: SECRET })}\n`;
  const { findings } = await diagnosePaste(paste);
  assert.equal(findings[0]?.cause, 'token-signature-invalid');
  const lines = findings[0]?.evidence.map((item) => item.line) ?? [];
  assert.ok(lines.includes(3) && lines.includes(12), `the header’s line and the credential’s line, not ${lines}`);
});

test('a token that verifies with its credential is no wrong signature', async () => {
  const paste = `${exchange(`Authorization: Bearer ${hmacToken(SECRET)}`, 'Invalid signature')}\n${credential({ secret: SECRET })}\n`;
  const without = exchange(`Authorization: Bearer ${hmacToken(SECRET)}`, 'Invalid signature');
  assert.equal(await firstCause(without), 'token-signature-invalid');
  assert.ok((await confidenceOf('token-signature-invalid', paste)) < 0.2);
});

const HEX = Buffer.from(SECRET).toString('hex');
for (const [name, stored, key, says] of [
  ['base64-decoded', Buffer.from(SECRET).toString('base64'), SECRET, /base64-decoded.*secret_is_base64/],
  ['hex-decoded', HEX, Buffer.from(HEX, 'hex'), /hex-decoded/],
  ['with a line break', SECRET, `${SECRET}\n`, /line break/],
] as const) {
  test(`a secret that must be read ${name} is told so`, async () => {
    const paste = `${bearer(hmacToken(key))}\n${credential({ secret: stored })}\n`;
    assert.equal(await firstCause(paste), 'token-signature-invalid');
    assert.match(await saidBy('token-signature-invalid', paste), says);
  });
}

test('secret_is_base64 is respected: then the decoded secret is right and the text is wrong', async () => {
  const plugin = '\nplugins:\n- name: jwt\n  config:\n    secret_is_base64: true\n';
  const stored = Buffer.from(SECRET).toString('base64');
  const right = `${bearer(hmacToken(SECRET))}\n${credential({ secret: stored })}\n${plugin}`;
  const wrong = `${bearer(hmacToken(stored))}\n${credential({ secret: stored })}\n${plugin}`;
  assert.ok((await confidenceOf('token-signature-invalid', right)) < 0.2);
  assert.match(await saidBy('token-signature-invalid', wrong), /secret_is_base64 must be false/);
});

test('a credential of another issuer says nothing about the signature', async () => {
  const paste = `${bearer(hmacToken(OTHER))}\n${credential({ key: 'partner-iss', secret: SECRET })}\n`;
  assert.equal(await saidBy('token-signature-invalid', paste), '');
});

test('a signature that was made up proves little', async () => {
  const token = `${hmacToken(OTHER).split('.').slice(0, 2).join('.')}.c2lnbmF0dXJl`;
  const paste = `${bearer(token)}\n${credential({ secret: SECRET })}\n`;
  assert.ok((await confidenceOf('token-signature-invalid', paste)) < 0.3);
});

test('RS256 with the public key of the credential, and with the one of the key set', async () => {
  const [staging, production] = [rsaPair(), rsaPair()];
  const token = rsaToken(production.privateKey, CLAIMS, { kid: 'prod' });
  const jwks = JSON.stringify({
    keys: [{ ...production.publicKey.export({ format: 'jwk' }), kid: 'prod', use: 'sig' }],
  });
  const stale = credential({ algorithm: 'RS256', rsa_public_key: pemOf(staging.publicKey) });
  const good = credential({ algorithm: 'RS256', rsa_public_key: pemOf(production.publicKey) });
  assert.match(
    await saidBy('token-signature-invalid', `${bearer(token)}\n${stale}\n${jwks}\n`),
    /verifies with the key prod/,
  );
  assert.equal(await saidBy('token-signature-invalid', `${bearer(token)}\n${good}\n${jwks}\n`), '');
  assert.equal(await saidBy('token-signature-invalid', `${bearer(token)}\n${jwks}\n`), '');
});

test('a pasted PEM is tried when it is the only key', async () => {
  const [one, other] = [rsaPair(), rsaPair()];
  const paste = (key: string): string => `${bearer(rsaToken(one.privateKey))}\n${key}`;
  assert.equal(await firstCause(paste(pemOf(other.publicKey))), 'token-signature-invalid');
  assert.equal(await saidBy('token-signature-invalid', paste(pemOf(one.publicKey))), '');
  const two = `${pemOf(other.publicKey)}\n${pemOf(rsaPair().publicKey)}`;
  assert.equal(await saidBy('token-signature-invalid', paste(two)), '', 'which of two keys is meant nobody knows');
});

test('the algorithm is looked at before the signature', async () => {
  const { publicKey, privateKey } = rsaPair();
  const stored = credential({ algorithm: 'RS256', rsa_public_key: pemOf(publicKey) });
  assert.equal(await firstCause(`${bearer(hmacToken(SECRET))}\n${stored}\n`), 'token-algorithm-mismatch');
  assert.equal(await saidBy('token-algorithm-mismatch', `${bearer(rsaToken(privateKey))}\n${stored}\n`), '');
});

test('a kid that the key set lacks, though one of its keys signed', async () => {
  const { publicKey, privateKey } = rsaPair();
  const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'new' }] });
  const paste = (kid: string): string => `${bearer(rsaToken(privateKey, CLAIMS, { kid }))}\n${jwks}\n`;
  assert.match(await saidBy('jwks-key-not-found', paste('old')), /kid old is not in .* verifies with the key new/);
  assert.equal(await saidBy('jwks-key-not-found', paste('new')), '');
});

const environment = (secret: string, anon: string): string => `POSTGRES_PASSWORD=hunter-pass
JWT_SECRET=${secret}
ANON_KEY=${anon}
SITE_URL=http://localhost:3000
`;

test('keys in a .env that the secret beside them did not sign', async () => {
  const anon = { role: 'anon', iss: 'demo', iat: 1795518000, exp: 1895521600 };
  const { inputs } = await diagnosePaste(environment(SECRET, hmacToken(SECRET, anon)));
  assert.deepEqual(
    inputs.map((input) => input.kind),
    ['environment'],
  );
  assert.equal(await firstCause(environment(SECRET, hmacToken(OTHER, anon))), 'token-signature-invalid');
  assert.equal(await saidBy('token-signature-invalid', environment(SECRET, hmacToken(SECRET, anon))), '');
});

test('an apikey beside the keys that Kong knows: equal, in quotes, another', async () => {
  const key = 'k7Qm2xLr9TbW4nZc';
  const keys = `keyauth_credentials:\n- consumer: web\n  key: ${key}\nconsumers:\n- username: web\n`;
  const paste = (sent: string): string => `${exchange(`apikey: ${sent}`, 'Unauthorized')}\n${keys}`;
  assert.match(await saidBy('credential-unknown', paste(`"${key}"`)), /only in quotes/);
  assert.match(await saidBy('credential-unknown', paste(key.toUpperCase())), /upper and lower case/);
  assert.match(await saidBy('credential-unknown', paste('s9Dk3jFh6GwQ1pXv')), /none of the pasted/);
  assert.doesNotMatch(await saidBy('credential-unknown', paste(key)), /none of|only/);
});

test('a key that refers to a variable is compared with that variable', async () => {
  const keys = `consumers:\n- username: anon\n  keyauth_credentials:\n  - key: $SUPABASE_ANON_KEY\n`;
  const variables = '\nANON_KEY=k7Qm2xLr9TbW4nZc\nSITE_URL=http://localhost:3000\n';
  const paste = (sent: string): string => `${exchange(`apikey: ${sent}`, 'Unauthorized')}\n${keys}${variables}`;
  assert.match(await saidBy('credential-unknown', paste('s9Dk3jFh6GwQ1pXv')), /none of the pasted/);
  assert.doesNotMatch(await saidBy('credential-unknown', paste('k7Qm2xLr9TbW4nZc')), /none of/);
});

const basic = (user: string, password: string): string =>
  exchange(`Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, 'Unauthorized');
const users = 'consumers:\n- username: web\n  basicauth_credentials:\n  - username: web\n    password: correct-horse\n';

test('Basic: the user and the password are compared with the pasted ones', async () => {
  assert.match(await saidBy('credential-unknown', `${basic('wed', 'correct-horse')}\n${users}`), /calls itself wed/);
  assert.match(
    await saidBy('credential-unknown', `${basic('web', 'wrong-horse')}\n${users}`),
    /not the password of web/,
  );
  assert.doesNotMatch(
    await saidBy('credential-unknown', `${basic('web', 'correct-horse')}\n${users}`),
    /calls itself|not the/,
  );
});

test('Basic: a stored hash is no other password; with the consumer’s id it can be told', async () => {
  const stored = (hash: string): string =>
    JSON.stringify({ username: 'web', password: hash, consumer: { id: '7c1b' }, id: '1' });
  // SHA-1 of `correct-horse7c1b`, as Kong's basic-auth stores it.
  const hash = 'e13a39f2ff3d6e9a33ef7de9df7d5fbb8a1dfc1e';
  const { createHash } = await import('node:crypto');
  const right = createHash('sha1').update('correct-horse7c1b').digest('hex');
  assert.doesNotMatch(
    await saidBy('credential-unknown', `${basic('web', 'correct-horse')}\n${stored(right)}\n`),
    /not the/,
  );
  assert.match(
    await saidBy('credential-unknown', `${basic('web', 'correct-horse')}\n${stored(hash)}\n`),
    /not the password/,
  );
});

test('no secret of these pastes is shown', async () => {
  const diagnosis = await diagnosePaste(
    `${bearer(hmacToken(OTHER))}\n${credential({ secret: SECRET })}\n${environment(OTHER, hmacToken(OTHER))}${basic('web', 'correct-horse')}${users}`,
  );
  const shown = `${JSON.stringify(diagnosis)}${renderText(diagnosis, { flavour: 'admin-api', colour: false, width: 200 })}`;
  for (const secret of [SECRET, OTHER, 'correct-horse', 'hunter-pass', hmacToken(OTHER).split('.')[2] ?? ''])
    assert.ok(!shown.includes(secret), secret);
});
