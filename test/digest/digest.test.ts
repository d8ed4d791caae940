// Two weeks of a gateway, a digest a day: what changed is named, and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Digest, makeDigest } from '../../src/digest/digest.ts';
import { type DigestSnapshot, readDigestSnapshot } from '../../src/digest/snapshot.ts';
import { DigestJson, digestJson, digestMarkdown, digestMessage, digestText } from '../../src/render/digest.ts';
import { HOSTILE } from '../conformance/renderer.ts';
import { type Entity, gatewayAt, type Peer, recordedList, startAdminApi } from '../support/admin-api-peer.ts';
import { judgeMessage } from '../support/block-kit-limits.ts';
import { type Change, type Exporter, metricsText, ROUTES, startExporter, trafficOf } from '../support/kong-traffic.ts';

const KEY = new Uint8Array(32).fill(7);
const START = Date.UTC(2026, 10, 2);
const HOUR = 3_600_000;
const DAYS = 15;

let exporter: Exporter;
let admin: Peer;
const lists: Record<string, Entity[]> = {};
before(async () => {
  exporter = await startExporter();
  admin = await startAdminApi({ lists });
});
after(async () => {
  await exporter.close();
  await admin.close();
});

/** Digests of every midnight; the last one is what a test looks at. */
async function fortnight(
  seed: number,
  changes: readonly Change[],
  options: { readonly restart?: number; readonly onDay?: (day: number) => void } = {},
): Promise<{ readonly digest: Digest; readonly snapshots: readonly DigestSnapshot[]; readonly quiet: number }> {
  const series = trafficOf(seed, DAYS * 24, changes);
  const gateway = gatewayAt(admin.url, { statusUrl: exporter.url });
  const snapshots: DigestSnapshot[] = [];
  let digest: Digest | undefined;
  let quiet = 0;
  for (let day = 0; day < DAYS; day++) {
    const hour = day * 24 + 23;
    const { restart } = options;
    exporter.text = metricsText(series, hour, restart !== undefined && hour > restart ? restart : -1);
    options.onDay?.(day);
    const [previous, lastWeek] = [snapshots.at(-1), snapshots.at(-7)];
    const made = await makeDigest(gateway, {
      now: START + (hour + 1) * HOUR,
      key: KEY,
      ...(previous === undefined ? {} : { previous }),
      ...(lastWeek === undefined ? {} : { lastWeek }),
    });
    // As it comes out of a store.
    snapshots.push(readDigestSnapshot(JSON.stringify(made.snapshot)));
    digest = made.digest;
    if (digest.isQuiet) quiet++;
  }
  assert.ok(digest !== undefined);
  return { digest, snapshots, quiet };
}

const LAST_DAY = (DAYS - 1) * 24;
const THREE: readonly Change[] = [
  { route: 'orders-list', fromHour: LAST_DAY + 6, failures: [{ status: 401, source: 'kong', share: 0.05 }] },
  {
    route: 'pay',
    fromHour: LAST_DAY + 2,
    consumer: 'partner-acme',
    failures: [{ status: 403, source: 'service', share: 0.9 }],
  },
  { route: 'nightly', fromHour: LAST_DAY, hourly: 0.2 },
];

for (const seed of [1, 2, 3, 4, 5])
  test(`three things changed on the last day: they are named and nothing else (seed ${seed})`, async () => {
    const { digest } = await fortnight(seed, THREE);
    const about = digest.items.map(({ kind, diagnose }) =>
      `${kind} ${diagnose.type} ${diagnose.name} ${diagnose.status ?? ''}`.trim(),
    );
    assert.deepEqual(about.sort(), [
      'failures route orders-list 401',
      'failures route pay 403',
      'traffic route nightly',
    ]);
    const said = digestText(digest, 100);
    assert.match(said, /`partner-acme` gets [\d,]+ of the [\d,]+ failures/);
    assert.match(said, /Kong itself answers them/);
    assert.match(said, /The upstream answers them/);
    assert.match(digest.verdict, /, and 2 more things\.$/);
  });

for (const seed of [11, 12, 13])
  test(`a quiet fortnight is quiet every day, in three lines (seed ${seed})`, async () => {
    const { digest, quiet } = await fortnight(seed, []);
    assert.equal(quiet, DAYS - 1, JSON.stringify(digest.items.map(({ says }) => says)));
    assert.equal(digestText(digest, 200).trimEnd().split('\n').length, 3, digestText(digest, 200));
  });

test('the first look says so', async () => {
  exporter.text = metricsText(trafficOf(1, 24), 23);
  const { digest } = await makeDigest(gatewayAt(admin.url, { statusUrl: exporter.url }), { now: START, key: KEY });
  assert.ok(digest.isFirst && !digest.isQuiet);
  assert.match(digest.verdict, /first look/);
  assert.match(digest.figures.join(' '), /since the node started/);
});

test('a failure that lasts is told again, and then its end', async () => {
  const failures: Change['failures'] = [{ status: 401, source: 'kong', share: 0.08 }];
  const lasting = { route: 'orders-list', fromHour: LAST_DAY - 24, failures };
  const { digest } = await fortnight(21, [lasting]);
  assert.match(digest.items[0]?.says ?? '', /still answers 401 to/);
  const ended = await fortnight(22, [
    lasting,
    { route: 'orders-list', fromHour: LAST_DAY, failures: ROUTES[0]?.failures ?? [] },
  ]);
  assert.deepEqual(
    ended.digest.items.map(({ says }) => / has recovered: /.test(says)),
    [true],
  );
});

test('a node that restarts within the period is no change', async () => {
  const { digest } = await fortnight(31, [], { restart: LAST_DAY + 1 });
  assert.deepEqual(digest.items, []);
  assert.match(digest.notes.join(' '), /began to count anew/);
});

test('new and removed services are changes of the configuration, not of the traffic', async () => {
  const services = recordedList('services');
  const [first] = services;
  lists['/services'] = [...services, { ...first, id: '11111111-2222-4333-8444-555555555555', name: 'reports' }];
  const { digest } = await fortnight(41, [{ route: 'nightly', fromHour: LAST_DAY, hourly: 0 }], {
    onDay: (day) => {
      if (day === DAYS - 1)
        lists['/services'] = [...services, { ...first, id: '99999999-2222-4333-8444-555555555555', name: 'fresh' }];
    },
  });
  delete lists['/services'];
  assert.deepEqual(
    digest.items.map(({ says }) => says),
    ['Services added: `fresh`; removed: `reports`.'],
  );
});

test('what cannot be reached is the first thing that is said, and the rest is said all the same', async () => {
  const series = trafficOf(51, 48);
  exporter.text = metricsText(series, 23);
  const gateway = gatewayAt('http://127.0.0.1:9', { statusUrl: exporter.url });
  const { digest, snapshot } = await makeDigest(gateway, { now: START, key: KEY });
  assert.equal(digest.items[0]?.kind, 'unreadable');
  assert.match(digest.verdict, /the Admin API cannot be read/);
  assert.ok((snapshot.traffic?.requests.length ?? 0) > 0);
  exporter.status = 404;
  const without = await makeDigest(gatewayAt(admin.url, { statusUrl: exporter.url }), { now: START, key: KEY });
  exporter.status = 200;
  assert.match(without.digest.items[0]?.says ?? '', /enable the prometheus plugin/);
  assert.ok((without.snapshot.configuration?.entities.length ?? 0) > 0);
});

test('a plugin’s change is a diff, a changed secret says only that it changed', async () => {
  const plugins = recordedList('plugins');
  const secret = 'S3cr3t-of-the-client-0815';
  const oidc: Entity = {
    id: '5b1f3c1e-1111-4222-8333-444444444444',
    name: 'openid-connect',
    enabled: true,
    route: null,
    service: null,
    consumer: null,
    config: { client_secret: [secret], scopes: ['openid'], cache_ttl: 3600 },
  };
  lists['/plugins'] = [...plugins, oidc];
  const gateway = gatewayAt(admin.url);
  const first = await makeDigest(gateway, { now: START, key: KEY });
  lists['/plugins'] = [
    ...plugins,
    { ...oidc, config: { client_secret: ['another-Secret-4711'], scopes: ['openid'], cache_ttl: 60 } },
  ];
  const second = await makeDigest(gateway, { now: START + HOUR, key: KEY, previous: first.snapshot });
  delete lists['/plugins'];
  const [change] = second.digest.items;
  assert.equal(change?.diagnose.type, 'plugin');
  assert.match(change?.says ?? '', /^Plugin `openid-connect` \(global\) was changed/);
  assert.ok(change?.details.includes('`config.cache_ttl`: `3600` → `60`.'), JSON.stringify(change));
  assert.ok(change?.details.includes('`config.client_secret`: changed (a secret).'), JSON.stringify(change));
  const everything = JSON.stringify([first.snapshot, second.snapshot, digestJson(second.digest)]);
  for (const hidden of [secret, 'another-Secret-4711']) assert.ok(!everything.includes(hidden));
});

test('with another key secrets do not look changed', async () => {
  const gateway = gatewayAt(admin.url);
  const first = await makeDigest(gateway, { now: START, key: KEY });
  const second = await makeDigest(gateway, {
    now: START + HOUR,
    key: new Uint8Array(32).fill(9),
    previous: first.snapshot,
  });
  assert.deepEqual(second.digest.items, []);
});

test('no secret of the gateway stands in a snapshot', async () => {
  const credentials = [
    'consumers_web_key-auth',
    'consumers_web_basic-auth',
    'consumers_web_jwt',
    'consumers_mobile_hmac-auth',
  ];
  const collections = ['/key-auths', '/basic-auths', '/jwts', '/hmac-auths'];
  const secrets: string[] = [];
  for (const [at, name] of credentials.entries()) {
    const list = recordedList(name);
    lists[collections[at] ?? ''] = list;
    for (const one of list)
      for (const field of ['key', 'password', 'secret'])
        if (!(name.includes('jwt') && field === 'key') && typeof one[field] === 'string') secrets.push(one[field]);
  }
  const { snapshot } = await makeDigest(gatewayAt(admin.url), { now: START, key: KEY });
  for (const collection of collections) delete lists[collection];
  assert.ok(secrets.length >= 4, `only ${secrets.length} secrets`);
  const text = JSON.stringify(snapshot);
  for (const secret of secrets) assert.ok(!text.includes(secret), `a secret of ${secret.length} characters`);
});

test('hostile names stay text in every rendering', async () => {
  const routes = ROUTES.map((route) =>
    route.route === 'orders-list'
      ? { ...route, service: HOSTILE, route: `${HOSTILE}\u001b[2J\u202e`, consumers: { [HOSTILE]: 1 } }
      : route,
  );
  const [first] = routes;
  assert.ok(first !== undefined);
  const series = trafficOf(
    61,
    48,
    [{ route: first.route, fromHour: 24, failures: [{ status: 401, source: 'service', share: 0.5 }] }],
    routes,
  );
  const gateway = gatewayAt('http://127.0.0.1:9', { statusUrl: exporter.url });
  exporter.text = metricsText(series, 0);
  const one = await makeDigest(gateway, { now: START, key: KEY });
  exporter.text = metricsText(series, 23);
  const two = await makeDigest(gateway, { now: START + 24 * HOUR, key: KEY, previous: one.snapshot });
  exporter.text = metricsText(series, 47);
  const { digest } = await makeDigest(gateway, { now: START + 48 * HOUR, key: KEY, previous: two.snapshot });
  assert.ok(digest.items.some(({ kind, diagnose }) => kind === 'failures' && diagnose.name.startsWith('<!channel>')));
  DigestJson.parse(digestJson(digest));
  const { text, blocks, plain } = digestMessage(digest, 'abcdef012345');
  for (const shape of [blocks, plain]) {
    const { refused, unsafe } = judgeMessage({ text, blocks: shape });
    assert.deepEqual([...refused, ...unsafe], []);
  }
  const markdown = digestMarkdown(digest);
  for (const rendered of [digestText(digest, 100), markdown, JSON.stringify(digestMessage(digest, 'abcdef012345'))])
    for (const unseen of ['\u001b', '\u202e', '\\u001b', '\\u202e']) assert.ok(!rendered.includes(unseen));
  // In a code span nothing is read as markup or a mention.
  const outside = markdown.replace(/`[^`\n]*`/g, '');
  assert.ok(!outside.includes('](http') && !/@here|<!channel>|<b>/.test(outside), outside);
});
