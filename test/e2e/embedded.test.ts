// The bot and its embedded database: either of the two processes is killed, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { Incoming } from '../../src/local/payloads.ts';
import { type Fault, startAdminApi } from '../support/admin-api-peer.ts';
import { type BotProcess, startBot } from '../support/bot-process.ts';
import { childrenOf, noChildren as skip } from '../support/child-processes.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { SlackDriver } from '../support/slack-driver.ts';
import { command } from '../support/slack-payloads.ts';
import { isProgress, readable } from '../support/slack-scene.ts';
import { type Delivery, type SlackWebApi, startSlackWebApi } from '../support/slack-web-api.ts';

interface Stage {
  readonly slack: SlackWebApi;
  readonly faults: Fault[];
  /** Starts a bot on the one folder. */
  readonly start: () => Promise<BotProcess>;
  /** Asks a bot what the gateway says about a service. */
  readonly ask: (bot: BotProcess) => Promise<Incoming & { readonly responseUrl: string }>;
  readonly answerTo: (asked: { readonly responseUrl: string }) => Promise<Delivery>;
}

async function stage(context: TestContext): Promise<Stage> {
  const faults: Fault[] = [];
  const [kong, slack, folder] = await Promise.all([startAdminApi({ faults }), startSlackWebApi(), newDataFolder()]);
  const bots: BotProcess[] = [];
  context.after(async () => {
    for (const bot of bots) await bot.stop();
    await slack.close();
    await kong.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    slack,
    faults,
    async start() {
      const bot = await startBot(slack, 'http', { KONGAUTH_DATA: folder, KONG_ADMIN_URL: kong.url });
      bots.push(bot);
      await bot.untilReady();
      return bot;
    },
    async ask(bot) {
      const where = { person: 'ann', channel: slack.workspace.channels.incidents } as const;
      const said = await command(slack, where, 'inspect service orders');
      const driver = new SlackDriver(bot.url);
      assert.equal((await driver.deliver(said)).status, 200);
      driver.close();
      return said;
    },
    answerTo: ({ responseUrl }) =>
      slack.delivery('the answer', 0, (one) => one.responseUrl === responseUrl && !isProgress(one), 60_000),
  };
}

test('a bot that is killed and started again at once answers what it had acknowledged', async (context) => {
  const { slack, faults, start, ask, answerTo } = await stage(context);
  const bot = await start();
  const stall: Fault = { at: '/services/orders', does: 'stall', times: 1 };
  faults.push(stall);
  const asked = await ask(bot);
  await slack.until('the question at the gateway', () => stall.times === 0);
  bot.signal('SIGKILL');
  const next = await start();
  assert.match(readable(await answerTo(asked)), /orders/);
  assert.match(next.log(), /a delivery whose process ended is taken over/);
});

test('a database that is killed is started again, and the bot goes on', { skip }, async (context) => {
  const { slack, start, ask, answerTo } = await stage(context);
  const bot = await start();
  await answerTo(await ask(bot));
  const [database] = childrenOf(bot.pid);
  assert.ok(database !== undefined);
  process.kill(database, 'SIGKILL');
  await slack.until('word of its end', () => /ended by itself/.test(bot.log()));
  await slack.until('word of its return', () => /the embedded database is back/.test(bot.log()), 30_000);
  await bot.untilReady();
  assert.match(readable(await answerTo(await ask(bot))), /orders/);
});
