// A fix applied from Slack, over the wire: proposed, approved by a second person, undone; refusals and conflicts told.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { Entity } from '../support/admin-api-peer.ts';
import { click, command } from '../support/slack-payloads.ts';
import { type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';
import type { Person } from '../support/slack-workspace.ts';
import { startWritableAdminApi, type WritableAdminApi } from '../support/writable-admin-api.ts';

const PLUGIN_ID = '0d0f2a3e-2222-4a4a-8a8a-000000000002';
const SERVICE = {
  id: '0d0f2a3e-4444-4a4a-8a8a-000000000004',
  name: 'orders',
  host: 'orders.internal',
  protocol: 'http',
};
const ROUTE = {
  id: '0d0f2a3e-1111-4a4a-8a8a-000000000001',
  name: 'orders',
  paths: ['/orders'],
  protocols: ['http', 'https'],
  service: { id: SERVICE.id },
};
const PLUGIN: Entity = {
  id: PLUGIN_ID,
  name: 'key-auth',
  enabled: true,
  route: { id: ROUTE.id },
  tags: null,
  config: { key_names: ['apikey'], hide_credentials: true, anonymous: null },
};
/** Kong let it through, and the upstream misses what key-auth hides. */
const PASTE = `$ curl -i https://api.example.com/orders/7 -H "apikey: k-7c1f0aa9e2"
HTTP/1.1 401 Unauthorized
content-type: application/json
x-kong-upstream-latency: 12
x-kong-proxy-latency: 2
via: 1.1 kong/3.9.3

{"error":"missing authorization header"}`;

/** Registers the tests for one way to reach the bot. */
export function applyTests(mode: Mode): void {
  let scene: SlackScene;
  let peer: WritableAdminApi;
  let dbless: WritableAdminApi;
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-apply-'));
  const entities = { plugins: [PLUGIN], routes: [ROUTE], services: [SERVICE], consumers: [], upstreams: [] };
  before(async () => {
    peer = await startWritableAdminApi({ entities });
    dbless = await startWritableAdminApi({ entities, database: 'off' });
    const file = join(folder, 'gateways.yaml');
    const env = { KONGAUTH_CONFIG: file, KONGAUTH_ALLOW_WRITE: 'true', KONGAUTH_DATA: join(folder, 'data') };
    scene = await SlackScene.open(mode, env, (api) => {
      const { people } = api.workspace;
      const gateway = (name: string, url: string): string =>
        `  - { name: ${name}, admin_url: "${url}", write: { approvers: [${people.ann}, ${people.bob}] } }\n`;
      writeFileSync(file, `gateways:\n${gateway('edge', peer.url)}${gateway('files', dbless.url)}`);
    });
    await scene.untilReady();
  });
  beforeEach(() => peer.change('plugins', PLUGIN_ID, PLUGIN));
  after(async () => {
    await scene?.close();
    await peer?.close();
    await dbless?.close();
    rmSync(folder, { recursive: true });
  });

  const check = (name: string, run: () => Promise<void>): void => {
    test(`${mode}: ${name}`, { timeout: 60_000 }, async () => {
      await run();
      assert.deepEqual(scene.api.objections.splice(0), [], 'what Slack has against our messages');
      const seen = `${scene.api.deliveries.map(readable).join('\n')}\n${scene.bot.log()}`;
      assert.ok(!seen.includes('k-7c1f0aa9e2'), 'the key of the paste is seen');
      assert.ok(!scene.api.deliveries.map(readable).join('\n').includes(peer.url), 'the Admin API’s address is seen');
    });
  };
  const incidents = (): string => scene.api.workspace.channels.incidents;
  const presses = async (person: Person, on: Delivery, action: string): Promise<Delivery> => {
    const pressed = await click(scene.api, person, { ...on, channel: incidents() }, action);
    return scene.deliverAndWait(
      pressed,
      `the answer to ${action}`,
      ({ responseUrl }) => responseUrl === pressed.responseUrl,
    );
  };
  const diagnosed = async (gateway: string): Promise<Delivery> => {
    const said = await command(
      scene.api,
      { person: 'ann', channel: incidents() },
      `diagnose --live for ${gateway} ${PASTE}`,
    );
    return scene.deliverAndWait(said, 'the diagnosis', ({ responseUrl }) => responseUrl === said.responseUrl);
  };
  /** Up to the request in the channel. */
  const asked = async (): Promise<Delivery> => {
    const draft = await presses('ann', await diagnosed('edge'), 'apply');
    assert.equal(draft.args.response_type, 'ephemeral');
    assert.match(readable(draft), /config\.hide_credentials[\s\S]*from `?true`? to `?false/);
    assert.match(readable(draft), /Nothing is changed yet/);
    const after = scene.api.deliveries.length;
    await presses('ann', draft, 'ask_approval');
    return scene.api.delivery('the request', after, ({ how, channel }) => how === 'post' && channel === incidents());
  };
  const hides = (): unknown => (peer.entity('plugins', PLUGIN_ID)?.config as Entity | undefined)?.hide_credentials;

  check('a fix is shown, approved by a second person, read back and undone', async () => {
    const request = await asked();
    const { ann, bob } = scene.api.workspace.people;
    assert.match(readable(request), new RegExp(`<@${ann}> proposes this; <@${bob}> can approve it`));
    const own = await presses('ann', request, 'approve');
    assert.match(readable(own), /A second person has to approve this/);
    assert.equal(hides(), true, 'nothing is changed yet');
    const done = await presses('bob', request, 'approve');
    assert.equal(done.args.replace_original, true);
    assert.match(readable(done), /read back: it is as proposed/);
    assert.equal(hides(), false);
    const again = await presses('bob', request, 'approve');
    assert.match(readable(again), /decided already/);
    assert.match(readable(await presses('bob', done, 'undo')), /previous values are back/);
    assert.equal(hides(), true);
    const said = await command(scene.api, { person: 'ann', channel: incidents() }, 'status for edge');
    const status = await scene.deliverAndWait(
      said,
      'the status',
      ({ responseUrl }) => responseUrl === said.responseUrl,
    );
    assert.match(readable(status), /undone by `?U[\s\S]*the plugin key-auth on the route orders/, readable(status));
    const record = readFileSync(join(folder, 'data/audit.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Entity);
    assert.deepEqual(
      record.slice(0, 6).map(({ what, who }) => `${String(what)} ${who === bob ? 'bob' : 'ann'}`),
      ['proposed ann', 'refused ann', 'applying bob', 'applied bob', 'refused bob', 'undoing bob'],
    );
  });

  check('what changed meanwhile is not written over', async () => {
    const request = await asked();
    peer.change('plugins', PLUGIN_ID, { config: { key_names: ['x-api-key'] } });
    const outcome = await presses('bob', request, 'approve');
    assert.match(readable(outcome), /changed meanwhile \(`config\.key_names`\)/);
    assert.equal(hides(), true);
  });

  check('a rejected change is not made', async () => {
    const request = await asked();
    assert.match(readable(await presses('bob', request, 'reject')), /Rejected by <@U/);
    assert.match(readable(await presses('bob', request, 'approve')), /decided already: rejected/);
    assert.equal(hides(), true);
  });

  check('a gateway of files is not changed, and the reason is told', async () => {
    const refused = await presses('ann', await diagnosed('files'), 'apply');
    assert.match(readable(refused), /Not applied from here\. This node runs without a database/);
    assert.deepEqual(dbless.writes(), []);
  });
}
