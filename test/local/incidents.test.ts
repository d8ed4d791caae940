// The incidents of the local workspace: each paste has its cause first, and the gateway is broken as it tells.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Digest } from '../../src/digest/digest.ts';
import { digestNow } from '../../src/digest/now.ts';
import { examine } from '../../src/doctor/examine.ts';
import { AdminClient } from '../../src/kong/client.ts';
import { type SampleGateway, startSampleGateway } from '../../src/local/gateway.ts';
import { INCIDENTS } from '../../src/local/incidents/all.ts';
import type { Incident } from '../../src/local/incidents/incident.ts';
import { drawDigest } from '../../src/render/chart.ts';

const KEY = new Uint8Array(32);
const CAUSES = {
  'hidden-credentials': 'auth-header-not-forwarded',
  'wrong-secret': 'consumer-subset-failing',
  'cached-token': 'token-cache-stale',
  'client-auth-method': 'oidc-client-auth-method',
  'stale-data-plane': 'node-out-of-sync',
} as const;

function named(name: keyof typeof CAUSES): Incident {
  const found = INCIDENTS.find((incident) => incident.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

async function withGateway(look: (gateway: SampleGateway) => Promise<void>): Promise<void> {
  const gateway = await startSampleGateway(['U1']);
  try {
    await look(gateway);
  } finally {
    await gateway.close();
  }
}

/** Failed checks by name. */
async function failing({ settings }: SampleGateway): Promise<readonly string[]> {
  const client = new AdminClient(settings);
  try {
    const { results } = await examine(client, { key: KEY, now: Date.now(), gateway: settings });
    return [...new Set(results.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check))].sort();
  } finally {
    await client.close();
  }
}

test('every incident of the menu has its cause', () => {
  assert.deepEqual(INCIDENTS.map(({ name }) => name).sort(), Object.keys(CAUSES).sort());
});

for (const [name, cause] of Object.entries(CAUSES))
  test(`the paste of ${name} is diagnosed as ${cause}, and fits a message`, async () => {
    const now = Date.UTC(2026, 10, 25, 3, 12);
    const paste = named(name as keyof typeof CAUSES).paste(now, { issuer: 'http://localhost:4000/realms/acme' });
    const { prose, code = '', file } = paste;
    assert.ok(prose.length + code.length < 12_000);
    const inputs = [
      { source: 'message', bytes: `${prose}\n${code}` },
      ...(file === undefined ? [] : [{ source: file.name, bytes: file.content }]),
    ];
    const { findings } = await diagnose(inputs, { key: KEY, now });
    assert.equal(findings[0]?.cause, cause);
    assert.ok((findings[0]?.remedies.length ?? 0) > 0);
  });

test('the doctor finds what an incident broke, and not before', () =>
  withGateway(async (gateway) => {
    const before = await failing(gateway);
    for (const check of ['client-auth', 'data-planes']) assert.ok(!before.includes(check), before.join(', '));
    named('client-auth-method').happen(gateway);
    named('stale-data-plane').happen(gateway);
    const since = await failing(gateway);
    for (const check of ['client-auth', 'data-planes']) assert.ok(since.includes(check), since.join(', '));
  }));

test('a digest is quiet before an incident, names whom it hits after, and has its picture', () =>
  withGateway(async ({ settings, ...gateway }) => {
    const digest = async (): Promise<Digest> => (await digestNow(settings, { key: KEY, now: Date.now() })).digest;
    const failures = ({ items }: Digest): readonly string[] =>
      items.filter(({ kind }) => kind === 'failures').map(({ says }) => says);
    const before = await digest();
    assert.deepEqual(failures(before), []);
    assert.ok(
      before.figures.some((figure) => /^\d[\d,]{6,} requests/.test(figure)),
      before.figures.join(' '),
    );
    named('wrong-secret').happen({ settings, ...gateway });
    const after = await digest();
    assert.match(failures(after).join(' '), /orders. answers 401/);
    assert.equal(after.consumers[0]?.consumer, 'partner-acme');
    assert.match(drawDigest(after)?.alt ?? '', /orders/);
  }));
