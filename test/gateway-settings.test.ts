// Several gateways from the YAML file: what is read, what is refused, and who may ask.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KongauthError } from '../src/errors.ts';
import { type GatewaySettings, gatewaysOfFile } from '../src/gateway-settings.ts';
import { gatewayNamed, mayApprove, mayPropose, mayRead } from '../src/kong/gateways.ts';
import { readSettings } from '../src/settings.ts';
import { gatewayAt } from './support/admin-api-peer.ts';

const folder = mkdtempSync(join(tmpdir(), 'kong-gateways-'));
after(() => rmSync(folder, { recursive: true }));

const FULL = `
gateways:
  - name: prod-eu
    admin_url: https://kong-admin.example:8444/admin
    admin_token: \${PROD_TOKEN}
    workspace: payments
    ca_cert: ${import.meta.filename}
    client_cert: ${import.meta.filename}
    client_key: ${import.meta.filename}
    status_url: http://kong:8100
    prometheus_url: http://prometheus:9090
    identity_provider_hosts: [idp.internal]
    read: { channels: [C0INCIDENTS], people: [U0ANNA] }
    write: { people: [U0ANNA], approvers: [U0BERT] }
  - name: konnect
    admin_url: https://eu.api.konghq.com/v2/control-planes/9524ec7d/core-entities
    konnect: true
    admin_token: kpat_0123
`;

function mistakesOf(text: string, env: Record<string, string> = {}): string {
  const mistakes: string[] = [];
  assert.deepEqual(gatewaysOfFile(text, env, mistakes), []);
  return mistakes.join(' ');
}

test('a full file is read, with tokens from the environment', () => {
  const file = join(folder, 'gateways.yml');
  writeFileSync(file, FULL);
  const { gateways } = readSettings({ KONGAUTH_CONFIG: file, PROD_TOKEN: 'prod-token' });
  assert.deepEqual(gateways, [
    {
      name: 'prod-eu',
      adminUrl: 'https://kong-admin.example:8444/admin',
      konnect: false,
      identityProviderHosts: ['idp.internal'],
      approvers: ['U0BERT'],
      adminToken: 'prod-token',
      workspace: 'payments',
      caCert: import.meta.filename,
      clientCert: import.meta.filename,
      clientKey: import.meta.filename,
      statusUrl: 'http://kong:8100',
      prometheusUrl: 'http://prometheus:9090',
      readers: { channels: ['C0INCIDENTS'], people: ['U0ANNA'] },
      proposers: ['U0ANNA'],
    },
    {
      name: 'konnect',
      adminUrl: 'https://eu.api.konghq.com/v2/control-planes/9524ec7d/core-entities',
      konnect: true,
      identityProviderHosts: [],
      approvers: [],
      adminToken: 'kpat_0123',
    },
  ]);
});

test('the gateway of the environment stands before those of the file', () => {
  const file = join(folder, 'more.yml');
  writeFileSync(file, 'gateways: [{ name: other, admin_url: http://other:8001 }]');
  const { gateways } = readSettings({ KONGAUTH_CONFIG: file, KONG_ADMIN_URL: 'http://kong:8001' });
  assert.deepEqual(
    gateways.map(({ name }) => name),
    ['default', 'other'],
  );
});

test('mistakes are named by their place, and no value is repeated', () => {
  const wrong = mistakesOf(
    'gateways: [{ name: "a b", admin_url: hidden-value, admin_tokn: hidden-value, write: { approvers: [hidden-value] } }]',
  );
  for (const place of ['gateways.0.name', 'gateways.0.admin_url', 'admin_tokn', 'gateways.0.write.approvers.0'])
    assert.ok(wrong.includes(place), `${place} is not named in: ${wrong}`);
  assert.ok(!wrong.includes('hidden-value'), wrong);
  assert.match(mistakesOf('gateways: [\n  {admin_token: "hidden'), /no YAML: see its line \d/);
  assert.match(mistakesOf('gateways: []'), /at least one gateway/);
  assert.match(mistakesOf('just text'), /KONGAUTH_CONFIG is wrong: the file/);
  assert.match(mistakesOf(FULL), /^PROD_TOKEN is missing/);
  const twice = '{ name: one, admin_url: "http://kong:8001" }';
  assert.match(mistakesOf(`gateways: [${twice}, ${twice.replace('one', 'ONE')}]`), /two gateways are called one/);
  const half = `gateways: [{ name: one, admin_url: "http://kong:8001", client_cert: ${import.meta.filename} }]`;
  assert.match(mistakesOf(half), /client_cert and client_key; both are needed/);
});

test('the first gateway is meant without a name, and an unknown name is answered with those that there are', () => {
  const gateways: readonly GatewaySettings[] = [gatewayAt('http://a'), gatewayAt('http://b', { name: 'prod-eu' })];
  assert.equal(gatewayNamed(gateways, undefined).name, 'default');
  assert.equal(gatewayNamed(gateways, 'PROD-EU').name, 'prod-eu');
  const refused = (words: RegExp, of: readonly GatewaySettings[], name?: string): void =>
    assert.throws(
      () => gatewayNamed(of, name),
      (error: unknown) => error instanceof KongauthError && words.test(error.message),
    );
  refused(/configured: default, prod-eu\.$/, gateways, 'staging');
  refused(/^KONG_ADMIN_URL is missing/, []);
});

test('by default everyone may read and nobody may write', () => {
  const open = gatewayAt('http://a');
  const anna = { user: 'UANNA', channel: 'CANY' };
  assert.equal(mayRead(open, anna), true);
  assert.equal(mayApprove(open, 'UBERT', 'UANNA'), false);
  const limited = gatewayAt('http://a', {
    readers: { channels: ['COPS'], people: ['UANNA'] },
    proposers: ['UANNA'],
    approvers: ['UANNA', 'UBERT'],
  });
  assert.equal(mayRead(limited, anna), true);
  assert.equal(mayRead(limited, { user: 'UCARL', channel: 'CANY' }), false);
  assert.equal(mayRead(limited, { user: 'UCARL', channel: 'COPS' }), true);
  assert.equal(mayPropose(limited, { user: 'UCARL', channel: 'COPS' }), false);
  assert.equal(mayPropose(limited, anna), true);
  assert.equal(mayApprove(limited, 'UBERT', 'UANNA'), true);
  assert.equal(mayApprove(limited, 'UANNA', 'UANNA'), false, 'nobody approves their own change');
});
