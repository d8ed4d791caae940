// decK and declarative files, whole and as the fragments that people paste.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPart } from '../../../../src/diagnosis/readers/index.ts';
import { entitiesOf, keptReading, observe, ofKind, partOf } from '../observe.ts';

const FILE = `_format_version: "3.0"
_workspace: shop
_plugin_configs:
  shared-key:
    key_names: [x-api-key]
services:
- name: orders
  url: http://orders.internal:8080
  plugins:
  - name: rate-limiting
    config: {minute: 5}
  routes:
  - paths: [/orders]
    plugins:
    - name: key-auth
      _config: shared-key
      config:
        hide_credentials: true
plugins:
- name: cors
consumers:
- username: web
  keyauth_credentials:
  - key: web-key-1000
  basicauth_credentials:
  - username: web
    password: correct-horse
  acls:
  - group: gold
upstreams:
- name: orders-pool
  targets:
  - target: 10.0.0.1:80
`;

test('a whole file: nested entities with the scope of their parents', () => {
  const entities = entitiesOf(FILE, 'yaml');
  const plugin = (name: string) => entities.find((entity) => entity.type === 'plugin' && entity.name === name);
  assert.deepEqual(plugin('rate-limiting')?.scope, { service: 'orders' });
  assert.deepEqual(
    plugin('key-auth')?.scope,
    { service: 'orders', route: '/orders' },
    'a nameless route is no global scope',
  );
  assert.deepEqual(plugin('key-auth')?.fields.config, { key_names: ['x-api-key'], hide_credentials: true });
  assert.deepEqual(plugin('cors')?.scope, {});
  assert.equal(plugin('key-auth')?.lines['config.hide_credentials']?.place.line, 18);
  assert.equal(entities.find((entity) => entity.type === 'workspace')?.name, 'shop');
  assert.equal(entities.find((entity) => entity.type === 'target')?.fields.upstream, 'orders-pool');
  assert.deepEqual(entities.find((entity) => entity.type === 'acl-group')?.scope, { consumer: 'web' });
});

test('secrets of credentials are replaced, and found in the text afterwards', () => {
  const reading = keptReading();
  readPart(partOf(FILE, 'yaml'), reading);
  const said = JSON.stringify(ofKind(reading.observations, 'entity').map(({ fields }) => fields));
  for (const secret of ['web-key-1000', 'correct-horse']) {
    assert.ok(!said.includes(secret), secret);
    assert.ok(!reading.redactor.text(`it was ${secret}.`).includes(secret), secret);
  }
  assert.match(said, /\[api-key fp:[0-9a-f]{8}\]/);
});

for (const [name, text, plugin, field] of [
  ['a bare list of plugins', '- name: jwt\n  config:\n    claims_to_verify: [exp]\n', 'jwt', 'config.claims_to_verify'],
  [
    'an indented key',
    '    plugins:\n      - name: acl\n        config:\n          allow: [gold]\n',
    'acl',
    'config.allow',
  ],
  ['one plugin', 'name: key-auth\nconfig:\n  key_names: [apikey]\n', 'key-auth', 'config.key_names'],
  [
    'only a config block',
    'config:\n  issuer: https://a/\n  client_auth: [client_secret_post]\n',
    'openid-connect',
    'config.client_auth',
  ],
  [
    'only the fields',
    'issuer: https://a/\nauth_methods: [bearer]\nscopes_required: [a]\n',
    'openid-connect',
    'config.auth_methods',
  ],
  [
    'the plugin as the key',
    'key-auth:\n  config:\n    hide_credentials: true\n',
    'key-auth',
    'config.hide_credentials',
  ],
  ['addresses in allow', 'config:\n  allow: [10.0.0.0/8]\n', 'ip-restriction', 'config.allow'],
] as const) {
  test(`a fragment: ${name}`, () => {
    const [entity] = entitiesOf(text, 'yaml');
    assert.equal(entity?.type, 'plugin');
    assert.equal(entity?.name, plugin);
    const line = text.split('\n').findIndex((candidate) => candidate.includes(`${field.split('.').at(-1)}:`)) + 1;
    assert.equal(entity?.lines[field]?.place.line, line);
  });
}

test('a broken file gives what can be read, and an unreadable', () => {
  const { observations } = observe(
    '_format_version: "3.0"\nplugins:\n- name: jwt\n  config:\n   a: b\n  c: [d\n- name: acl\n',
    'yaml',
  );
  assert.ok(ofKind(observations, 'entity').some((entity) => entity.name === 'jwt'));
  assert.equal(ofKind(observations, 'unreadable').length, 1);
});
