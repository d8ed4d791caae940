// What a digest says of the gateway itself: health, data planes, certificates, the doctor's checks; once, and again when urgent.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Digest, digestOf } from '../../src/digest/digest.ts';
import type { DigestSnapshot } from '../../src/digest/snapshot.ts';
import { GATEWAY } from '../../src/doctor/results.ts';
import { digestMessage, readDigestHandle } from '../../src/render/digest.ts';
import { judgeMessage } from '../support/block-kit-limits.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 25, 9);

function snapshot(parts: Partial<DigestSnapshot>, at = NOW): DigestSnapshot {
  return { version: 1, gateway: 'default', at, source: 'none', history: [], failures: [], notes: [], ...parts };
}

function digest(now: Partial<DigestSnapshot>, before: Partial<DigestSnapshot> = {}, at = NOW): Digest {
  return digestOf(snapshot(now, at), { previous: snapshot(before, at - DAY), baselines: {} });
}

const said = ({ items }: Digest): readonly string[] => items.map(({ says }) => says);

test('unhealthy targets are told with how many are left', () => {
  const targets = [
    { upstream: 'orders-up', target: '10.0.0.1:80', health: 'HEALTHY', weight: 100 },
    { upstream: 'orders-up', target: '10.0.0.2:80', health: 'UNHEALTHY', weight: 100 },
    { upstream: 'orders-up', target: '10.0.0.3:80', health: 'UNHEALTHY', weight: 0 },
    { upstream: 'other', target: 'a:80', health: 'DNS_ERROR' },
    { upstream: 'quiet', target: 'b:80', health: 'HEALTHCHECKS_OFF' },
  ];
  const made = digest({ targets });
  assert.deepEqual(said(made), [
    'Upstream `other`: 1 of 1 target is unhealthy.',
    'Upstream `orders-up`: 1 of 2 targets is unhealthy.',
  ]);
  assert.match(made.verdict, /^default: every target of upstream `other` is unhealthy, and 1 more thing\.$/);
  assert.match(digest({ targets }, { targets }).items[1]?.says ?? '', /as in the last digest/);
});

test('data planes of another configuration or version are out of sync; those that are gone are not', () => {
  const plane = (hostname: string, hash: string, more: object = {}) => ({
    hostname,
    configurationHash: hash,
    syncStatus: 'normal',
    lastSeen: NOW - 5000,
    ...more,
  });
  const dataPlanes = [
    plane('dp-1', 'aaa'),
    plane('dp-2', 'aaa'),
    plane('dp-3', 'bbb'),
    plane('dp-old', 'ccc', { lastSeen: NOW - DAY }),
    plane('dp-4', 'aaa', { syncStatus: 'kong_version_incompatible' }),
  ];
  const { items, figures } = digest({ dataPlanes });
  assert.equal(items.length, 1);
  assert.match(items[0]?.says ?? '', /^2 data planes are out of sync/);
  assert.match(
    items[0]?.details.join() ?? '',
    /`dp-3` \(another configuration\) and `dp-4` \(kong_version_incompatible\)/,
  );
  assert.match(figures.join(), /2 of 5 data planes in sync, 1 not seen lately/);
  assert.deepEqual(digest({ dataPlanes: [plane('dp-1', 'aaa'), plane('dp-2', 'aaa')] }).items, []);
});

test('a certificate is told at thirty, fourteen and seven days, and from then on daily', () => {
  const expires = NOW + 40 * DAY;
  const certificates = [{ name: 'api.example.com', id: 'c1', expires, isAuthority: false }];
  const days: number[] = [];
  for (let day = 0; day <= 41; day++)
    if (digest({ certificates }, { certificates }, NOW + day * DAY).items.length > 0) days.push(40 - day);
  assert.deepEqual(days, [30, 14, 7, 6, 5, 4, 3, 2, 1, 0, -1]);
  const first = digestOf(snapshot({ certificates }, NOW + 20 * DAY), { baselines: {} });
  assert.match(
    first.items[0]?.says ?? '',
    /^Certificate `api\.example\.com` expires in 20 days, at 4 Jan 09:00 UTC\.$/,
  );
  const late = digest({ certificates }, { certificates }, NOW + 41 * DAY);
  assert.match(late.verdict, /certificate `api\.example\.com` has expired\.$/);
});

const provider = { type: 'identity-provider', name: 'https://idp.example.com' };

test('a check that begins to fail is told once, with what to do', () => {
  const failing = {
    check: 'discovery',
    verdict: 'failed' as const,
    subject: provider,
    says: 'The provider was not reached.',
    advice: 'Check the firewall.',
  };
  const { items } = digest({ checks: [failing] }, { checks: [{ ...failing, verdict: 'passed' }] });
  assert.deepEqual(
    items.map(({ kind, says, details, diagnose }) => [kind, says, details, diagnose.type]),
    [
      [
        'identity-provider',
        'Identity provider `https://idp.example.com`: The provider was not reached.',
        ['Check the firewall.'],
        'identity-provider',
      ],
    ],
  );
  const lasting = digest({ checks: [failing] }, { checks: [failing] });
  assert.deepEqual(lasting.items, []);
  assert.match(lasting.figures.join(' '), /1 check failing/);
});

test('an identity provider with other keys has rotated them', () => {
  const providers = (...keyIds: string[]) => [{ name: 'https://idp.example.com', keyIds }];
  const { items } = digest({ providers: providers('b', 'c') }, { providers: providers('a', 'b') });
  assert.match(items[0]?.headline ?? '', /has rotated its keys$/);
  assert.match(items[0]?.details.join(' ') ?? '', /^New: `c`\. Gone: `a`; /);
  assert.deepEqual(digest({ providers: providers('b', 'a') }, { providers: providers('a', 'b') }).items, []);
});

test('a check of a part of the gateway is told with the name of that part', () => {
  const plane = {
    check: 'data-planes',
    verdict: 'failed' as const,
    subject: { type: 'gateway' as const, name: 'data plane dp-2' },
    says: 'It was last seen on 2026-11-24 at 09:00 UTC.',
  };
  const { items } = digest({ checks: [plane] }, { checks: [] });
  assert.equal(items[0]?.says, 'Data plane dp-2: It was last seen on 2026-11-24 at 09:00 UTC.');
  const whole = { ...plane, subject: GATEWAY, says: 'Nobody may log in.' };
  assert.equal(digest({ checks: [whole] }, { checks: [] }).items[0]?.says, 'Nobody may log in.');
});

test('many failing checks of a first look are one thing', () => {
  const checks = Array.from({ length: 9 }, (_, at) => ({
    check: 'sessions',
    verdict: 'failed' as const,
    subject: { type: 'plugin', name: `p${at}`, id: `${at}` },
    says: `Plugin ${at} is wrong.`,
  }));
  assert.deepEqual(said(digest({ checks })), [
    '9 checks of the configuration fail; `kongauth doctor` lists them with what to do.',
  ]);
  assert.deepEqual(digest({ checks }, { checks }).items, []);
});

test('every item has a button that leads back to it, also where there are many', () => {
  const targets = Array.from({ length: 40 }, (_, at) => ({
    upstream: `up-${at}`,
    target: 'a:80',
    health: 'UNHEALTHY',
  }));
  const made = digest({ targets });
  const { text, blocks, plain } = digestMessage(made, 'd1');
  for (const shape of [blocks, plain]) assert.deepEqual(judgeMessage({ text, blocks: shape }), judgeMessage({ text }));
  const values = [...JSON.stringify(blocks).matchAll(/"action_id":"diagnose_item".*?"value":"([^"]+)"/g)].map(
    ([, value]) => value,
  );
  assert.equal(values.length, 10);
  for (const [at, value] of values.entries())
    assert.deepEqual(readDigestHandle(value), { digest: 'd1', item: made.items[at]?.id });
  assert.equal(new Set(made.items.map(({ id }) => id)).size, 40);
  assert.ok(!JSON.stringify(plain).includes('button'));
  assert.match(JSON.stringify(plain), /30 more of less weight/);
  for (const value of ['', 'd1', 'd1:xyz', '<!channel>:0123456789ab', undefined])
    assert.equal(readDigestHandle(value), undefined);
});
