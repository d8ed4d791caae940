// Tokens: classified, decoded with tolerance, odd forms named, secrets never shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenObservation } from '../../../../src/diagnosis/readers/observation.ts';
import { findTokens, readToken } from '../../../../src/diagnosis/readers/tokens/token.ts';
import { keptReading } from '../observe.ts';

const SIGHTING = { place: { source: 'paste', line: 3 }, excerpt: '' };
const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = segment({ alg: 'RS256', typ: 'JWT', kid: '2026-11' });
const CLAIMS = segment({ iss: 'https://idp.example.com/realms/shop', exp: 1795457000, scope: 'orders' });
const SIGNATURE = 'c2lnbmF0dXJlLW9mLXRoaXMtdG9rZW4';
const JWT = `${HEADER}.${CLAIMS}.${SIGNATURE}`;

function read(value: string): TokenObservation {
  return readToken(value, 'request', SIGHTING, 1000, keptReading());
}

test('a JWT shows its header and claims, and nothing is odd about it', () => {
  const token = read(JWT);
  assert.equal(token.form, 'jwt');
  assert.deepEqual(token.header, { alg: 'RS256', typ: 'JWT', kid: '2026-11' });
  assert.equal(token.claims?.iss, 'https://idp.example.com/realms/shop');
  assert.deepEqual(token.oddities, []);
  assert.equal(token.at, 1000);
});

for (const [name, value, oddities] of [
  ['in quotes', `"${JWT}"`, ['quoted']],
  ['with a line break inside', `${HEADER}.\n${CLAIMS}.${SIGNATURE}`, ['whitespace-inside']],
  ['URL-encoded', JWT.replaceAll('.', '%2E'), ['url-encoded']],
  ['without signature', `${HEADER}.${CLAIMS}`, ['segments-wrong']],
  ['the header alone', HEADER, ['segments-wrong']],
  ['cut in the payload', `${HEADER}.${CLAIMS.slice(0, -7)}`, ['truncated', 'not-json', 'segments-wrong']],
  ['with standard base64 in it', `${HEADER}.${CLAIMS}.ab+d/f`, ['not-base64url']],
  // What a person left out is no fault of the token.
  ['shortened by hand', `${JWT.slice(0, 60)}...`, ['truncated', 'not-json']],
] as const) {
  test(`a JWT ${name} is still read, and named as odd`, () => {
    const token = read(value);
    assert.equal(token.form, 'jwt');
    assert.deepEqual([...token.oddities].sort(), [...oddities].sort());
    assert.ok(token.header !== undefined, 'the header is legible in all of these');
  });
}

test('the claims alone, without header, are legible', () => {
  const token = read(CLAIMS);
  assert.equal(token.claims?.scope, 'orders');
  assert.equal(token.header, undefined);
});

test('padding, an unsigned token and a JWE are no oddities', () => {
  assert.deepEqual(read(`${HEADER}==.${CLAIMS}.${SIGNATURE}`).oddities, []);
  assert.deepEqual(read(`${segment({ alg: 'none' })}.${CLAIMS}.`).oddities, []);
  const jwe = read(`${segment({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })}.a1.b2.c3.d4`);
  assert.equal(jwe.form, 'jwe');
  assert.deepEqual(jwe.oddities, []);
  assert.equal(jwe.claims, undefined);
});

test('opaque tokens stay opaque, with dots too', () => {
  for (const value of ['8xLOxBtZp8', 'abc.def.ghi', 'gho.a.b.c.d']) {
    assert.equal(read(value).form, 'opaque');
    assert.deepEqual(read(value).oddities, []);
  }
  assert.deepEqual(read('').oddities, ['empty']);
});

test('equal tokens have equal references, however they were spelled', () => {
  const reading = keptReading();
  const plain = readToken(JWT, 'request', SIGHTING, undefined, reading);
  const quoted = readToken(`'${JWT}'`, 'log', SIGHTING, undefined, reading);
  assert.equal(plain.secret.fingerprint, quoted.secret.fingerprint);
  assert.ok(!reading.redactor.text(`sent ${JWT} twice`).includes(SIGNATURE));
});

test('a token inside a claim is a secret too, and a hostile claim breaks nothing', () => {
  const inner = read(`${HEADER}.${segment({ iss: 'x', act: JWT })}.${SIGNATURE}`);
  assert.ok(!JSON.stringify(inner).includes(SIGNATURE));
  const deep = read(
    `${HEADER}.${Buffer.from(`{"iss":"x","a":${'['.repeat(3000)}${']'.repeat(3000)}}`).toString('base64url')}.x`,
  );
  assert.equal(deep.claims?.iss, 'x');
  JSON.stringify(deep);
  const proto = read(`${HEADER}.${Buffer.from('{"__proto__":{"admin":true},"iss":"x"}').toString('base64url')}.x`);
  assert.equal((proto.claims as { admin?: boolean }).admin, undefined);
});

test('tokens are found in running text with their index', () => {
  const jwe = `${segment({ alg: 'dir', enc: 'A256GCM' })}..aa.bb.cc`;
  const text = `first ${JWT}. Then "token":"${JWT}", ${jwe} and the word they.eyJx or eyJhb alone`;
  const found = findTokens(text);
  assert.deepEqual(
    found.map(({ value }) => value),
    [JWT, JWT, jwe],
  );
  assert.equal(found[0]?.index, 6);
  assert.equal(findTokens(`unsigned ${HEADER}.${CLAIMS}.`)[0]?.value, `${HEADER}.${CLAIMS}.`);
});

// Quadratic search would take hours; the limit is only there to end that.
test('a hostile text is searched in one pass', { timeout: 240_000 }, () => {
  assert.deepEqual(findTokens('eyJ'.repeat(1_000_000)), []);
  assert.deepEqual(findTokens('eyJaaaaaaaaa.'.repeat(200_000)), []);
});
