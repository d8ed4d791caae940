// doctor in Slack over both of its ways: to the asker alone, shared once, by command, mention and direct message.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Peer, startAdminApi } from '../support/admin-api-peer.ts';
import { click, command, directMessage, mention } from '../support/slack-payloads.ts';
import { type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';
import { composed } from '../support/slack-workspace.ts';

const SECRETS = ['web-key-1', 'prov123', 'c3ZjOmNoYW5nZW1l', 'hmacsecret', 'websecret0123456789abcdef'];

for (const mode of ['http', 'socket'] as const satisfies readonly Mode[]) {
  let scene: SlackScene;
  let peer: Peer;
  before(async () => {
    peer = await startAdminApi();
    scene = await SlackScene.open(mode, { KONG_ADMIN_URL: peer.url });
  });
  after(async () => {
    await scene?.close();
    await peer?.close();
  });
  const check = (name: string, run: () => Promise<void>): void => {
    test(`${mode}: ${name}`, { timeout: 60_000 }, async () => {
      await run();
      assert.deepEqual(scene.api.objections.splice(0), [], 'what Slack has against our messages');
      const all = scene.api.deliveries.map(readable).join('\n') + scene.bot.log();
      for (const secret of SECRETS) assert.ok(!all.includes(secret), secret);
    });
  };
  const ask = async (text: string): Promise<Delivery> => {
    const said = await command(scene.api, { person: 'ann', channel: scene.api.workspace.channels.incidents }, text);
    return await scene.deliverAndWait(said, `answer to ${text}`, ({ responseUrl }) => responseUrl === said.responseUrl);
  };

  check('a command is answered to the asker alone and shared once, with the whole as a file', async () => {
    const answer = await ask('doctor');
    assert.notEqual(answer.args.response_type, 'in_channel');
    assert.match(answer.text, /^Kong 3\.9\.3 at default: \d+ failed, \d+ could not look, \d+ passed\./);
    assert.match(readable(answer), /anonymous consumer ghost does not exist/);
    const { incidents } = scene.api.workspace.channels;
    const isShared = ({ how, channel }: Delivery): boolean => how === 'post' && channel === incidents;
    const shared = await scene.deliverAndWait(
      await click(scene.api, 'ann', answer, 'share_report'),
      'in the channel',
      isShared,
    );
    assert.match(readable(shared), /\d+ failed/);
    await scene.api.until('the file', () => scene.api.deliveries.some(({ content }) => content?.includes('## Failed')));
    const again = scene.api.deliveries.length;
    await scene.deliverAndWait(await click(scene.api, 'ann', answer, 'share_report'), 'a refusal', (one) =>
      /shared already/.test(readable(one)),
    );
    assert.equal(scene.api.deliveries.slice(again).filter(isShared).length, 0);
  });

  check('a route, an upgrade and a gateway are named behind it; other words get the usage', async () => {
    const narrow = await ask('doctor route hide to 3.14 for default');
    assert.match(narrow.text, /^Kong 3\.9\.3 at default, route hide, on the way to 3\.14: /);
    assert.match((await ask('doctor route nowhere')).text, /answered 404: there is none of that name/);
    assert.match((await ask('doctor for elsewhere')).text, /There is no gateway of that name/);
    assert.match((await ask('doctor consumer web <!channel>')).text, /doctor route NAME/);
  });

  check('a mention is answered to the asker alone, a direct message there', async () => {
    const { incidents } = scene.api.workspace.channels;
    const message = composed('doctor route two', undefined, { mention: true });
    const ts = await scene.api.workspace.post('ann', incidents, message);
    const said = mention(scene.api, { person: 'ann', channel: incidents }, { ts, message });
    const alone = await scene.deliverAndWait(said, 'answer to the mention', (one) => /failed/.test(one.text));
    assert.equal(alone.how, 'ephemeral');
    assert.match(alone.text, /jwt \(route\) and key-auth \(route\) meet/);
    const channel = await scene.api.workspace.directMessages('ann');
    const direct = composed('doctor');
    const sent = await scene.api.workspace.post('ann', channel, direct);
    const told = directMessage(scene.api, { person: 'ann', channel }, { ts: sent, message: direct });
    const there = await scene.deliverAndWait(
      told,
      'answer there',
      (one) => one.channel === channel && one.how === 'post',
    );
    assert.match(there.text, /could not look/);
  });
}
