// Manifests of the ingress controller, normalised; their secrets decoded, registered and judged by form alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPart } from '../../../../src/diagnosis/readers/index.ts';
import { entitiesOf, keptReading, observe, ofKind, partOf } from '../observe.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a KongPlugin is a plugin under its own name, `disabled` is `enabled: false`', () => {
  const [plugin] = entitiesOf(
    'apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata:\n  name: oidc-main\n  namespace: shop\nplugin: openid-connect\ndisabled: true\nconfig:\n  client_secret: [topsecretvalue1]\n',
    'yaml',
  );
  assert.equal(plugin?.name, 'openid-connect');
  assert.equal(plugin?.fields.resource, 'oidc-main');
  assert.equal(plugin?.fields.enabled, false);
  assert.equal(plugin?.kubernetes?.namespace, 'shop');
  assert.equal(plugin?.lines.enabled?.place.line, 7);
  assert.match(JSON.stringify(plugin?.fields.config), /\[client-secret fp:/);
});

test('a credential secret: decoded, its issuer shown, its secret replaced, its line break named', () => {
  const reading = keptReading();
  const encoded = base64('supersecretvalue');
  readPart(
    partOf(
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: web-jwt\n  labels:\n    konghq.com/credential: jwt\ndata:\n  key: ${base64('https://idp.example.com/\n')}\n  secret: ${encoded}\n`,
      'yaml',
    ),
    reading,
  );
  const entities = ofKind(reading.observations, 'entity');
  const secret = entities.find((entity) => entity.type === 'secret');
  assert.deepEqual(secret?.fields.oddities, ['key ends with a line break']);
  const credential = entities.find((entity) => entity.type === 'jwt-credential');
  assert.equal(credential?.fields.key, 'https://idp.example.com/');
  assert.equal(credential?.lines.key?.place.line, 8);
  const shown = reading.redactor.text(`secret: ${encoded} or supersecretvalue, for https://idp.example.com/`);
  assert.ok(!shown.includes(encoded) && !shown.includes('supersecretvalue'));
  assert.ok(shown.includes('https://idp.example.com/'), 'an issuer is no secret');
});

test('an Ingress is its routes, with the annotations as route fields', () => {
  const route = entitiesOf(
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
  annotations:
    konghq.com/strip-path: "true"
    konghq.com/preserve-host: "false"
    konghq.com/protocols: https, grpcs
    kubectl.kubernetes.io/last-applied-configuration: |
      {"data":{"password":"copied-secret-value"}}
spec:
  ingressClassName: kong
  rules:
    - host: api.example.com
      http:
        paths:
          - path: /orders
            backend: {service: {name: orders, port: {number: 80}}}
          - path: /returns
            backend: {service: {name: returns, port: {number: 80}}}
`,
    'yaml',
  ).filter((entity) => entity.type === 'route');
  assert.equal(route.length, 2);
  assert.deepEqual(route[0]?.fields, {
    name: 'orders',
    strip_path: true,
    preserve_host: false,
    protocols: ['https', 'grpcs'],
    paths: ['/orders'],
    hosts: ['api.example.com'],
    resource: 'orders',
  });
  assert.equal(route[1]?.scope.service, 'returns');
  assert.equal(route[1]?.lines.paths?.place.line, 19);
  assert.equal(route[0]?.lines.preserve_host?.place.line, 7);
  assert.ok(!JSON.stringify(route).includes('copied-secret-value'), 'copies that kubectl keeps hold secrets');
});

test('an HTTPRoute is a route per rule', () => {
  const [route] = entitiesOf(
    'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  hostnames: [a.example.com]\n  rules:\n  - matches:\n    - path: {type: PathPrefix, value: /a}\n      method: GET\n    backendRefs:\n    - name: svc\n',
    'yaml',
  ).filter((entity) => entity.type === 'route');
  assert.deepEqual(
    [route?.fields.paths, route?.fields.methods, route?.fields.hosts],
    [['/a'], ['GET'], ['a.example.com']],
  );
  assert.equal(route?.scope.service, 'svc');
});

test('containers tell settings and version; a ConfigMap holds a declarative file', () => {
  const { observations } = observe(
    `apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  spec:
    template:
      spec:
        containers:
        - name: proxy
          image: kong/kong-gateway:3.14.0.2
          env:
          - name: KONG_DATABASE
            value: "off"
          - name: KONG_PG_PASSWORD
            valueFrom: {secretKeyRef: {name: pg, key: password}}
- apiVersion: v1
  kind: ConfigMap
  data:
    kong.yml: |
      _format_version: "3.0"
      plugins:
      - name: key-auth
`,
    'yaml',
  );
  assert.equal(ofKind(observations, 'node')[0]?.version, '3.14.0.2');
  assert.deepEqual(
    ofKind(observations, 'setting').map(({ name, value }) => [name, value]),
    [
      ['database', 'off'],
      ['pg_password', '<secretKeyRef pg password>'],
    ],
  );
  const plugin = ofKind(observations, 'entity').find((entity) => entity.name === 'key-auth');
  assert.equal(plugin?.sighting.place.line, 23);
});

test('the image of the ingress controller is not Kong', () => {
  const { observations } = observe(
    'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: kong/kubernetes-ingress-controller:3.2.0\n',
    'yaml',
  );
  assert.deepEqual(ofKind(observations, 'node'), []);
});
