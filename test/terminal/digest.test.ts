// kongauth digest now from the command line: formats, what it compares with, the picture, and its mistakes.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { DigestJson } from '../../src/render/digest.ts';
import { type Peer, startAdminApi } from '../support/admin-api-peer.ts';
import { atTerminal } from '../support/at-terminal.ts';
import { type Exporter, metricsText, startExporter, trafficOf } from '../support/kong-traffic.ts';

const VARIABLES = ['KONG_ADMIN_URL', 'KONG_STATUS_URL', 'KONGAUTH_DATA', 'KONGAUTH_KEY', 'PROMETHEUS_URL'] as const;
const earlier = VARIABLES.map((name) => [name, process.env[name]] as const);
const START = Date.UTC(2026, 10, 24);
const DAY = 86_400_000;
const series = trafficOf(1, 72, [
  { route: 'orders-list', fromHour: 48, failures: [{ status: 401, source: 'kong', share: 0.1 }] },
]);
let admin: Peer;
let exporter: Exporter;
let folder: string;

before(async () => {
  admin = await startAdminApi();
  exporter = await startExporter();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kongauth-digest-'));
  process.env.KONG_ADMIN_URL = admin.url;
  process.env.KONG_STATUS_URL = exporter.url;
  process.env.KONGAUTH_DATA = folder;
  process.env.KONGAUTH_KEY = 'k'.repeat(32);
  delete process.env.PROMETHEUS_URL;
});
after(async () => {
  for (const [name, value] of earlier)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  rmSync(folder, { recursive: true, force: true });
  await admin.close();
  await exporter.close();
});

async function digest(words: string, day = 0) {
  exporter.text = metricsText(series, day * 24 + 23);
  return await atTerminal(['digest', ...words.split(' ')], '', { now: () => START + day * DAY });
}

test('the configuration is read once, for the checks and the digest alike', async () => {
  const before = admin.calls.length;
  await digest('now', 1);
  const lists = admin.calls.slice(before).filter((call) => /^GET \/(?:services|routes|plugins|consumers)\?/.test(call));
  assert.deepEqual(lists.map((call) => call.replace(/\?.*$/, '')).sort(), [
    'GET /consumers',
    'GET /plugins',
    'GET /routes',
    'GET /services',
  ]);
  rmSync(join(folder, 'digests'), { recursive: true });
});

test('the first is a first look, the next ones compare with the one before', async () => {
  assert.match(
    (await digest('now')).out,
    /^default: first look; plugin `key-auth on the route anon` fails the check plugin-combinations, and 2\smore things\./,
  );
  assert.match(
    (await digest('now', 1)).out,
    /^default: quiet; nothing that matters has changed since 24 Nov 00:00 UTC\.\n/,
  );
  const third = await digest('now --format json', 2);
  const { items, verdict } = DigestJson.parse(JSON.parse(third.out));
  assert.deepEqual(
    items.map(({ diagnose }) => [diagnose.type, diagnose.name, diagnose.status]),
    [['route', 'orders-list', 401]],
  );
  assert.match(verdict, /^default: route `orders-list` of `orders` answers 401 to [\d.]+ % \(was 0\.\d %\)\.$/);
  const kept = join(folder, 'digests', 'default.json');
  assert.equal(statSync(kept).mode & 0o077, 0, 'for this user alone');
});

test('--since compares with a named snapshot, in Markdown', async () => {
  await digest('now');
  const first = join(folder, 'first.json');
  writeFileSync(first, readFileSync(join(folder, 'digests', 'default.json')));
  await digest('now', 1);
  await digest('now', 2);
  const { out, status } = await digest(`now --format markdown --since ${first}`, 1);
  assert.equal(status, 0);
  assert.match(out, /^\*\*default: quiet;.*since 24 Nov 00:00 UTC\.\*\*\n/);
});

test('--chart writes the picture, and says when there is none yet', async () => {
  const file = join(folder, 'chart.png');
  const none = await digest(`now --chart ${file}`);
  assert.equal(none.status, 0);
  assert.match(none.err, /There is no picture yet/);
  assert.ok(!existsSync(file));
  await digest('now', 1);
  assert.equal((await digest(`now --chart ${file}`, 2)).status, 0);
  assert.equal(readFileSync(file).subarray(1, 4).toString(), 'PNG');
});

test('a snapshot that cannot be read is replaced, a named one is a mistake', async () => {
  await digest('now');
  const kept = join(folder, 'digests', 'default.json');
  writeFileSync(kept, '{"version":99}');
  const again = await digest('now');
  assert.match(again.err, /is not compared with/);
  assert.match(again.out, /first look/);
  writeFileSync(kept, '{"version":99}');
  const named = await digest(`now --since ${kept}`);
  assert.deepEqual([named.status, named.out], [2, '']);
  assert.match(named.err, /another form or version/);
});

for (const [words, says] of [
  ['now --format xml', /text, json or markdown/],
  ['tomorrow', /digest takes now/],
  ['now --chart a.jpg', /ends with \.png/],
  ['now --gateway other', /no gateway of that name; configured: default/],
  ['now --since /nowhere/at.json', /there is no such file/],
] as const)
  test(`digest ${words} is one sentence and status 2`, async () => {
    const { status, out, err } = await digest(words);
    assert.deepEqual([status, out], [2, '']);
    assert.match(err, says);
    assert.match(err, /^kongauth: [^\n]*\.\n$/);
  });

test('without metrics it says what to set, and still looks at the gateway', async () => {
  delete process.env.KONG_STATUS_URL;
  const { status, out } = await digest('now');
  assert.equal(status, 0);
  assert.match(out, /set KONG_STATUS_URL or PROMETHEUS_URL/);
  assert.match(out, /entities configured/);
});
