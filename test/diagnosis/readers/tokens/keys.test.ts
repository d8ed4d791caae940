// JWKS and PEM: which keys there are, what is wrong with them; private parts are never shown.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { calculateJwkThumbprint } from 'jose';
import { readPemValue } from '../../../../src/diagnosis/readers/tokens/pem.ts';
import { entitiesOf, keptReading, observe, observePaste, ofKind } from '../observe.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const PRIVATE = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const JWK = publicKey.export({ format: 'jwk' });
const SIGHTING = { place: { source: 'paste', line: 1 }, excerpt: '' };

function problemsOf(value: string, field = 'rsa_public_key'): string {
  const reading = keptReading();
  readPemValue(value, field, SIGHTING, reading);
  return ofKind(reading.observations, 'key')
    .map((key) => key.problem ?? 'none')
    .join(' | ');
}

test('a JWKS gives kid, alg and the thumbprint that jose computes', async () => {
  const set = JSON.stringify({ keys: [{ ...JWK, kid: '2026-11', alg: 'RS256', use: 'sig' }] });
  const { kind, observations } = observe(set, 'json');
  assert.equal(kind, 'jwks');
  const [key] = ofKind(observations, 'key');
  assert.equal(key?.kid, '2026-11');
  assert.equal(key?.thumbprint, await calculateJwkThumbprint(JWK as Parameters<typeof calculateJwkThumbprint>[0]));
  assert.equal(key?.problem, undefined);
});

test('the same key as PEM has the same thumbprint', async () => {
  const [key] = ofKind(observePaste(`my key is\n${PUBLIC}`), 'key');
  assert.equal(key?.thumbprint, await calculateJwkThumbprint(JWK as Parameters<typeof calculateJwkThumbprint>[0]));
  assert.equal(key?.sighting.place.line, 2);
});

test('private parts of a JWK and of a PEM are registered as secrets', () => {
  const reading = keptReading();
  readPemValue(PRIVATE, 'rsa_public_key', SIGHTING, reading);
  const line = PRIVATE.split('\n')[3] ?? '';
  assert.ok(!reading.redactor.text(`a line ${line} of it`).includes(line));
  const jwk = observe(JSON.stringify(privateKey.export({ format: 'jwk' })), 'json');
  const { d } = privateKey.export({ format: 'jwk' });
  assert.ok(!JSON.stringify(jwk.observations.map(({ kind }) => kind)).includes(String(d)));
});

test('what is wrong with a public key is said in a sentence', () => {
  assert.equal(problemsOf(PUBLIC), 'none');
  assert.equal(problemsOf(PUBLIC.replaceAll('\n', '\\n')), 'none');
  assert.match(problemsOf(PUBLIC.replaceAll('\n', ' ')), /line breaks of the key were lost/);
  assert.match(problemsOf(PUBLIC.slice(0, 200)), /cut off.*cannot be loaded/);
  assert.match(problemsOf(PRIVATE), /holds a private key/);
  assert.match(problemsOf('./pubkey.pem'), /name of a file/);
  assert.match(problemsOf('MIIBIjANBgkqhkiG9w0'), /has no line "-----BEGIN PUBLIC KEY-----"/);
  assert.match(problemsOf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'), /certificate; a public key/);
});

test('a jwt credential in YAML brings its key along', () => {
  const yaml = `consumers:\n- username: web\n  jwt_secrets:\n  - key: https://idp.example.com/\n    algorithm: RS256\n    rsa_public_key: |\n${PUBLIC.trimEnd()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`;
  const { observations } = observe(yaml, 'yaml');
  assert.equal(ofKind(observations, 'key')[0]?.problem, undefined);
  assert.equal(ofKind(observations, 'key')[0]?.kty, 'RSA');
  const credential = entitiesOf(yaml, 'yaml').find((entity) => entity.type === 'jwt-credential');
  assert.equal(credential?.fields.key, 'https://idp.example.com/', 'the issuer is no secret');
  assert.equal(credential?.scope.consumer, 'web');
});
