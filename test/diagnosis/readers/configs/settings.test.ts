// Node settings in every notation, under their kong.conf names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartShape } from '../../../../src/diagnosis/intake/part.ts';
import { kongVariables } from '../../../../src/diagnosis/readers/configs/settings.ts';
import { observe, ofKind } from '../observe.ts';

function settings(text: string, shape: PartShape): readonly (readonly [string, string, string])[] {
  return ofKind(observe(text, shape).observations, 'setting').map(
    ({ name, value, notation }) => [name, value, notation] as const,
  );
}

test('kong.conf with comments', () => {
  assert.deepEqual(
    settings('trusted_ips = 10.0.0.0/8,::1  # the balancer\nreal_ip_header = X-Forwarded-For\n#x = y', 'settings'),
    [
      ['trusted_ips', '10.0.0.0/8,::1', 'kong-conf'],
      ['real_ip_header', 'X-Forwarded-For', 'kong-conf'],
    ],
  );
});

for (const [name, line, value] of [
  ['a shell', 'export KONG_TRUSTED_IPS="0.0.0.0/0,::/0"', '0.0.0.0/0,::/0'],
  ['an env file', 'KONG_TRUSTED_IPS=0.0.0.0/0', '0.0.0.0/0'],
  ['docker run', '  -e "KONG_TRUSTED_IPS=0.0.0.0/0" \\', '0.0.0.0/0'],
  ['docker run on one line', 'docker run -e KONG_TRUSTED_IPS=0.0.0.0/0 -p 8000:8000 kong:3.9', '0.0.0.0/0'],
  ['a Dockerfile', 'ENV KONG_TRUSTED_IPS 0.0.0.0/0', '0.0.0.0/0'],
  ['compose', '      KONG_TRUSTED_IPS: "0.0.0.0/0"', '0.0.0.0/0'],
  ['a list of compose', '      - KONG_TRUSTED_IPS=0.0.0.0/0', '0.0.0.0/0'],
  ['JSON', '  "KONG_TRUSTED_IPS": "0.0.0.0/0",', '0.0.0.0/0'],
  ['systemd', 'Environment=KONG_TRUSTED_IPS=0.0.0.0/0', '0.0.0.0/0'],
] as const) {
  test(`a variable in ${name}`, () => {
    assert.deepEqual(kongVariables(line), [{ name: 'trusted_ips', value }]);
  });
}

test('what uses a variable, or is not of kong.conf, sets nothing', () => {
  for (const line of [
    'curl $KONG_ADMIN_URL/services',
    `echo $\{KONG_PREFIX}`,
    'KONG_MYAPP_COLOUR=red',
    'about KONG_DATABASE',
  ])
    assert.deepEqual(kongVariables(line), [], line);
});

test('secrets among settings are replaced', () => {
  const said = JSON.stringify(settings('KONG_PG_HOST=db\nKONG_PG_PASSWORD=hunter2hunter2', 'settings'));
  assert.ok(!said.includes('hunter2hunter2'));
  assert.match(said, /\[password fp:/);
});

test('compose: map, list and image', () => {
  const { observations } = observe(
    'services:\n  kong:\n    image: kong:3.4.2-alpine\n    environment:\n      KONG_DATABASE: "off"\n      KONG_DECLARATIVE_CONFIG: /kong.yml\n',
    'yaml',
  );
  assert.equal(ofKind(observations, 'node')[0]?.version, '3.4.2');
  assert.deepEqual(
    ofKind(observations, 'setting').map(({ name, notation }) => `${name} ${notation}`),
    ['database compose', 'declarative_config compose'],
  );
});

test('Helm values, of the chart itself and below a parent chart', () => {
  assert.deepEqual(
    settings(
      'kong:\n  env:\n    database: off\n    trusted_ips: 0.0.0.0/0\n    pg_password:\n      valueFrom:\n        secretKeyRef: {name: pg, key: pw}\n',
      'yaml',
    ),
    [
      ['database', 'off', 'helm-values'],
      ['trusted_ips', '0.0.0.0/0', 'helm-values'],
      ['pg_password', '<secretKeyRef pg pw>', 'helm-values'],
    ],
  );
});

test('options of lua-resty-openidc are the config of kong-oidc', () => {
  const { observations } = observe(
    'local opts = {\n  redirect_uri = "https://a/cb",\n  discovery = "https://idp/.well-known/openid-configuration",\n  client_secret = "lua-secret-value",\n  ssl_verify = "no"\n}',
    'settings',
  );
  const [plugin] = ofKind(observations, 'entity');
  assert.equal(plugin?.name, 'kong-oidc');
  assert.equal((plugin?.fields.config as { ssl_verify?: string } | undefined)?.ssl_verify, 'no');
  assert.equal(plugin?.lines['config.discovery']?.place.line, 3);
  assert.ok(!JSON.stringify(plugin?.fields).includes('lua-secret-value'));
});
