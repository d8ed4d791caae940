// What looks like a configuration and is none of Kong's keeps every reader of configurations quiet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartShape } from '../../../../src/diagnosis/intake/part.ts';
import { observe, ofKind } from '../observe.ts';

const FOREIGN: Readonly<Record<string, string>> = {
  'compose without Kong': 'services:\n  db:\n    image: postgres:15\n    environment:\n      POSTGRES_PASSWORD: x\n',
  'package.json': '{"name":"app","version":"1.0.0","config":{"port":8080},"dependencies":{},"scripts":{"a":"b"}}',
  'OpenAPI in YAML': 'openapi: 3.0.0\ninfo:\n  title: x\npaths:\n  /a:\n    get: {}\n',
  'OpenAPI in JSON': '{"openapi":"3.0.0","paths":{"/a":{}},"info":{"title":"x"}}',
  'GitLab CI': 'services:\n  - name: docker:dind\n    alias: d\nstages:\n  - build\n',
  ESLint: '{"plugins":["react"],"rules":{"a":"b"},"env":{"node":true}}',
  Babel: '{"presets":[{"name":"x"}],"plugins":[{"name":"foo"}]}',
  APISIX: 'routes:\n  - uri: /x\n    upstream:\n      nodes:\n        "a:1": 1\n    plugins:\n      key-auth: {}\n',
  Traefik: 'http:\n  routers:\n    a:\n      rule: x\n  services:\n    b:\n      loadBalancer: {}\n',
  Alertmanager: 'route:\n  receiver: x\nroutes:\n  - match:\n      a: b\n    receiver: y\n',
  Prometheus: 'scrape_configs:\n  - job_name: kong\n    static_configs:\n      - targets: ["kong:8001"]\n',
  'Spring Security':
    'spring:\n  security:\n    oauth2:\n      resourceserver:\n        jwt:\n          issuer-uri: https://x\n',
  'an OIDC client':
    'client_id: abc\nclient_secret: defghij\nissuer: https://x\nredirect_uri: https://y/cb\nscopes: [openid]\n',
  'a user': '{"id":7,"username":"bob","email":"b@x.y","created_at":"2020"}',
  'a list of users': '[{"id":1,"name":"Bob","username":"bob","email":"a@b"}]',
  'a database': '{"host":"localhost","port":5432,"path":"/x","username":"u","password":"secretword"}',
  permissions: '{"allow":["a"],"deny":["b"]}',
  orders: '{"data":[{"id":1,"name":"x","price":3}],"next":null}',
  Argo: 'apiVersion: argoproj.io/v1\nkind: Application\nmetadata:\n  name: x\n',
  'a Deployment without Kong':
    'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: b\n          env:\n            - name: FOO\n              value: bar\n',
  'Helm values of others': 'env:\n  FOO: bar\nimage:\n  repository: nginx\n  tag: "1.27"\n',
  'my.cnf': 'max_connections = 100\nlog_level = info\nport = 3306\nuser = mysql',
};

for (const [name, text] of Object.entries(FOREIGN)) {
  test(`${name} is not Kong's`, () => {
    const shape: PartShape = text.includes(' = ') ? 'settings' : /^[{[]/.test(text) ? 'json' : 'yaml';
    const { observations } = observe(text, shape);
    assert.deepEqual(ofKind(observations, 'entity'), []);
    assert.deepEqual(ofKind(observations, 'setting'), []);
    assert.deepEqual(ofKind(observations, 'node'), []);
  });
}
