// inspect and status in Slack over the wire, in both modes, against a peer of the Admin API: for the asker alone, then shared.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAdminApi } from '../../support/admin-api-peer.ts';
import { click, command, mention } from '../../support/slack-payloads.ts';
import { readable, SlackScene } from '../../support/slack-scene.ts';
import { composed } from '../../support/slack-workspace.ts';

const SECRETS = ['web-key-1', 'websecret0123456789abcdef', 'c3ZjOmNoYW5nZW1l', 'very-secret-token'];

for (const mode of ['http', 'socket'] as const)
  test(`${mode}: a live gateway is told to the asker alone, and shared once`, { timeout: 90_000 }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'kongauth-live-'));
    const config = join(folder, 'gateways.yaml');
    const peer = await startAdminApi({ token: 'very-secret-token' });
    const gateway = (name: string, more: string): string =>
      `  - { name: ${name}, admin_url: "${peer.url}", admin_token: very-secret-token${more} }\n`;
    writeFileSync(config, `gateways:\n${gateway('prod', '')}${gateway('closed', ', read: { people: [U0NOBODY1] }')}`);
    const scene = await SlackScene.open(mode, { KONGAUTH_CONFIG: config });
    t.after(async () => {
      await scene.close();
      await peer.close();
      rmSync(folder, { recursive: true });
    });
    const channel = scene.api.workspace.channels.incidents;
    const where = { person: 'ann', channel } as const;
    const ask = async (text: string) => {
      const said = await command(scene.api, where, text);
      const answer = await scene.deliverAndWait(said, text, ({ responseUrl }) => responseUrl === said.responseUrl);
      assert.notEqual(answer.args.response_type, 'in_channel', text);
      return answer;
    };
    const route = await ask('inspect route replace for prod');
    assert.match(readable(route), /auth-header-overwritten/);
    assert.match(readable(route), /request-transformer[^\n]*\(priority 801\), on the route replace/);
    assert.match(
      readable(await ask('inspect route <https://api.example.com/tpl/7|api.example.com/tpl/7>')),
      /matches the route tpl/,
    );
    assert.match(readable(await ask('inspect consumer web')), /fp:[0-9a-f]{8}/);
    assert.match(readable(await ask('status')), /Kong 3\.9\.3[\s\S]*orders-up/);
    assert.match(readable(await ask('inspect route nope')), /none of that name or id/);
    assert.match(readable(await ask('inspect route ../plugins')), /is a path/);
    assert.match(readable(await ask('inspect route tpl for closed')), /answers only certain people/);
    assert.match(readable(await ask('inspect')), /Say what to look at/);
    const isPosted = ({ how, channel: to }: { how: string; channel?: string }): boolean =>
      how === 'post' && to === channel;
    const shared = await scene.deliverAndWait(
      await click(scene.api, 'ann', route, 'share_report'),
      'the shared one',
      isPosted,
    );
    assert.match(readable(shared), /auth-header-overwritten/);
    const again = await click(scene.api, 'ann', route, 'share_report');
    assert.match(
      (await scene.deliverAndWait(again, 'a refusal', ({ text }) => /shared already/.test(text))).text,
      /shared/,
    );
    assert.equal(scene.api.deliveries.filter(isPosted).length, 1);
    const message = composed('inspect route tpl', undefined, { mention: true });
    const ts = await scene.api.workspace.post('ann', channel, message);
    const told = await scene.deliverAndWait(
      mention(scene.api, where, { ts, message }),
      'an ephemeral',
      ({ how }) => how === 'ephemeral',
    );
    assert.match(readable(told), /route tpl/);
    const all = scene.api.deliveries.map(readable).join('\n') + scene.bot.log();
    for (const secret of SECRETS) assert.ok(!all.includes(secret), secret);
    assert.deepEqual(scene.api.objections, []);
  });
