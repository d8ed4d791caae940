// Propose, approve, refuse, conflict and undo against a peer that keeps what is written; the trail read back.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Change, FieldValue, PluginChange } from '../../../src/diagnosis/remedies/change.ts';
import { KongauthError } from '../../../src/errors.ts';
import type { GatewaySettings } from '../../../src/gateway-settings.ts';
import { approve, reject } from '../../../src/kong/apply/approve.ts';
import type { ApproveParts } from '../../../src/kong/apply/decision.ts';
import { propose } from '../../../src/kong/apply/propose.ts';
import { KeptEntry, KeptProposal, type Proposal } from '../../../src/kong/apply/trail.ts';
import { undo } from '../../../src/kong/apply/undo.ts';
import { AdminClient } from '../../../src/kong/client.ts';
import { createKeptProposals } from '../../../src/store/approvals.ts';
import { openStore } from '../../../src/store/open.ts';
import { createKeptTrail } from '../../../src/store/trail.ts';
import { type Entity, gatewayAt } from '../../support/admin-api-peer.ts';
import { newDataFolder } from '../../support/data-folder.ts';
import {
  startWritableAdminApi,
  type WritableAdminApi,
  type WritableOptions,
} from '../../support/writable-admin-api.ts';

const KEY = new Uint8Array(32).fill(7);
const NOW = Date.parse('2026-11-25T03:00:00Z');
const ANNA = 'U0ANNA';
const BERT = 'U0BERT';
const ROUTE = { id: '0d0f2a3e-1111-4a4a-8a8a-000000000001', name: 'orders', paths: ['/orders'], tags: null };
const PLUGIN: Entity = {
  id: '0d0f2a3e-2222-4a4a-8a8a-000000000002',
  name: 'openid-connect',
  enabled: true,
  route: { id: ROUTE.id },
  service: null,
  consumer: null,
  tags: ['team-orders'],
  created_at: 1,
  updated_at: 2,
  config: { issuer: 'https://idp.example', client_auth: ['client_secret_basic'], cache_ttl: 3600, cache_ttl_max: null },
};
const CHANGE: PluginChange = {
  on: 'plugin',
  how: 'update',
  plugin: 'openid-connect',
  scope: { route: 'orders' },
  config: { client_auth: ['client_secret_post'], cache_ttl_max: 285 },
};

const dataFolder = await newDataFolder();
const database = await openStore({ dataFolder }, () => undefined);
after(async () => {
  await database.close();
  rmSync(dataFolder, { recursive: true });
});

interface Scene extends ApproveParts {
  readonly peer: WritableAdminApi;
  readonly gateway: GatewaySettings;
  readonly proposed: (change?: Change) => Promise<Proposal>;
  readonly refusal: (change: Change) => Promise<string>;
}

async function scene(
  t: TestContext,
  options: Partial<WritableOptions> = {},
  gateway: Partial<GatewaySettings> = {},
): Promise<Scene> {
  const peer = await startWritableAdminApi({ entities: { plugins: [PLUGIN], routes: [ROUTE] }, ...options });
  const settings = gatewayAt(peer.url, { approvers: [BERT, ANNA], ...gateway });
  const client = new AdminClient(settings, { bounds: { pause: 1, time: 2000 } });
  await database.run('delete from kongauth.trail');
  t.after(async () => {
    await client.close();
    await peer.close();
  });
  const proposals = createKeptProposals(database, KeptProposal);
  const made = (change: Change) =>
    propose(client, change, {
      gateway: settings,
      key: KEY,
      now: NOW,
      title: 'A fix',
      proposer: ANNA,
      channel: 'C0OPS',
    });
  return {
    peer,
    client,
    gateway: settings,
    allowWrite: true,
    key: KEY,
    proposals,
    trail: createKeptTrail(database, KeptEntry),
    now: NOW + 1000,
    async proposed(change = CHANGE) {
      const result = await made(change);
      assert.ok('proposal' in result, JSON.stringify(result));
      await proposals.put(result.proposal);
      return result.proposal;
    },
    async refusal(change) {
      const result = await made(change);
      assert.ok('refused' in result, JSON.stringify(result));
      assert.deepEqual(peer.writes(), []);
      return result.refused;
    },
  };
}

const pluginOf = ({ peer }: Scene): Entity => peer.entity('plugins', String(PLUGIN.id)) ?? {};

test('a proposal shows the diff of the live entity and changes nothing', async (t) => {
  const at = await scene(t);
  const { diff, subject, entity } = await at.proposed();
  assert.deepEqual(diff, [
    { field: 'config.client_auth', before: '["client_secret_basic"]', after: '["client_secret_post"]' },
    { field: 'config.cache_ttl_max', before: 'not set', after: '285' },
  ]);
  assert.equal(subject, 'the plugin openid-connect on the route orders');
  assert.equal(entity, PLUGIN.id);
  assert.deepEqual(at.peer.writes(), []);
  assert.ok(at.peer.calls.includes('POST /schemas/plugins/validate'), 'Kong is asked first');
});

test('a second person approves: written, read back, recorded, and undone', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  const applied = await approve(id, BERT, at);
  assert.equal(applied.state, 'applied', applied.says);
  assert.match(applied.says, /read back: it is as proposed/);
  assert.deepEqual(pluginOf(at).config, {
    ...(PLUGIN.config as Entity),
    client_auth: ['client_secret_post'],
    cache_ttl_max: 285,
  });
  const undone = await undo(id, BERT, at);
  assert.equal(undone.state, 'undone', undone.says);
  assert.deepEqual(pluginOf(at).config, PLUGIN.config);
  assert.deepEqual(at.peer.writes(), [`PATCH /plugins/${PLUGIN.id}`, `PATCH /plugins/${PLUGIN.id}`]);
  const entries = await at.trail.list('default', 10);
  assert.deepEqual(
    entries.map(({ what, who, proposal, at: when }) => ({ what, who, proposal, when })),
    [
      { what: 'undone', who: BERT, proposal: id, when: NOW + 1000 },
      { what: 'undoing', who: BERT, proposal: id, when: NOW + 1000 },
      { what: 'applied', who: BERT, proposal: id, when: NOW + 1000 },
      { what: 'applying', who: BERT, proposal: id, when: NOW + 1000 },
    ],
  );
  assert.deepEqual(
    entries[2]?.diff.map(({ field }) => field),
    ['config.client_auth', 'config.cache_ttl_max'],
  );
  assert.equal((await undo(id, BERT, at)).state, 'refused', 'once is enough');
});

test('nobody approves their own change, and no stranger does', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  assert.match((await approve(id, ANNA, at)).says, /second person/);
  assert.match((await approve(id, 'U0CARL', at)).says, /no approver/);
  assert.match((await approve(id, BERT, { ...at, allowWrite: false })).says, /KONGAUTH_ALLOW_WRITE/);
  assert.match((await approve('0'.repeat(16), BERT, at)).says, /no longer have/);
  assert.match((await approve(id, BERT, { ...at, now: NOW + 3_600_001 })).says, /more than an hour/);
  const other = gatewayAt(at.gateway.adminUrl, { name: 'staging', approvers: [BERT] });
  assert.match((await approve(id, BERT, { ...at, gateway: other })).says, /another gateway/);
  assert.deepEqual(at.peer.writes(), []);
  const tried = await at.trail.list('default', 10);
  assert.deepEqual(new Set(tried.map(({ what }) => what)), new Set(['refused']));
  assert.equal(tried.length, 5, 'who tried stands in the trail');
  assert.equal((await approve(id, BERT, at)).state, 'applied', 'a refusal decides nothing');
});

test('what changed meanwhile is a conflict that names the fields', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  at.peer.change('plugins', String(PLUGIN.id), { config: { cache_ttl: 60 } });
  const outcome = await approve(id, BERT, at);
  assert.equal(outcome.state, 'conflict');
  assert.match(outcome.says, /changed meanwhile \(`config\.cache_ttl`\); nothing was written/);
  assert.deepEqual(at.peer.writes(), []);
  assert.equal((await at.trail.list('default', 1))[0]?.what, 'conflict');
});

test('what changed after it was applied is not undone over', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  await approve(id, BERT, at);
  at.peer.change('plugins', String(PLUGIN.id), { enabled: false });
  const outcome = await undo(id, BERT, at);
  assert.equal(outcome.state, 'conflict');
  assert.match(outcome.says, /changed since it was applied \(`enabled`\); nothing was written/);
  assert.equal(pluginOf(at).enabled, false);
  at.peer.change('plugins', String(PLUGIN.id), { enabled: true });
  assert.equal((await undo(id, ANNA, at)).state, 'undone', 'with the way clear, an approver who proposed it may');
});

test('two who approve at once apply it once', async (t) => {
  const at = await scene(t, {}, { approvers: [BERT, 'U0CARL'] });
  const { id } = await at.proposed();
  const outcomes = await Promise.all([approve(id, BERT, at), approve(id, 'U0CARL', at)]);
  assert.deepEqual(outcomes.map(({ state }) => state).sort(), ['applied', 'refused']);
  assert.equal(at.peer.writes().length, 1);
});

test('a lost answer is told as unknown and never tried again; what the gateway then shows is told too', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  at.peer.fail('PATCH', { does: 'lost' });
  const outcome = await approve(id, BERT, at);
  assert.match(outcome.says, /may or may not have been done.* Read back: it was done, it is as proposed\./);
  assert.equal(outcome.state, 'applied');
  assert.equal(at.peer.writes().length, 1);
  assert.deepEqual(
    (await at.trail.list('default', 3)).map(({ what }) => what),
    ['applied', 'unknown', 'applying'],
  );
  at.peer.fail('PATCH', { does: 'lost' });
  const undone = await undo(id, BERT, at);
  assert.equal(undone.state, 'undone');
  assert.match(undone.says, /may or may not.* Read back: it was done\. The previous values are back/);
  assert.deepEqual(pluginOf(at).config, PLUGIN.config);
});

for (const does of ['cut', 502] as const)
  test(`a write that ends with ${does} and does not show is unknown, and its trail says so`, async (t) => {
    const at = await scene(t);
    const { id } = await at.proposed();
    at.peer.fail('PATCH', { does });
    const outcome = await approve(id, BERT, at);
    assert.equal(outcome.state, 'unknown');
    assert.match(outcome.says, /whether it was done|may or may not have been done/);
    assert.match(outcome.says, /does not read as proposed so far; look again/);
    assert.equal(at.peer.writes().length, 1);
    assert.equal((await at.trail.list('default', 1))[0]?.what, 'unknown');
    assert.match((await approve(id, BERT, at)).says, /decided already: unknown/);
  });

test('a creation whose answer is lost is found by the id that it was sent with', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed({ ...CHANGE, plugin: 'acl', how: 'create', config: { allow: ['gold'] } });
  at.peer.fail('POST', { does: 'lost' });
  assert.equal((await approve(id, BERT, at)).state, 'applied');
  at.peer.fail('DELETE', { does: 'cut' });
  const lost = await undo(id, BERT, at);
  assert.equal(lost.state, 'unknown');
  assert.match(lost.says, /does not read as before so far/);
  assert.equal((await undo(id, BERT, at)).state, 'undone', 'an undo may be tried again');
  assert.deepEqual(at.peer.list('plugins'), [PLUGIN]);
});

test('what is written and cannot be read back is applied, and can be undone', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  at.peer.fail('GET', { does: 500, after: 2, times: 3 });
  const outcome = await approve(id, BERT, at);
  assert.equal(outcome.state, 'applied');
  assert.match(outcome.says, /^Applied, as Kong answered; it could not be read back: /);
  at.peer.fail('GET', { does: 500, after: 1, times: 3 });
  const undone = await undo(id, BERT, at);
  assert.equal(undone.state, 'undone');
  assert.match(undone.says, /as Kong answered; it could not be read back/);
  assert.deepEqual(pluginOf(at).config, PLUGIN.config);
});

test('a gateway that does not answer, or a token that may not write, decides nothing', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  at.peer.fail('GET', { does: 500, times: 3 });
  const unread = await approve(id, BERT, at);
  assert.deepEqual([unread.state, unread.proposal?.state], ['failed', 'proposed']);
  at.peer.fail('PATCH', { does: 403 });
  const refused = await approve(id, BERT, at);
  assert.match(refused.says, /token may not change this; nothing was changed/);
  assert.equal((await approve(id, BERT, at)).state, 'applied');
  at.peer.fail('PATCH', { does: 403 });
  assert.equal((await undo(id, BERT, at)).proposal?.state, 'applied');
  assert.equal((await undo(id, BERT, at)).state, 'undone');
  assert.deepEqual(
    (await at.trail.list('default', 20)).map(({ what }) => what).filter((what) => !/ing$/.test(what)),
    ['undone', 'failed', 'applied', 'failed', 'failed'],
  );
});

test('what Kong refuses of a write is told by field, and ends the proposal', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  at.peer.fail('PATCH', { does: 409 });
  const outcome = await approve(id, BERT, at);
  assert.deepEqual([outcome.state, outcome.proposal?.state], ['failed', 'failed']);
  assert.match(outcome.says, /there is one like it already; nothing was changed/);
});

test('a written change whose record fails is told as done, with the gap in the record', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  let left = 1;
  const append: typeof at.trail.append = async (entry) => {
    if (left-- <= 0) throw new KongauthError('settings-invalid', 'The record cannot be written.');
    await at.trail.append(entry);
  };
  const outcome = await approve(id, BERT, { ...at, trail: { ...at.trail, append } });
  assert.equal(outcome.state, 'applied');
  assert.match(outcome.says, /as proposed\. The record cannot be written\./);
  assert.equal((await undo(id, BERT, at)).state, 'undone');
});

test('what cannot be recorded is not done', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  const append = async (): Promise<void> => {
    throw new KongauthError('settings-invalid', 'The record cannot be written.');
  };
  await assert.rejects(approve(id, BERT, { ...at, trail: { ...at.trail, append } }), /cannot be written/);
  assert.deepEqual(at.peer.writes(), []);
  assert.equal((await approve(id, BERT, at)).state, 'applied', 'once it can be recorded, it is');
});

test('turning down ends a proposal', async (t) => {
  const at = await scene(t);
  const { id } = await at.proposed();
  assert.equal((await reject(id, 'U0CARL', at)).state, 'refused');
  assert.equal((await reject(id, ANNA, at)).state, 'rejected');
  assert.match((await approve(id, BERT, at)).says, /decided already: rejected/);
  assert.deepEqual(at.peer.writes(), []);
});

test('what Kong itself refuses is known before anybody is asked', async (t) => {
  const at = await scene(t, { unknownFields: ['cache_ttl_max'] });
  assert.match(await at.refusal(CHANGE), /refuses the field config\.cache_ttl_max.*before anything was changed/);
});

test('DB-less, a controller, secrets, placeholders and other kinds of change are refused with the reason', async (t) => {
  const dbless = await scene(t, { database: 'off' });
  assert.match(await dbless.refusal(CHANGE), /without a database/);
  const tagged = (...tags: string[]) => ({ entities: { plugins: [{ ...PLUGIN, tags }], routes: [ROUTE] } });
  for (const [tag, owner] of [
    ['managed-by-ingress-controller', /ingress controller owns it/],
    ['k8s-namespace:orders', /ingress controller owns it/],
    ['managed-by:deck', /decK owns it/],
    ['managed-by-platform-pipeline', /another tool owns it/],
    ['acme:managed_by:deploys', /another tool owns it/],
    ['managedby=terraform', /Terraform owns it/],
    ['k8s-crd:plugin', /ingress controller owns it/],
  ] as const)
    assert.match(await (await scene(t, tagged('x', tag))).refusal(CHANGE), owner);
  const at = await scene(t);
  assert.match(await at.refusal({ ...CHANGE, config: { client_id: '<CLIENT_ID>' } }), /<CLIENT_ID> to fill in/);
  assert.match(
    await at.refusal({ ...CHANGE, config: { client_secret: ['another-secret'] } }),
    /client_secret is a secret/,
  );
  assert.match(await at.refusal({ ...CHANGE, config: { cache_ttl: 3600 } }), /Nothing would change/);
  assert.match(await at.refusal({ ...CHANGE, plugin: 'jwt' }), /No plugin jwt is there on the route orders/);
  assert.match(await at.refusal({ ...CHANGE, scope: {} }), /No plugin openid-connect is there for every request/);
  const credential: Change = { on: 'credential', type: 'jwt', consumer: 'x', how: 'create', fields: {} };
  assert.match(await at.refusal(credential), /Credentials hold secrets/);
  assert.match(await at.refusal({ on: 'setting', settings: { log_level: 'debug' } }), /setting of the nodes/);
  assert.match(await at.refusal({ on: 'node', method: 'DELETE', path: '/cache' }), /a call on one node/);
});

test('what is attached to something that a controller owns is not made from here', async (t) => {
  const route = { ...ROUTE, tags: ['managed-by-ingress-controller'] };
  const at = await scene(t, { entities: { plugins: [PLUGIN], routes: [route] } });
  const create: Change = { ...CHANGE, plugin: 'acl', how: 'create', config: { allow: ['gold'] } };
  assert.match(await at.refusal(create), /belongs to the route orders\. Its tag says that Kong's ingress controller/);
});

test('what can be known before is refused before: a twin, a plugin that is not enabled, a question without answer', async (t) => {
  const at = await scene(t, { notEnabled: ['acl'] });
  const create: Change = { ...CHANGE, how: 'create', config: { issuer: 'https://other.example' } };
  assert.match(await at.refusal(create), /There is a plugin openid-connect on the route orders already/);
  const acl: Change = { ...CHANGE, plugin: 'acl', how: 'create', config: { allow: ['gold'] } };
  assert.match(await at.refusal(acl), /not enabled on this gateway \(`plugins` in kong\.conf\)/);
  at.peer.fail('POST /schemas', { does: 'cut' });
  assert.match(await at.refusal(CHANGE), /did not answer whether it would take this change; nothing was changed/);
});

test('no secret of the entity comes into a diff, whatever the change empties', async (t) => {
  const config = { ...(PLUGIN.config as Entity), redis: { host: 'r', password: 's3cr3t-of-redis' } };
  const at = await scene(t, { entities: { plugins: [{ ...PLUGIN, config }], routes: [ROUTE] } });
  for (const redis of [null, {}, { password: null }, { password: 'n3w-s3cr3t' }] as const)
    assert.match(await at.refusal({ ...CHANGE, config: { redis } }), /config\.redis\.password is a secret/);
  const { diff } = await at.proposed({ ...CHANGE, config: { session_secret: '{vault://env/kong-session-secret}' } });
  assert.equal(diff[0]?.after, '"{vault://env/kong-session-secret}"', 'where a secret is to be found is none');
});

test('a target of an upstream is drained and put back', async (t) => {
  const upstream = { id: '0d0f2a3e-5555-4a4a-8a8a-000000000005', name: 'orders-up', tags: null };
  const target = {
    id: '0d0f2a3e-6666-4a4a-8a8a-000000000006',
    target: '10.0.0.7:8080',
    weight: 100,
    upstream: { id: upstream.id },
    tags: null,
  };
  const collection = `upstreams/${upstream.id}/targets`;
  const at = await scene(t, { entities: { upstreams: [upstream], [collection]: [target] } });
  const drain: Change = {
    on: 'target',
    upstream: 'orders-up',
    target: '10.0.0.7:8080',
    how: 'update',
    fields: { weight: 0 },
  };
  const { id, subject, diff } = await at.proposed(drain);
  assert.equal(subject, 'the target 10.0.0.7:8080 of the upstream orders-up');
  assert.deepEqual(diff, [{ field: 'weight', before: '100', after: '0' }]);
  assert.equal((await approve(id, BERT, at)).state, 'applied');
  assert.equal(at.peer.entity(collection, target.id)?.weight, 0);
  assert.equal((await undo(id, BERT, at)).state, 'undone');
  assert.equal(at.peer.entity(collection, target.id)?.weight, 100);
  const other = await scene(t, { entities: { upstreams: [upstream], [collection]: [] } });
  assert.match(await other.refusal(drain), /orders-up has no target 10\.0\.0\.7:8080/);
});

test('what Kong changes besides is told, after the change and after the undo', async (t) => {
  const config = { ...(PLUGIN.config as Entity), headers: { 'x-team': 'orders' } };
  const at = await scene(t, { entities: { plugins: [{ ...PLUGIN, config }], routes: [ROUTE] }, maps: ['headers'] });
  const { id } = await at.proposed({ ...CHANGE, config: { headers: { 'x-tier': 'gold' } } });
  assert.match((await approve(id, BERT, at)).says, /as proposed\. `config\.headers\.x-team` changed with it/);
  assert.match((await undo(id, BERT, at)).says, /reads back differently in `config\.headers\.x-team`; look at it/);
});

test('Konnect, which documents no PATCH, gets the whole entity with the fields in it', async (t) => {
  const at = await scene(t, { konnect: 'cp-1' }, { konnect: true, adminToken: 'kpat_1' });
  const { id } = await at.proposed();
  const applied = await approve(id, BERT, at);
  assert.match(applied.says, /read back: it is as proposed\.$/, applied.says);
  assert.deepEqual(pluginOf(at).config, {
    ...(PLUGIN.config as Entity),
    client_auth: ['client_secret_post'],
    cache_ttl_max: 285,
  });
  assert.deepEqual(at.peer.writes(), [`PUT /plugins/${PLUGIN.id}`]);
  assert.match((await undo(id, BERT, at)).says, /previous values are back/);
  assert.deepEqual(pluginOf(at).config, PLUGIN.config);
  assert.deepEqual([pluginOf(at).route, pluginOf(at).tags], [PLUGIN.route, PLUGIN.tags], 'the rest stays');
});

test('a plugin that is there twice needs an id', async (t) => {
  const twin = { ...PLUGIN, id: '0d0f2a3e-3333-4a4a-8a8a-000000000003' };
  const at = await scene(t, { entities: { plugins: [PLUGIN, twin], routes: [ROUTE] } });
  assert.match(await at.refusal(CHANGE), /There are 2 plugins/);
  assert.equal((await at.proposed({ ...CHANGE, id: String(twin.id) })).entity, twin.id);
});

test('a new plugin is created and deleted again; a deleted one comes back as it was', async (t) => {
  const at = await scene(t);
  const made = await at.proposed({ ...CHANGE, plugin: 'acl', how: 'create', config: { allow: ['gold'] } });
  assert.equal((await approve(made.id, BERT, at)).state, 'applied');
  const created = at.peer.list('plugins').find(({ name }) => name === 'acl');
  assert.deepEqual(created?.route, { id: ROUTE.id });
  assert.equal((await undo(made.id, BERT, at)).state, 'undone');
  assert.equal(at.peer.list('plugins').length, 1);
  const gone = await at.proposed({ ...CHANGE, how: 'delete', config: {} });
  assert.equal((await approve(gone.id, BERT, at)).state, 'applied');
  assert.equal(at.peer.list('plugins').length, 0);
  assert.equal((await undo(gone.id, BERT, at)).state, 'undone');
  const back = pluginOf(at);
  assert.deepEqual({ ...back, created_at: 1, updated_at: 2 }, PLUGIN);
});

test('a plugin with a secret is not deleted, since it could not come back', async (t) => {
  const config = { ...(PLUGIN.config as Entity), client_secret: ['s3cr3t-of-the-client'] };
  const at = await scene(t, { entities: { plugins: [{ ...PLUGIN, config }], routes: [ROUTE] } });
  assert.match(await at.refusal({ ...CHANGE, how: 'delete', config: {} }), /config\.client_secret is a secret/);
  const { id } = await at.proposed();
  const kept = JSON.stringify([
    await at.proposals.byId(id),
    await approve(id, BERT, at),
    await at.trail.list('default', 9),
  ]);
  assert.ok(!kept.includes('s3cr3t'), 'no secret is kept');
});

test('routes and services are changed by their fields', async (t) => {
  const at = await scene(t);
  const { id, subject } = await at.proposed({
    on: 'route',
    nameOrId: 'orders',
    how: 'update',
    fields: { paths: ['/v2'] },
  });
  assert.equal(subject, 'the route orders');
  assert.equal((await approve(id, BERT, at)).state, 'applied');
  assert.deepEqual(at.peer.entity('routes', ROUTE.id)?.paths, ['/v2']);
  assert.equal((await undo(id, BERT, at)).state, 'undone');
  assert.deepEqual(at.peer.entity('routes', ROUTE.id), {
    ...ROUTE,
    updated_at: at.peer.entity('routes', ROUTE.id)?.updated_at,
  });
});

test('undo of apply leaves any plugin as it was', async (t) => {
  const leaf = fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.constantFrom('a', 'b', 'openid'),
    fc.array(fc.constantFrom('x', 'y')),
  );
  const names = fc.constantFrom('one', 'two', 'three', 'four');
  const config = fc.dictionary(names, fc.oneof(leaf, fc.dictionary(names, leaf, { minKeys: 1 })), { minKeys: 1 });
  const at = await scene(t);
  await fc.assert(
    fc.asyncProperty(config, config, async (before, change) => {
      const entity: Entity = { ...PLUGIN, config: before };
      at.peer.change('plugins', String(PLUGIN.id), { config: null });
      at.peer.change('plugins', String(PLUGIN.id), entity);
      const result = await propose(
        at.client,
        { ...CHANGE, config: change as Record<string, FieldValue> },
        {
          gateway: at.gateway,
          key: KEY,
          now: NOW,
          title: 'Any',
          proposer: ANNA,
          channel: 'C0OPS',
        },
      );
      if ('refused' in result) return assert.match(result.refused, /Nothing would change/);
      await at.proposals.put(result.proposal);
      assert.equal((await approve(result.proposal.id, BERT, at)).state, 'applied');
      const undone = await undo(result.proposal.id, BERT, at);
      assert.equal(undone.state, 'undone');
      assert.match(undone.says, /previous values are back/);
      const set = (value: Entity): Entity =>
        JSON.parse(JSON.stringify(value, (_, inner) => (inner === null ? undefined : inner))) as Entity;
      assert.deepEqual(set(pluginOf(at).config as Entity), set(before as Entity));
    }),
    { numRuns: 150 },
  );
});
