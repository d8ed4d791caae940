// What nodes say of themselves: recorded answers of 3.9.3, and the shapes of control planes and Konnect.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { observe, ofKind } from '../observe.ts';

const recorded = (path: string): string => readFileSync(`test/fixtures/kong/${path}.json`, 'utf8');

test('the root answer: version, edition, role, settings, plugins', () => {
  const { kind, observations } = observe(recorded('admin/root'), 'json');
  assert.equal(kind, 'kong-status');
  const [node] = ofKind(observations, 'node');
  assert.deepEqual([node?.version, node?.edition, node?.role], ['3.9.3', 'community', 'traditional']);
  const settings = new Map(ofKind(observations, 'setting').map(({ name, value }) => [name, value]));
  assert.equal(settings.get('database'), 'postgres');
  assert.ok(!settings.has('nginx_http_directives'), 'derived values are no settings');
  const [info] = ofKind(observations, 'entity');
  assert.ok(!JSON.stringify(info?.fields.available_plugins).includes('openid-connect'));
  assert.ok(JSON.stringify(info?.fields.enabled_plugins).includes('"key-auth"'));
});

test('a status answer: database and configuration hash', () => {
  assert.equal(ofKind(observe(recorded('admin/status'), 'json').observations, 'node')[0]?.databaseReachable, true);
  const dataPlane = observe(
    '{"server":{"total_requests":1},"memory":{},"configuration_hash":"00000000000000000000000000000000"}',
    'json',
  );
  assert.equal(ofKind(dataPlane.observations, 'node')[0]?.configHash, '0'.repeat(32));
});

test('data planes, old and new form, and Konnect', () => {
  for (const text of [
    '{"data":[{"id":"1","hostname":"dp-1","ip":"10.0.0.1","version":"3.9.1","last_seen":1795457000,"config_hash":"aa","sync_status":"normal"}],"next":null}',
    '{"0b5e2f6a-7d0c-4f3c-ac9a-87489b01bd2e":{"config_hash":"aa","hostname":"dp-1","ip":"10.0.0.1","last_seen":1795457000}}',
    '{"items":[{"id":"1","hostname":"dp-1","version":"3.9.1","last_ping":1795457000,"config_hash":"aa","compatibility_status":{"state":"COMPATIBILITY_STATE_FULLY_COMPATIBLE"}}],"page":{}}',
  ]) {
    const { kind, observations } = observe(text, 'json');
    assert.equal(kind, 'data-planes');
    const [node] = ofKind(observations, 'node');
    assert.deepEqual(
      [node?.name, node?.configHash, node?.lastSeen, node?.role],
      ['dp-1', 'aa', 1795457000, 'data_plane'],
    );
  }
});

test('health of targets, by target and of the whole ring', () => {
  for (const file of ['gateway/upstream-health', 'gateway/upstream-health-balancer']) {
    const { kind, observations } = observe(recorded(file), 'json');
    assert.equal(kind, 'upstream-health');
    assert.deepEqual(
      ofKind(observations, 'target-health')
        .filter(({ health }) => health === 'unhealthy')
        .map(({ target }) => target),
      ['127.0.0.1:29099'],
      file,
    );
  }
});

test('a target by name tells the address that logs name', () => {
  const { observations } = observe(
    '{"data":[{"target":"orders.internal:80","health":"HEALTHY","upstream":{"id":"u"},"data":{"addresses":[{"ip":"10.0.0.7","port":80,"health":"UNHEALTHY"}]}}],"next":null}',
    'json',
  );
  assert.deepEqual(
    ofKind(observations, 'target-health').map(({ target, health }) => `${target} ${health}`),
    ['orders.internal:80 healthy', '10.0.0.7:80 unhealthy'],
  );
});

test('a version and a configuration of another program are not a node', () => {
  assert.equal(observe('{"version":"1.2.3","configuration":{"debug":true}}', 'json').kind, 'none');
  assert.equal(observe('{"database":"postgres","reachable":true}', 'json').kind, 'none');
});
