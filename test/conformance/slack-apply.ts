// A fix applied from Slack, over the wire: proposed, approved by a second person, undone; refusals and conflicts told.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { KeptEntry } from '../../src/kong/apply/trail.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createKeptTrail } from '../../src/store/trail.ts';
import type { Entity } from '../support/admin-api-peer.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { click, command, submission } from '../support/slack-payloads.ts';
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
  let postgres: PostgresServer;
  let databaseUrl: string;
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-apply-'));
  const entities = { plugins: [PLUGIN], routes: [ROUTE], services: [SERVICE], consumers: [], upstreams: [] };
  before(async () => {
    peer = await startWritableAdminApi({ entities });
    dbless = await startWritableAdminApi({ entities, database: 'off' });
    postgres = await startPostgres();
    databaseUrl = await postgres.newDatabase();
    const file = join(folder, 'gateways.yaml');
    const env = { KONGAUTH_CONFIG: file, KONGAUTH_ALLOW_WRITE: 'true', DATABASE_URL: databaseUrl };
    scene = await SlackScene.open(mode, env, (api) => {
      const { people } = api.workspace;
      const gateway = (name: string, url: string, second: string): string =>
        `  - { name: ${name}, admin_url: "${url}", write: { approvers: [${people.ann}, ${second}] } }\n`;
      const gateways = [
        gateway('edge', peer.url, people.bob),
        gateway('files', dbless.url, people.bob),
        gateway('desk', peer.url, 'U0CLEO'),
        gateway('lone', peer.url, people.ann),
      ];
      writeFileSync(file, `gateways:\n${gateways.join('')}`);
    });
    await scene.untilReady();
  });
  beforeEach(() => peer.change('plugins', PLUGIN_ID, PLUGIN));
  after(async () => {
    await scene?.close();
    await peer?.close();
    await dbless?.close();
    await postgres?.close();
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
  const diagnosed = async (gateway: string, channel = incidents()): Promise<Delivery> => {
    const said = await command(scene.api, { person: 'ann', channel }, `diagnose --live for ${gateway} ${PASTE}`);
    return scene.deliverAndWait(said, 'the diagnosis', ({ responseUrl }) => responseUrl === said.responseUrl);
  };
  /** The form behind Apply fix, as it stands when the gateway was read. */
  const shown = async (on: Delivery, channel = incidents()): Promise<Delivery> => {
    const pressed = await click(scene.api, 'ann', { ...on, channel }, 'apply');
    return scene.deliverAndWait(pressed, 'the exact change', ({ method }) => method === 'views.update');
  };
  /** Up to the request in the channel. */
  const asked = async (gateway = 'edge'): Promise<Delivery> => {
    const form = await shown(await diagnosed(gateway));
    assert.match(readable(form), /config\.hide_credentials[\s\S]*Before: `true`[\s\S]*After: `false`/);
    assert.match(readable(form), /It has no tags; where decK syncs it all the same, change the file too/);
    assert.match(readable(form), /Nothing is changed yet[\s\S]*asked in this channel/);
    return scene.deliverAndWait(
      await submission(scene.api, 'ann', form, {}),
      'the request',
      ({ how, channel }) => how === 'post' && channel === incidents(),
    );
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
    const database = await openDatabase({ databaseUrl, dataFolder: '' });
    const record = await createKeptTrail(database, KeptEntry).list('edge', 100);
    await database.close();
    assert.deepEqual(
      record.slice(-6).map(({ what, who }) => `${what} ${who === bob ? 'bob' : 'ann'}`),
      ['undoing bob', 'refused bob', 'applied bob', 'applying bob', 'refused ann', 'proposed ann'],
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

  check('an undo that somebody is in the way of is told, and works once the way is clear', async () => {
    const done = await presses('bob', await asked(), 'approve');
    peer.change('plugins', PLUGIN_ID, { enabled: false });
    const conflict = await presses('bob', done, 'undo');
    assert.equal(conflict.args.response_type, 'ephemeral');
    assert.equal(conflict.args.replace_original, false, 'the message keeps its button');
    assert.match(readable(conflict), /changed since it was applied \(`enabled`\); nothing was written/);
    peer.change('plugins', PLUGIN_ID, { enabled: true });
    assert.match(readable(await presses('bob', done, 'undo')), /previous values are back/);
    assert.equal(hides(), true);
  });

  check('a lost answer is told as unknown, with what the gateway shows', async () => {
    const request = await asked();
    peer.fail('PATCH', { does: 'cut' });
    const outcome = await presses('bob', request, 'approve');
    assert.match(
      readable(outcome),
      /Outcome unknown[\s\S]*may or may not have been done[\s\S]*does not read as proposed/,
    );
    assert.match(readable(await presses('bob', request, 'approve')), /decided already: unknown/);
  });

  check('who is no approver is told so, and nothing is changed', async () => {
    const request = await asked('desk');
    const refused = await presses('bob', request, 'approve');
    assert.equal(refused.args.response_type, 'ephemeral');
    assert.match(readable(refused), /You are no approver of the gateway desk/);
    assert.equal(hides(), true);
  });

  check('a gateway of files is not changed: the reason is told, with the snippet for the file', async () => {
    const refused = await shown(await diagnosed('files'));
    assert.match(readable(refused), /Not applied from here\. This node runs without a database/);
    assert.match(readable(refused), /hide_credentials: false/, 'as decK writes it');
    assert.deepEqual(dbless.writes(), []);
  });

  check('what a controller owns is not changed: the reason is told, with its manifest', async () => {
    peer.change('plugins', PLUGIN_ID, { tags: ['managed-by-ingress-controller', 'k8s-kind:KongPlugin'] });
    const refused = await shown(await diagnosed('edge'));
    assert.match(readable(refused), /Not applied from here\. Its tag says that Kong's ingress controller owns it/);
    assert.match(readable(refused), /kind: KongPlugin/);
    assert.equal(hides(), true);
  });

  check(
    'in a channel that the bot is not in, and in a direct message, approval is asked for all the same',
    async () => {
      const { channels, people } = scene.api.workspace;
      const form = await shown(await diagnosed('edge', channels.elsewhere), channels.elsewhere);
      const request = await scene.deliverAndWait(
        await submission(scene.api, 'ann', form, {}),
        'the request',
        ({ how, channel }) => how === 'respond' && channel === channels.elsewhere,
      );
      assert.equal(request.args.response_type, 'in_channel');
      assert.match(readable(request), new RegExp(`<@${people.bob}> can approve it`));
      const direct = `D${people.ann.slice(1)}`;
      const alone = await shown(await diagnosed('edge', direct), direct);
      assert.match(readable(alone), /Each approver of this gateway is asked in a direct message/);
      const sent = await scene.deliverAndWait(
        await submission(scene.api, 'ann', alone, {}),
        'the request to the approver',
        ({ how, channel }) => how === 'post' && channel === people.bob,
      );
      const done = await presses('bob', sent, 'approve');
      assert.match(readable(done), /read back: it is as proposed/);
      await scene.api.delivery(
        'the outcome for who proposed it',
        0,
        ({ how, channel, text }) =>
          how === 'post' && channel === people.ann && /read back: it is as proposed/.test(text),
      );
    },
  );

  check('the form is there at once, and a reason is told even when it was closed', async () => {
    const after = scene.api.deliveries.length;
    scene.api.fail('views.update', { error: 'not_found' });
    const told = await presses('ann', await diagnosed('files'), 'apply');
    assert.match(readable(told), /Not applied from here\. This node runs without a database/);
    const opened = scene.api.deliveries.slice(after).find(({ method }) => method === 'views.open');
    assert.match(opened === undefined ? '' : readable(opened), /Reading the gateway `files`/);
  });

  check('who would be the only one to approve is told so before anything is read', async () => {
    const diagnosis = await diagnosed('lone');
    const asked = peer.calls.length;
    assert.match(readable(await presses('ann', diagnosis, 'apply')), /You are the only approver of the gateway lone/);
    assert.equal(peer.calls.length, asked);
  });
}
