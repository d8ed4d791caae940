// A real Prometheus: two weeks that are given to it as blocks, and an exporter of Kong's metrics that it scrapes.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Digest, makeDigest } from '../../src/digest/digest.ts';
import { queryPeriod } from '../../src/digest/prometheus.ts';
import { drawDigest } from '../../src/render/chart.ts';
import { gatewayAt, startAdminApi } from '../support/admin-api-peer.ts';
import { freePort } from '../support/free-port.ts';
import { type Change, metricsText, type Series, startExporter, trafficOf } from '../support/kong-traffic.ts';

const hasPrometheus =
  spawnSync('prometheus', ['--version']).status === 0 && spawnSync('promtool', ['--version']).status === 0;
const skip = hasPrometheus ? false : 'prometheus and promtool are not on the PATH (Debian: apt-get install prometheus)';
const HOUR = 3_600_000;
const DAYS = 15;
const KEY = new Uint8Array(32).fill(7);

interface Server {
  readonly url: string;
  readonly folder: string;
}

/** @param text OpenMetrics to begin with */
async function startPrometheus(t: TestContext, scraped: string | undefined, text?: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-prometheus-'));
  const data = join(folder, 'data');
  if (text !== undefined) {
    writeFileSync(join(folder, 'past.txt'), text);
    execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'past.txt'), data], {
      stdio: 'ignore',
    });
  }
  const targets =
    scraped === undefined ? '' : `  - job_name: kong\n    static_configs: [{targets: ['${new URL(scraped).host}']}]\n`;
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {scrape_interval: 1s}\nscrape_configs:${targets === '' ? ' []\n' : `\n${targets}`}`,
  );
  const port = await freePort();
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=3650d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  t.after(async () => {
    const ended = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/-/ready`)).ok);
  return { url, folder };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    // Not there yet: connections are refused until it listens.
    if (await isSo().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('It did not come to it.');
}

/** Counters every ten minutes, between the hours by a straight line. */
function openMetrics(series: Series, metric: string, begin: number, labelled: (labels: string) => string): string {
  const lines = [`# TYPE ${metric} counter`];
  for (const [labels, list] of series)
    for (const [hour, value] of list.entries())
      for (let sixth = 0; sixth < 6; sixth++) {
        const before = list[hour - 1] ?? 0;
        const at = (begin + hour * HOUR + (sixth * HOUR) / 6) / 1000;
        lines.push(`${metric}_total{${labelled(labels)}} ${before + ((value - before) * sixth) / 6} ${at}`);
      }
  return `${lines.join('\n')}\n# EOF\n`;
}

const LAST_DAY = (DAYS - 1) * 24;
const THREE: readonly Change[] = [
  { route: 'orders-list', fromHour: LAST_DAY, failures: [{ status: 401, source: 'kong', share: 0.05 }] },
  {
    route: 'pay',
    fromHour: LAST_DAY,
    consumer: 'partner-acme',
    failures: [{ status: 403, source: 'service', share: 0.9 }],
  },
  { route: 'nightly', fromHour: LAST_DAY, hourly: 0 },
];

/** Asks for the digest of the last of two weeks, under a selector. */
async function fortnightInBlocks(
  t: TestContext,
  changes: readonly Change[],
): Promise<(selector?: string) => Promise<Digest>> {
  const begin = Math.floor(Date.now() / HOUR) * HOUR - (DAYS * 24 + 3) * HOUR;
  const series = trafficOf(5, DAYS * 24, changes);
  const past = openMetrics(series, 'kong_http_requests', begin, (labels) => `${labels},job="kong-eu"`);
  const { url } = await startPrometheus(t, undefined, past);
  const admin = await startAdminApi();
  t.after(() => admin.close());
  return async (selector = '') => {
    const gateway = gatewayAt(admin.url, { prometheusUrl: `${url}${selector}` });
    return (await makeDigest(gateway, { now: begin + DAYS * 24 * HOUR - HOUR / 6, key: KEY })).digest;
  };
}

test('of two weeks in a real Prometheus the three changes are named and nothing else', { skip }, async (t) => {
  const ask = await fortnightInBlocks(t, THREE);
  const digest = await ask();
  const about = digest.items.map(({ kind, diagnose }) =>
    `${kind} ${diagnose.type} ${diagnose.name} ${diagnose.status ?? ''}`.trim(),
  );
  assert.deepEqual(about.sort(), ['failures route orders-list 401', 'failures route pay 403', 'traffic route nightly']);
  assert.match(JSON.stringify(digest.items), /`partner-acme` gets/);
  assert.ok(digest.consumers.some(({ consumer, requests }) => consumer === 'partner-acme' && (requests ?? 0) > 1000));
  assert.ok(digest.series.now.length >= 40 && digest.series.before.length >= 40);
  assert.match(drawDigest(digest)?.alt ?? '', /^Of the requests to default/);
});

test('two quiet weeks in a real Prometheus are quiet, and a selector picks the gateway', { skip }, async (t) => {
  const ask = await fortnightInBlocks(t, []);
  const digest = await ask(`?selector=${encodeURIComponent('job="kong-eu"')}`);
  assert.deepEqual(digest.items, []);
  assert.match(digest.figures[0] ?? '', /^\d\d,\d{3} requests in 24 h/);
  const ofAnother = await ask(`?selector=${encodeURIComponent('job="kong-us"')}`);
  assert.match(ofAnother.figures[0] ?? '', /^0 requests/);
});

test('what Prometheus scrapes from Kong’s metrics arrives, of 3.x and of 2.8', { skip }, async (t) => {
  const exporter = await startExporter();
  t.after(() => exporter.close());
  const old = (value: number): string =>
    `kong_http_status{service="old",route="old-route",code="403"} ${value}\nkong_http_status{service="old",route="old-route",code="total"} ${value}\nkong_http_consumer_status{service="old",route="old-route",code="403",consumer="app"} ${value / 2}\n`;
  const series = trafficOf(9, 48);
  exporter.text = metricsText(series, 1) + old(10);
  const { url } = await startPrometheus(t, exporter.url);
  const scrapedValue = async (): Promise<number> => {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent('kong_http_status{code="403"}')}`);
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1]);
  };
  await until(async () => (await scrapedValue()) === 10);
  exporter.text = metricsText(series, 47) + old(110);
  await until(async () => (await scrapedValue()) === 110);
  const now = Date.now();
  const { requests } = await queryPeriod(url, now - HOUR, now);
  const sum = (isMeant: (one: (typeof requests)[number]) => boolean): number =>
    requests.filter(isMeant).reduce((total, { count }) => total + count, 0);
  assert.ok(sum(({ route, status }) => route === 'search' && status === 200) > 50_000);
  assert.ok(sum(({ route, source, status }) => route === 'orders-list' && source === 'kong' && status === 401) > 100);
  const ofOld = requests.filter(({ service }) => service === 'old');
  // Extrapolated, so about 100; those of the consumer are half of them and not counted twice.
  const all = sum(({ service }) => service === 'old');
  assert.ok(all >= 100 && all < 200, String(all));
  assert.deepEqual(ofOld.map(({ status, consumer }) => `${status} ${consumer ?? '-'}`).sort(), ['403 -', '403 app']);
});

test('a server that is none, is slow, or answers too much is told in one sentence', async (t) => {
  let mode: 'html' | 'refuses' | 'slow' | 'huge' = 'html';
  const server = createServer((_, response) => {
    if (mode === 'slow') return;
    response.writeHead(mode === 'refuses' ? 422 : 200, { 'content-type': 'application/json' });
    if (mode === 'html') response.end('<html>token-in-a-page-0815</html>');
    if (mode === 'refuses') response.end('{"status":"error","errorType":"execution","error":"token-in-a-page-0815"}');
    if (mode === 'huge') response.end(`{"x":"${'x'.repeat(2 ** 21)}"}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const expected = [
    ['html', 'metrics-unreadable', /without JSON; check that PROMETHEUS_URL/],
    ['refuses', 'metrics-unreadable', /answered 422 \(execution\)/],
    ['slow', 'metrics-unreachable', /took too long/],
    ['huge', 'metrics-unreadable', /answers more than 1 MB/],
  ] as const;
  for (const [does, code, says] of expected) {
    mode = does;
    await assert.rejects(
      queryPeriod(url, 0, HOUR, { time: does === 'slow' ? 300 : 20_000, bytes: 2 ** 20 }),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, says);
        assert.ok(!error.message.includes('0815') && error.message.endsWith('.'));
        return true;
      },
    );
  }
  await assert.rejects(queryPeriod('http://127.0.0.1:9', 0, HOUR), /Prometheus at 127.0.0.1:9 was not reached/);
  await assert.rejects(queryPeriod(`${url}?selector=job%3D"x"} or vector(1)`, 0, HOUR), /PROMETHEUS_URL is wrong/);
});
