// Diagnoses that have looked at the gateway, in Slack, over the wire: who may, what comes back, and what when it fails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Fault, type Peer, startAdminApi } from '../support/admin-api-peer.ts';
import { click, command, mention, submission } from '../support/slack-payloads.ts';
import { isReplyIn, type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';
import { composed, type Person } from '../support/slack-workspace.ts';

const TOKEN = 'admin-token-qT5yLbV7cRm2pDf8';
/** What neither Slack nor the log may see. */
const SECRETS = [
  TOKEN,
  'web-key-1',
  'websecret0123456789abcdef',
  '64b31a3a221d19364c4d081017d1066fa0105b48',
  'hmacsecret',
];

/** A consumer that has no key, and a refused call of the route that wants one. */
const PASTE = `$ curl -s localhost:8001/consumers/partner-acme
{"id":"d3a55c5c-ea13-4e65-a1df-544cff63e268","username":"partner-acme","custom_id":null,"created_at":1795455411,"updated_at":1795455411,"tags":null}

10.1.2.3 - - [24/Nov/2026:03:00:00 +0000] "GET /key/7 HTTP/1.1" 401 26 "-" "curl/8.5.0" kong_request_id: "0293ac4135b8633692d0253b83eaaa59"`;
const CAUSE = 'credential-unknown';

/** Registers the tests for one way to reach the bot. */
export function liveTests(mode: Mode): void {
  let scene: SlackScene;
  let peer: Peer;
  const faults: Fault[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-live-'));
  before(async () => {
    peer = await startAdminApi({ token: TOKEN, faults });
    const file = join(folder, 'gateways.yaml');
    scene = await SlackScene.open(mode, { KONGAUTH_CONFIG: file, GATEWAY_TOKEN: TOKEN }, (api) => {
      const { channels, people } = api.workspace;
      writeFileSync(
        file,
        `gateways:
  - name: vault
    admin_url: ${peer.url}
    admin_token: \${GATEWAY_TOKEN}
    read: { channels: [${channels.ops}], people: [${people.bob}] }
  - name: edge
    admin_url: ${peer.url}
    admin_token: \${GATEWAY_TOKEN}
    read: { channels: [${channels.incidents}] }
  - name: gone
    admin_url: http://127.0.0.1:9
    read: { channels: [${channels.incidents}] }
`,
      );
    });
    await scene.untilReady();
  });
  after(async () => {
    await scene?.close();
    await peer?.close();
    rmSync(folder, { recursive: true });
  });

  const check = (name: string, run: () => Promise<void>): void => {
    test(`${mode}: ${name}`, { timeout: 60_000 }, async () => {
      faults.length = 0;
      await run();
      assert.deepEqual(scene.api.objections.splice(0), [], 'what Slack has against our messages');
      const seen = `${scene.api.deliveries.map(readable).join('\n')}\n${scene.bot.log()}`;
      for (const secret of SECRETS) assert.ok(!seen.includes(secret), `${secret} is seen`);
      assert.ok(!scene.api.deliveries.map(readable).join('\n').includes(peer.url), 'the Admin API’s address is seen');
    });
  };
  type Channel = 'incidents' | 'ops' | 'elsewhere';
  const says = async (person: Person, channel: Channel, text: string): Promise<Delivery> => {
    const said = await command(scene.api, { person, channel: scene.api.workspace.channels[channel] }, text);
    return scene.deliverAndWait(said, 'the answer', ({ responseUrl }) => responseUrl === said.responseUrl);
  };
  const mentioned = async (channel: Channel): Promise<Delivery> => {
    const where = { person: 'ann' as const, channel: scene.api.workspace.channels[channel] };
    const message = composed('why does this fail?', PASTE, { mention: true });
    const ts = await scene.api.workspace.post('ann', where.channel, message);
    return scene.deliverAndWait(mention(scene.api, where, { ts, message }), 'the reply', isReplyIn(ts));
  };
  const presses = async (person: Person, on: Delivery): Promise<Delivery> => {
    const pressed = await click(scene.api, person, on, 'check_live');
    return scene.deliverAndWait(
      pressed,
      'the answer to the button',
      ({ responseUrl }) => responseUrl === pressed.responseUrl,
    );
  };
  const isAlone = ({ how, args }: Delivery): boolean => how === 'respond' && args.response_type === 'ephemeral';

  check('diagnose --live looks at the gateway and answers the asker alone', async () => {
    const answer = await says('ann', 'incidents', `diagnose --live ${PASTE}`);
    assert.ok(isAlone(answer));
    const text = readable(answer);
    assert.match(text, new RegExp(CAUSE));
    assert.match(text, /consumer partner-acme has no credential/);
    assert.match(
      text,
      /Looked at live in the gateway edge: route key; service orders; consumer partner-acme; plugins key-auth/,
    );
  });

  check('the gateway is named by for NAME; another word is a part of the paste', async () => {
    const refused = await says('ann', 'incidents', `diagnose --live ${PASTE}\nfor vault`);
    assert.match(
      readable(refused),
      /paste alone, the gateway was not looked at\. The gateway vault answers only certain/,
    );
    assert.match(
      readable(await says('ann', 'ops', `diagnose --live for vault ${PASTE}`)),
      /Looked at live in the gateway vault/,
    );
    assert.match(
      readable(await says('bob', 'elsewhere', `diagnose --live ${PASTE}`)),
      /Looked at live in the gateway vault/,
    );
    assert.match(
      readable(await says('ann', 'incidents', `diagnose --live ${PASTE}\nfor nobody`)),
      /in the gateway edge/,
    );
  });

  check('the button judges again for the one who pressed, who may share it in the thread', async () => {
    const reply = await mentioned('incidents');
    assert.doesNotMatch(readable(reply), /has no credential for it/);
    const answer = await presses('bob', reply);
    assert.ok(isAlone(answer));
    assert.match(readable(answer), /Looked at live in the gateway (?:vault|edge)/);
    assert.match(readable(answer), /is now credential-unknown|likeliest cause is the same/);
    assert.match(readable(answer), /consumer partner-acme has no credential/);
    const inDeck = await click(scene.api, 'bob', answer, 'flavour', 'decK');
    const redrawn = await scene.deliverAndWait(
      inDeck,
      'the same in another notation',
      ({ responseUrl }) => responseUrl === inDeck.responseUrl,
    );
    assert.match(readable(redrawn), /Looked at live in the gateway/);
    const { incidents } = scene.api.workspace.channels;
    const shared = await scene.deliverAndWait(
      await click(scene.api, 'bob', { ...answer, channel: incidents }, 'share'),
      'the diagnosis in the thread',
      ({ how, channel }) => how === 'post' && channel === incidents,
    );
    assert.equal(shared.threadTs, reply.threadTs);
    assert.match(readable(shared), /consumer partner-acme has no credential/);
    assert.match(readable(shared), /Looked at live in the gateway/);
  });

  check('who may not read any gateway from there is told so in one sentence', async () => {
    const reply = await mentioned('ops');
    assert.match(readable(await presses('ann', reply)), /Looked at live in the gateway vault/);
    const said = await command(
      scene.api,
      { person: 'ann', channel: scene.api.workspace.channels.elsewhere },
      `diagnose ${PASTE}`,
    );
    const elsewhere = await scene.deliverAndWait(
      said,
      'the answer',
      ({ responseUrl }) => responseUrl === said.responseUrl,
    );
    const asked = peer.calls.length;
    const refused = await presses('ann', { ...elsewhere, channel: scene.api.workspace.channels.elsewhere });
    assert.match(readable(refused), /answers only certain people and channels/);
    assert.ok(isAlone(refused));
    assert.equal(peer.calls.length, asked, 'the gateway was asked');
  });

  check('the form asks the gateway that is chosen', async () => {
    const said = await command(
      scene.api,
      { person: 'ann', channel: scene.api.workspace.channels.incidents },
      'diagnose --live for edge',
    );
    const opened = await scene.deliverAndWait(
      said,
      'the form',
      ({ how, method }) => how === 'view' && method === 'views.open',
    );
    assert.match(JSON.stringify(opened.blocks), /"initial_option":\{[^}]*\{[^}]*"edge"/);
    const filled = await submission(scene.api, 'ann', opened, { text: PASTE, option: 'edge' });
    const answer = await scene.deliverAndWait(filled, 'the answer', ({ how, text }) => how !== 'view' && text !== '');
    assert.match(readable(answer), /Looked at live in the gateway edge/);
    assert.ok(isAlone(answer));
  });

  check('a gateway that cannot be reached or breaks in the middle: the paste alone, and why', async () => {
    const gone = await says('ann', 'incidents', `diagnose --live ${PASTE}\nfor gone`);
    assert.match(
      readable(gone),
      /gateway was not looked at\. Gateway gone: The Admin API was not reached: nothing listens there/,
    );
    assert.match(readable(gone), /check_live/);
    faults.push({ at: '/plugins', does: 500 }, { at: '/status', does: 'truncate' });
    const half = await says('ann', 'incidents', `diagnose --live ${PASTE}`);
    assert.match(
      readable(half),
      /Looked at live in the gateway edge: route key; service orders; consumer partner-acme/,
    );
    assert.match(readable(half), /GET \/plugins was answered 500: the node has a fault/);
    const reply = await mentioned('incidents');
    faults.push({ at: '/', does: 'reset' });
    const failed = await presses('ann', reply);
    assert.ok(isAlone(failed));
    assert.match(readable(failed), /Gateway edge: The Admin API was not reached: the connection/);
  });
}
