// The app over a real WebSocket: acknowledged, once, and connected again after every way to lose a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listener } from '../../src/slack/listener.ts';
import { command, mention } from '../support/slack-payloads.ts';
import type { SlackWebApi } from '../support/slack-web-api.ts';
import { composed } from '../support/slack-workspace.ts';
import { gate, startUnderTest } from './bot-under-test.ts';

const where = (api: SlackWebApi) => ({ person: 'ann' as const, channel: api.workspace.channels.incidents });
const kongauth = (handle: () => Promise<void>): Listener => ({ kind: 'command', name: '/kongauth', handle });

test('commands are acknowledged before they are done; a redelivered event is done once', async (context) => {
  const work = gate();
  let [commands, events] = [0, 0];
  const bot = await startUnderTest(context, 'socket', [
    kongauth(async () => {
      await work.opened;
      commands++;
    }),
    { kind: 'event', name: 'app_mention', handle: async () => void events++ },
  ]);
  await bot.untilReady();
  await bot.socket.deliver(await command(bot.api, where(bot.api), 'x'));
  assert.equal(commands, 0);
  work.open();
  await bot.api.until('the command', () => commands === 1);
  const asked = mention(bot.api, where(bot.api), { ts: '1791788400.000100', message: composed('why?') });
  await bot.socket.deliver(asked);
  await bot.socket.deliver(asked, { retryAttempt: 1, retryReason: 'timeout' });
  const another = mention(bot.api, where(bot.api), { ts: '1791788400.000100', message: composed('why?') });
  await bot.socket.deliver(another);
  await bot.api.until('both events', () => events === 2);
  assert.deepEqual(bot.socket.strayAcks, []);
  const health = await fetch(`${bot.url}/readyz`);
  assert.equal(health.status, 200);
  assert.equal((await fetch(`${bot.url}/slack/events`, { method: 'POST' })).status, 404);
});

test('it is back after a renewal, a cut, a refused connection and a Web API that is busy', async (context) => {
  let commands = 0;
  const bot = await startUnderTest(context, 'socket', [kongauth(async () => void commands++)]);
  await bot.untilReady();
  const losses: readonly (() => void)[] = [
    () => bot.socket.disconnect('refresh_requested'),
    () => bot.socket.disconnect('warning'),
    () => bot.socket.drop(),
    () => {
      bot.socket.refuse(1);
      bot.socket.drop();
    },
    () => {
      bot.api.fail('apps.connections.open', { retryAfterSeconds: 1 });
      bot.socket.drop();
    },
    () => {
      bot.api.fail('apps.connections.open', { error: 'internal_error' });
      bot.socket.drop();
    },
  ];
  for (const [index, lose] of losses.entries()) {
    const { opened } = bot.socket;
    lose();
    await bot.api.until(`connection after loss ${index}`, () => bot.socket.opened > opened);
    await bot.untilReady();
    await bot.socket.deliver(await command(bot.api, where(bot.api), 'x'));
    await bot.api.until('the command', () => commands === index + 1);
  }
  await bot.api.until('one connection only', () => bot.socket.connected === 1);
  assert.deepEqual(bot.exits, []);
});

test('a token that is revoked while it runs ends the process with a line that names it', async (context) => {
  const bot = await startUnderTest(context, 'socket', []);
  await bot.untilReady();
  bot.api.refusal = 'invalid_auth';
  bot.socket.drop();
  await bot.api.until('the end', () => bot.exits.length > 0);
  assert.match(bot.exits[0] ?? '', /^1 Slack refuses SLACK_APP_TOKEN \(invalid_auth\)/);
  assert.equal(bot.app.ready(), false);
});

test('a stop closes the socket at once and finishes what is under way', async (context) => {
  const work = gate();
  let done = 0;
  const bot = await startUnderTest(context, 'socket', [
    kongauth(async () => {
      await work.opened;
      done++;
    }),
  ]);
  await bot.untilReady();
  await bot.socket.deliver(await command(bot.api, where(bot.api), 'x'));
  const stopped = bot.app.stop(8000);
  await bot.api.until('a closed socket', () => bot.socket.connected === 0);
  assert.equal(done, 0);
  work.open();
  await stopped;
  assert.equal(done, 1);
  assert.equal(bot.socket.opened, 1);
});
