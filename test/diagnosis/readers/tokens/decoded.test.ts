// Tokens that were decoded before they were pasted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observe, observePaste, ofKind } from '../observe.ts';

test('a header and a payload one below the other are one token', () => {
  const tokens = ofKind(
    observePaste(
      'header:\n{\n  "alg": "HS256",\n  "typ": "JWT"\n}\npayload:\n{\n  "iss": "https://idp.example.com/"\n}\n',
    ),
    'token',
  );
  const last = tokens.at(-1);
  assert.equal(last?.header?.alg, 'HS256');
  assert.equal(last?.claims?.iss, 'https://idp.example.com/');
  assert.equal(last?.sighting.place.line, 8);
});

test('header and payload in one object', () => {
  const { kind, observations } = observe('{"header":{"alg":"RS256","kid":"k1"},"payload":{"iss":"a","exp":1}}', 'json');
  assert.equal(kind, 'token');
  assert.equal(ofKind(observations, 'token')[0]?.header?.kid, 'k1');
});

test('comments beside the claims, as jwt.io shows them, do no harm', () => {
  const { observations } = observe('{\n  "iss": "a", // issuer\n  "exp": 1795457000,\n}', 'json');
  assert.equal(ofKind(observations, 'token')[0]?.claims?.exp, 1795457000);
});

test('what merely has similar fields is no token', () => {
  for (const other of [
    '{"active":true,"iss":"a","exp":1,"client_id":"b","scope":"c"}',
    '{"issuer":"a","token_endpoint":"b","jwks_uri":"c"}',
    '{"kty":"RSA","alg":"RS256","kid":"k","n":"AQAB","e":"AQAB"}',
    '{"exp":"token expired"}',
    '{"name":"order","groups":["a"],"price":3}',
  ]) {
    assert.deepEqual(ofKind(observe(other, 'json').observations, 'token'), [], other);
  }
});
