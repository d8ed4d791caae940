// The running bot over Socket Mode: its main surfaces, reconnects, redelivery, refused connections, its end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { surfaceTests } from '../conformance/slack-surfaces.ts';
import { UPSTREAM } from '../support/slack-pastes.ts';
import { command } from '../support/slack-payloads.ts';
import { SlackScene } from '../support/slack-scene.ts';

surfaceTests('socket', 'main');

async function scenes(run: (scene: SlackScene) => Promise<void>): Promise<void> {
  const scene = await SlackScene.open('socket');
  try {
    await run(scene);
  } finally {
    await scene.close();
  }
}

async function askHelp(scene: SlackScene): Promise<void> {
  const where = { person: 'ann', channel: scene.api.workspace.channels.incidents } as const;
  const said = await command(scene.api, where, 'help');
  await scene.deliverAndWait(said, 'help', ({ responseUrl }) => responseUrl === said.responseUrl);
}

test('socket: it comes back after each kind of disconnect, and readiness tells', { timeout: 90_000 }, () =>
  scenes(async (scene) => {
    for (const end of ['refresh', 'drop', 'refused'] as const) {
      if (end === 'refused') scene.sockets.refuse(2);
      if (end === 'refresh') scene.sockets.disconnect();
      else scene.sockets.drop();
      await scene.sockets.untilConnected(1, 30_000);
      await scene.api.until('ready', async () => (await scene.bot.ready()) === 200);
      await askHelp(scene);
    }
    assert.deepEqual(scene.sockets.strayAcks, []);
  }),
);

test('socket: readiness is gone while the socket is', { timeout: 60_000 }, () =>
  scenes(async (scene) => {
    scene.sockets.refuse(1000);
    scene.sockets.drop();
    await scene.api.until('not ready', async () => (await scene.bot.ready()) === 503);
    assert.equal((await fetch(`${scene.bot.url}/healthz`)).status, 200);
    scene.sockets.refuse(0);
    await scene.api.until('ready again', async () => (await scene.bot.ready()) === 200, 40_000);
  }),
);

for (const error of ['invalid_auth', 'account_inactive', 'token_revoked'])
  test(`socket: ${error} at the reconnect ends the process with a clear line`, { timeout: 60_000 }, () =>
    scenes(async (scene) => {
      scene.api.fail('apps.connections.open', { error, times: 1000 });
      scene.sockets.disconnect();
      const { code } = await scene.bot.ended(30_000);
      assert.ok(code !== null && code !== 0, `ended with ${code}`);
      assert.match(scene.bot.log(), new RegExp(error));
    }),
  );

test(
  'socket: what is in flight at SIGTERM is answered, then the process ends within ten seconds',
  { timeout: 60_000 },
  () =>
    scenes(async (scene) => {
      const where = { person: 'ann', channel: scene.api.workspace.channels.incidents } as const;
      scene.api.fail('response_url', { delayMs: 1500 });
      const said = await command(scene.api, where, `diagnose ${UPSTREAM.text}`);
      await scene.deliver(said);
      scene.bot.signal('SIGTERM');
      const { code, ms } = await scene.bot.ended(15_000);
      assert.equal(code, 0);
      assert.ok(ms < 10_000, `${ms} ms`);
      assert.ok(
        scene.api.deliveries.some(({ responseUrl }) => responseUrl === said.responseUrl),
        'the answer was lost',
      );
    }),
);
