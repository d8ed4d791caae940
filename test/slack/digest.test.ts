// digest now in Slack over both of its ways: a first look, then what changed since; to the asker alone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAdminApi } from '../support/admin-api-peer.ts';
import { command } from '../support/slack-payloads.ts';
import { type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery } from '../support/slack-web-api.ts';

for (const mode of ['http', 'socket'] as const satisfies readonly Mode[])
  test(`digest now over ${mode}`, { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kongauth-digest-'));
    const peer = await startAdminApi();
    const scene = await SlackScene.open(mode, { KONG_ADMIN_URL: peer.url, KONGAUTH_DATA: folder });
    const ask = async (text: string): Promise<Delivery> => {
      const said = await command(scene.api, { person: 'ann', channel: scene.api.workspace.channels.incidents }, text);
      return await scene.deliverAndWait(
        said,
        `answer to ${text}`,
        ({ responseUrl }) => responseUrl === said.responseUrl,
      );
    };
    try {
      const first = await ask('digest now');
      assert.notEqual(first.args.response_type, 'in_channel');
      assert.match(readable(first), /first (?:look|digest)/i, readable(first));
      const second = await ask('digest now for default');
      assert.doesNotMatch(readable(second), /first (?:look|digest)/i);
      assert.match(readable(await ask('digest schedule daily 09:00')), /keeps no schedules.*digest now/);
      assert.match(readable(await ask('digest tomorrow')), /Say `digest now`/);
      const seen = scene.api.deliveries.map(readable).join('\n') + scene.bot.log();
      for (const secret of ['web-key-1', 'hmacsecret', 'prov123']) assert.ok(!seen.includes(secret), secret);
      assert.deepEqual(scene.api.objections, []);
    } finally {
      await scene.close();
      await peer.close();
      rmSync(folder, { recursive: true });
    }
  });
