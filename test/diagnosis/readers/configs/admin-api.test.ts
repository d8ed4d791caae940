// The Admin API's JSON, as recorded from a real Kong 3.9.3, and older and broken forms of it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { entitiesOf, observe, observePaste, ofKind } from '../observe.ts';

const recorded = (name: string): string => readFileSync(`test/fixtures/kong/admin/${name}.json`, 'utf8');

for (const [file, type] of [
  ['plugins', 'plugin'],
  ['routes', 'route'],
  ['services', 'service'],
  ['consumers', 'consumer'],
  ['consumers_web_jwt', 'jwt-credential'],
  ['consumers_web_key-auth', 'key-auth-credential'],
  ['consumers_web_basic-auth', 'basic-auth-credential'],
  ['consumers_mobile_hmac-auth', 'hmac-auth-credential'],
  ['consumers_web_acls', 'acl-group'],
  ['upstreams', 'upstream'],
  ['upstreams_orders-up_targets', 'target'],
] as const) {
  test(`a list of ${file} is ${type}, every item of it`, () => {
    const text = recorded(file);
    const entities = entitiesOf(text, 'json');
    assert.equal(entities.length, (JSON.parse(text) as { data: unknown[] }).data.length);
    assert.deepEqual([...new Set(entities.map((entity) => entity.type))], [type]);
    // The same item alone is the same thing.
    const [item] = (JSON.parse(text) as { data: unknown[] }).data;
    assert.equal(entitiesOf(JSON.stringify(item, undefined, 2), 'json')[0]?.type, type);
  });
}

test('answers that are no entities', () => {
  for (const file of ['nosuch', 'schemas_plugins_jwt', 'endpoints', 'status'])
    assert.deepEqual(entitiesOf(recorded(file), 'json'), [], file);
});

test('secrets in the recorded credentials are replaced', () => {
  for (const [file, secret] of [
    ['consumers_web_jwt', 'websecret0123456789abcdef'],
    ['consumers_web_key-auth', 'web-key-1'],
    ['plugins', 'prov123'],
  ] as const)
    assert.ok(!JSON.stringify(entitiesOf(recorded(file), 'json').map(({ fields }) => fields)).includes(secret), file);
});

test('an API of Kong 0.x is a service and a route', () => {
  const [service, route] = entitiesOf(
    '{\n"upstream_url": "http://mockbin.com/",\n"name": "mockbin",\n"request_host": "mockbin.com",\n"strip_request_path": true,\n"preserve_host": false}',
    'json',
  );
  assert.equal(service?.fields.url, 'http://mockbin.com/');
  assert.deepEqual(route?.fields, { name: 'mockbin', hosts: ['mockbin.com'], strip_path: true, preserve_host: false });
  assert.equal(route?.scope.service, 'mockbin');
  assert.equal(route?.lines.strip_path?.place.line, 5);
});

test('an answer with headers above it is the same entities', () => {
  const paste = `HTTP/1.1 200 OK\nContent-Type: application/json\nX-Kong-Admin-Latency: 6\nServer: kong/3.9.3\n\n${recorded('consumers')}`;
  assert.equal(ofKind(observePaste(paste), 'entity').length, 3);
});

test('the declarative dump of a DB-less node', () => {
  const dump = JSON.stringify({ config: '_format_version: "3.0"\nservices:\n- name: a\n  url: http://b\n' });
  const [service] = entitiesOf(dump, 'json').filter((entity) => entity.type === 'service');
  assert.equal(service?.name, 'a');
  assert.equal(service?.sighting.place.line, 1);
});

test('the discovery cache of openid-connect', () => {
  const { observations } = observe(
    '{"data":[{"id":"1","issuer":"https://idp/","configuration":{"issuer":"https://idp/","token_endpoint":"t"},"keys":[{"kty":"RSA","kid":"old","n":"AQAB","e":"AQAB"}]}],"next":null}',
    'json',
  );
  assert.equal(ofKind(observations, 'discovery').length, 1);
  assert.equal(ofKind(observations, 'key')[0]?.kid, 'old');
});

test('a plugin that is cut off in the middle is still the plugin', () => {
  const { observations } = observe(
    '{\n  "name": "key-auth",\n  "enabled": true,\n  "config": {\n    "key_names": ["x-api-key"],\n    "anon',
    'json',
  );
  const [entity] = ofKind(observations, 'entity');
  assert.deepEqual(entity?.fields.config, { key_names: ['x-api-key'] });
  assert.equal(ofKind(observations, 'unreadable').length, 1);
});
