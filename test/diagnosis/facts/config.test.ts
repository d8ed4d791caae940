// The values that apply: given, by old names, by the default of the version; scopes that other manifests give.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildConfig } from '../../../src/diagnosis/facts/config.ts';
import { isUnattached } from '../../../src/diagnosis/facts/kubernetes-attachments.ts';
import { defaultOf, priorityOf } from '../../../src/diagnosis/facts/plugin-defaults.ts';
import { parseVersion } from '../../../src/diagnosis/versions.ts';
import { entitiesOf } from '../readers/observe.ts';

const config = (yaml: string, version?: string) =>
  buildConfig(entitiesOf(yaml, 'yaml'), [], version === undefined ? undefined : parseVersion(version));

test('a field that is given is given, at its place', () => {
  const [plugin] = config('plugins:\n- name: key-auth\n  config:\n    hide_credentials: false\n', '3.14').plugins;
  const field = plugin?.field('hide_credentials');
  assert.deepEqual([field?.value, field?.from, field?.sighting.place.line], [false, 'given', 4]);
});

test('hide_credentials left out: false up to 3.13, true since 3.14, unknown without a version', () => {
  const left = 'plugins:\n- name: key-auth\n';
  const field = (version?: string) => config(left, version).plugins[0]?.field('hide_credentials');
  assert.deepEqual([field('3.13.0.2')?.value, field('3.13.0.2')?.from], [false, 'default']);
  assert.deepEqual([field('3.14.0.1')?.value, field('3.14.0.1')?.from], [true, 'default']);
  assert.equal(field()?.from, 'unknown');
});

test('the jwt plugin never hides credentials', () => {
  assert.deepEqual(defaultOf('jwt', 'hide_credentials', [3, 14]), { known: false });
});

test('certificates are checked by default since 3.14, whatever the plugin', () => {
  assert.deepEqual(defaultOf('openid-connect', 'ssl_verify', [3, 10]), { known: true, value: false });
  assert.deepEqual(defaultOf('http-log', 'ssl_verify', [3, 14]), { known: true, value: true });
  assert.deepEqual(defaultOf('openid-connect', 'ssl_verify', undefined), { known: false });
});

test('a version that does not have the field has no default of it', () => {
  assert.deepEqual(defaultOf('openid-connect', 'expose_error_code', [3, 3]), { known: false });
  assert.deepEqual(defaultOf('basic-auth', 'realm', [3, 6]), { known: true, value: 'service' });
  assert.deepEqual(defaultOf('basic-auth', 'realm', [3, 5]), { known: false });
});

test('old names of fields are read as the new ones', () => {
  const [plugin] = config('plugins:\n- name: acl\n  config:\n    whitelist: [gold]\n').plugins;
  assert.deepEqual(plugin?.field('allow').value, ['gold']);
  assert.equal(plugin?.field('allow').sighting.place.line, 4);
});

test('plugins come in the order of execution, which 3.0 changed', () => {
  const both = 'plugins:\n- name: openid-connect\n- name: acl\n- name: jwt\n- name: pre-function\n';
  assert.deepEqual(
    config(both).plugins.map(({ name }) => name),
    ['pre-function', 'jwt', 'openid-connect', 'acl'],
  );
  assert.ok(priorityOf('jwt', [2, 8]) === 1005 && priorityOf('jwt', [3, 0]) === 1450);
});

const MANIFESTS = `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: keys, namespace: shop}
plugin: key-auth
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: {name: forgotten, namespace: shop}
plugin: acl
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
  namespace: shop
  annotations: {konghq.com/plugins: "cors-x, keys"}
spec: {rules: []}
---
apiVersion: configuration.konghq.com/v1
kind: KongConsumer
metadata: {name: web}
username: web
credentials: [web-key]
---
apiVersion: v1
kind: Secret
metadata: {name: web-key, labels: {konghq.com/credential: key-auth}}
stringData: {key: web-key-1000}
`;

test('a KongPlugin has the scope of what names it; one that nothing names is not global', () => {
  const { plugins, ofType } = config(MANIFESTS);
  assert.deepEqual(plugins.find(({ name }) => name === 'key-auth')?.entity.scope, { route: 'orders' });
  const forgotten = plugins.find(({ name }) => name === 'acl')?.entity;
  assert.ok(forgotten !== undefined && isUnattached(forgotten));
  assert.deepEqual(ofType('key-auth-credential')[0]?.scope, { consumer: 'web' });
});
