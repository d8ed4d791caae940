// Kong's metrics of both generations.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseSample } from '../../../../src/diagnosis/readers/gateway/prometheus.ts';
import { observe, ofKind } from '../observe.ts';

test('metrics recorded from 3.9.3', () => {
  const { kind, observations } = observe(readFileSync('test/fixtures/kong/gateway/metrics.txt', 'utf8'), 'metrics');
  assert.equal(kind, 'prometheus');
  const refused = ofKind(observations, 'request-count').filter(({ status }) => status === 401);
  assert.equal(
    refused.filter(({ source }) => source === 'kong').reduce((sum, { count }) => sum + count, 0),
    13 + 13 + 10,
  );
  assert.ok(refused.filter(({ source }) => source === 'kong').every(({ consumer }) => consumer === undefined));
  assert.deepEqual(
    ofKind(observations, 'target-health')
      .map(({ target, health }) => `${target} ${health}`)
      .filter((text) => text.includes(' unhealthy')),
    ['127.0.0.1:29099 unhealthy'],
  );
  const [node] = ofKind(observations, 'node');
  assert.equal(node?.version, '3.9.3');
  assert.equal(node?.databaseReachable, true);
});

test('2.x: a request of a known consumer is counted once', () => {
  const { observations } = observe(
    'kong_http_status{service="a",route="b",code="401"} 10\nkong_http_consumer_status{service="a",route="b",code="401",consumer="web"} 7\nkong_http_status{service="a",route="b",code="200"} 5',
    'metrics',
  );
  const counts = ofKind(observations, 'request-count');
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    15,
  );
  assert.equal(counts.find(({ consumer }) => consumer === 'web')?.count, 7);
});

test('data planes of a control plane, one observation each', () => {
  const { observations } = observe(
    'kong_data_plane_last_seen{node_id="n1",hostname="dp-1",ip="10.0.0.1"} 1795457000\nkong_data_plane_config_hash{node_id="n1",hostname="dp-1",ip="10.0.0.1"} 1.5e+17\nkong_data_plane_config_hash{node_id="n2",hostname="dp-2",ip="10.0.0.2"} 2.5e+17',
    'metrics',
  );
  const nodes = ofKind(observations, 'node');
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ['dp-1', 'dp-2'],
  );
  assert.equal(nodes[0]?.lastSeen, 1795457000);
  assert.notEqual(nodes[0]?.configHash, nodes[1]?.configHash);
});

test('samples: escapes, timestamps, and what is none', () => {
  assert.deepEqual(parseSample('kong_x{a="q\\"u\\\\o",b=""} 3 1795457000000'), {
    name: 'kong_x',
    labels: { a: 'q"u\\o', b: '' },
    value: 3,
  });
  for (const text of ['# HELP kong_x y', 'kong_x{a="b', 'kong_x', 'a sentence here', 'kong_x{a=b} 1'])
    assert.equal(parseSample(text), undefined, text);
});

test("metrics of other programs are not Kong's", () => {
  assert.equal(observe('http_requests_total{code="401"} 5\ngo_goroutines 9', 'metrics').kind, 'none');
});
