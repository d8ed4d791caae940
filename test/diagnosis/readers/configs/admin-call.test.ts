// A pasted Admin API call counts as the entity that it makes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactCollector } from '../../../../src/diagnosis/facts/collect.ts';
import { entitiesOfAdminCall } from '../../../../src/diagnosis/readers/configs/admin-call.ts';
import { keptReading, observePaste, ofKind } from '../observe.ts';

const SIGHTING = { place: { source: 'paste', line: 1 }, excerpt: 'curl' };
const call = (method: string, path: string, fields: Readonly<Record<string, unknown>>) =>
  entitiesOfAdminCall(method, path, fields, SIGHTING, keptReading());

test('a plugin on a service, in form fields', () => {
  const [plugin] = call('POST', '/services/orders/plugins', {
    name: 'jwt',
    'config.secret_is_base64': 'true',
    'config.claims_to_verify': 'exp,nbf',
    'config.anonymous': '',
  });
  assert.deepEqual(plugin?.scope, { service: 'orders' });
  assert.deepEqual(plugin?.fields.config, {
    secret_is_base64: true,
    claims_to_verify: ['exp', 'nbf'],
    anonymous: null,
  });
});

test('lists in form notation and as flattened JSON', () => {
  const config = { key_names: ['a', 'b'] };
  assert.deepEqual(
    call('POST', '/plugins', { name: 'key-auth', 'config.key_names[]': 'a,b' })[0]?.fields.config,
    config,
  );
  assert.deepEqual(
    call('POST', '/plugins', { name: 'key-auth', 'config.key_names[1]': 'a', 'config.key_names[2]': 'b' })[0]?.fields
      .config,
    config,
  );
  assert.deepEqual(
    call('POST', '/plugins', { name: 'key-auth', 'config.key_names.0': 'a', 'config.key_names.1': 'b' })[0]?.fields
      .config,
    config,
  );
});

test('a credential belongs to the consumer of its path, behind a workspace and in Konnect', () => {
  for (const prefix of ['', '/shop', '/v2/control-planes/0b5/core-entities']) {
    const [credential] = call('POST', `${prefix}/consumers/web/jwt`, { key: 'https://idp/', algorithm: 'RS256' });
    assert.equal(credential?.type, 'jwt-credential');
    assert.deepEqual(credential?.scope, { consumer: 'web' });
    assert.equal(credential?.fields.key, 'https://idp/');
  }
});

test('reads, deletions, other paths and a PATCH of an unnamed plugin make nothing', () => {
  assert.deepEqual(call('GET', '/services', { name: 'x' }), []);
  assert.deepEqual(call('DELETE', '/services/x', { a: 'b' }), []);
  assert.deepEqual(call('POST', '/orders', { name: 'x' }), []);
  assert.deepEqual(call('PATCH', '/plugins/358ad858', { 'config.anonymous': 'x' }), []);
});

test('hostile field names reach no prototype', () => {
  call('POST', '/services', { '__proto__.admin': 'true', 'constructor.prototype.admin': 'true', name: 'x', url: 'y' });
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

const CURL = `curl -i -X POST http://localhost:8001/consumers/web/plugins -d name=key-auth`;

test('a curl command in a paste is the entity; the answer that refuses it takes it back', () => {
  assert.equal(ofKind(observePaste(CURL), 'entity')[0]?.name, 'key-auth');
  const refused = `${CURL}\n< HTTP/1.1 400 Bad Request\n< X-Kong-Admin-Latency: 6\n< Server: kong/3.9.3\n<\n{"name":"schema violation","message":"schema violation (consumer: value must be null)","code":2}`;
  const collector = new FactCollector();
  for (const observation of observePaste(refused)) collector.add(observation);
  assert.deepEqual(collector.facts(undefined).config.plugins, []);
});
