// Settings: what an environment means, and every mistake of it at once, without a value in the sentence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KongauthError } from '../src/errors.ts';
import { needSlack, readSettings, readTerminalSettings } from '../src/settings.ts';

const HTTP = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'a-signing-secret' };

function mistakesOf(env: Record<string, string>): string {
  try {
    readSettings(env);
  } catch (error) {
    assert.ok(error instanceof KongauthError && error.code === 'settings-invalid');
    return error.message;
  }
  return '';
}

test('an empty environment has defaults, writes nothing and has no Slack', () => {
  const settings = readSettings({});
  assert.equal(settings.slack, undefined);
  assert.equal(settings.port, 3000);
  assert.equal(settings.logLevel, 'info');
  assert.equal(settings.allowWrite, false);
  assert.equal(settings.dataFolder, './data');
  assert.deepEqual([settings.retentionDays, settings.auditDays], [30, 400]);
  assert.equal(settings.gateways.length, 0);
  assert.ok(settings.fingerprintKey.length >= 16);
  assert.notDeepEqual(settings.fingerprintKey, readSettings({}).fingerprintKey);
  assert.throws(() => needSlack(settings), /SLACK_BOT_TOKEN is missing/);
});

test('a full environment is read', () => {
  const settings = readSettings({
    ...HTTP,
    SLACK_API_URL: 'http://127.0.0.1:4603/api',
    PORT: '8080',
    LOG_LEVEL: 'WARN',
    KONGAUTH_ALLOW_WRITE: 'true',
    KONGAUTH_KEY: 'sixteen letters!',
    KONG_ADMIN_URL: 'https://kong:8444',
    KONG_ADMIN_TOKEN: 'rbac',
    KONG_WORKSPACE: 'team-a',
    KONG_CA_CERT: import.meta.filename,
    KONG_STATUS_URL: 'http://kong:8100',
    PROMETHEUS_URL: 'http://prometheus:9090',
    DATABASE_URL: 'postgres://db/kongauth',
    KONGAUTH_DATA: '/data',
    KONGAUTH_RETENTION_DAYS: '7',
    KONGAUTH_AUDIT_DAYS: '1000',
  });
  assert.equal(settings.slack?.apiUrl, 'http://127.0.0.1:4603/api/');
  assert.equal(settings.port, 8080);
  assert.equal(settings.logLevel, 'warn');
  assert.equal(settings.allowWrite, true);
  assert.equal(new TextDecoder().decode(settings.fingerprintKey), 'sixteen letters!');
  assert.equal(settings.databaseUrl, 'postgres://db/kongauth');
  assert.equal(settings.dataFolder, '/data');
  assert.deepEqual([settings.retentionDays, settings.auditDays], [7, 1000]);
  assert.deepEqual(settings.gateways, [
    {
      name: 'default',
      konnect: false,
      identityProviderHosts: [],
      approvers: [],
      adminUrl: 'https://kong:8444',
      adminToken: 'rbac',
      workspace: 'team-a',
      caCert: import.meta.filename,
      statusUrl: 'http://kong:8100',
      prometheusUrl: 'http://prometheus:9090',
    },
  ]);
});

test('an empty variable counts as unset, as compose files leave them', () => {
  const settings = readSettings({ ...HTTP, SLACK_APP_TOKEN: '', PORT: ' ', KONG_ADMIN_URL: '', KONGAUTH_KEY: '' });
  assert.equal(settings.slack?.appToken, undefined);
  assert.equal(settings.port, 3000);
  assert.equal(settings.gateways.length, 0);
});

test('every mistake is named at once, and no value is repeated', () => {
  const wrong = {
    SLACK_BOT_TOKEN: 'xoxp-wrong-kind',
    SLACK_APP_TOKEN: 'xoxb-wrong-place',
    SLACK_SIGNING_SECRET: 'short',
    SLACK_API_URL: 'ftp-value',
    PORT: '70000',
    LOG_LEVEL: 'loud',
    KONGAUTH_ALLOW_WRITE: 'yes-please',
    KONGAUTH_KEY: 'tiny-key',
    KONG_ADMIN_URL: 'kong-without-scheme',
    KONG_CA_CERT: '/no-such-file',
    KONGAUTH_CONFIG: '/no-such-config',
    KONG_STATUS_URL: 'status-value',
    PROMETHEUS_URL: 'prometheus-value',
    DATABASE_URL: 'mysql-value',
  };
  const message = mistakesOf(wrong);
  for (const [name, value] of Object.entries(wrong)) {
    assert.ok(message.includes(`${name} is wrong`), `${name} is not named in: ${message}`);
    assert.ok(!message.includes(value), `the value of ${name} is repeated`);
  }
});

test('a subcommand is not stopped by what the bot alone minds', () => {
  const { gateways } = readTerminalSettings({
    SLACK_BOT_TOKEN: 'xoxp-wrong-kind',
    PORT: '70000',
    DATABASE_URL: 'mysql-value',
    KONG_ADMIN_URL: 'http://kong:8001',
  });
  assert.equal(gateways[0]?.adminUrl, 'http://kong:8001');
  assert.throws(() => readTerminalSettings({ KONG_ADMIN_URL: 'kong-without-scheme' }), /KONG_ADMIN_URL is wrong/);
});

test('half of Slack is a mistake, and so is a token for no Admin API', () => {
  assert.match(mistakesOf({ SLACK_BOT_TOKEN: 'xoxb-1' }), /SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET .* is missing/);
  assert.match(mistakesOf({ SLACK_APP_TOKEN: 'xapp-1' }), /SLACK_BOT_TOKEN is missing/);
  assert.match(mistakesOf({ KONG_ADMIN_TOKEN: 'rbac' }), /KONG_ADMIN_URL is missing/);
  assert.equal(mistakesOf({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }), '');
});

test('days that are none are a mistake', () => {
  const mistakes = mistakesOf({ KONGAUTH_RETENTION_DAYS: '0', KONGAUTH_AUDIT_DAYS: 'for ever' });
  for (const name of ['KONGAUTH_RETENTION_DAYS', 'KONGAUTH_AUDIT_DAYS'])
    assert.ok(mistakes.includes(`${name} is wrong: it is a number of days from 1 to 9999.`));
});
