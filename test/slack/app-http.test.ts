// The app over real HTTP: what is acknowledged, refused, done once, answered after a failure, and finished at a stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KongauthError } from '../../src/errors.ts';
import type { Listener } from '../../src/slack/listener.ts';
import { command, globalShortcut, mention } from '../support/slack-payloads.ts';
import type { SlackWebApi } from '../support/slack-web-api.ts';
import { composed } from '../support/slack-workspace.ts';
import { gate, startUnderTest } from './bot-under-test.ts';

const where = (api: SlackWebApi) => ({ person: 'ann' as const, channel: api.workspace.channels.incidents });
const kongauth = (handle: () => Promise<void>): Listener => ({ kind: 'command', name: '/kongauth', handle });
const status = async (url: string, init: RequestInit = {}): Promise<number> => (await fetch(url, init)).status;

test('a command is acknowledged while its listener still works, with an empty body', async (context) => {
  const work = gate();
  let done = 0;
  const bot = await startUnderTest(context, 'http', [
    kongauth(async () => {
      await work.opened;
      done++;
    }),
  ]);
  await bot.untilReady();
  const acknowledged = await bot.driver.deliver(await command(bot.api, where(bot.api), 'diagnose x'));
  assert.deepEqual([acknowledged.status, acknowledged.body, done], [200, '', 0]);
  work.open();
  await bot.api.until('the end of the listener', () => done === 1);
  const metrics = await (await fetch(`${bot.url}/metrics`)).text();
  assert.match(metrics, /kongauth_interactions_total\{kind="command",name="\/kongauth",outcome="ok"\} 1/);
  assert.match(metrics, /kongauth_connected 1/);
  assert.match(metrics, /process_cpu_seconds_total/);
});

test('an event that Slack repeats is handled once, and so is a request that a proxy repeats', async (context) => {
  let events = 0;
  let commands = 0;
  const bot = await startUnderTest(context, 'http', [
    { kind: 'event', name: 'app_mention', handle: async () => void events++ },
    kongauth(async () => void commands++),
  ]);
  await bot.untilReady();
  const ts = await bot.api.workspace.post(
    'ann',
    where(bot.api).channel,
    composed('why?', undefined, { mention: true }),
  );
  const asked = mention(bot.api, where(bot.api), { ts, message: composed('why?', undefined, { mention: true }) });
  const typed = await command(bot.api, where(bot.api), 'help');
  const answers = await Promise.all([
    bot.driver.deliver(asked),
    bot.driver.deliver(asked, { retry: 1 }),
    bot.driver.deliver(asked, { retry: 2 }),
    bot.driver.deliver(typed),
    bot.driver.deliver(typed),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 200, 200],
  );
  await bot.api.until('both', () => events === 1 && commands === 1);
  const again = mention(bot.api, where(bot.api), { ts, message: composed('why?', undefined, { mention: true }) });
  await bot.driver.deliver(again);
  await bot.api.until('another event', () => events === 2);
});

test('only fresh, rightly signed requests of a decent size come in', async (context) => {
  let taken = 0;
  const bot = await startUnderTest(context, 'http', [kongauth(async () => void taken++)]);
  await bot.untilReady();
  const send = async (sending: object): Promise<number> =>
    (await bot.driver.deliver(await command(bot.api, where(bot.api), 'x'), sending)).status;
  assert.equal(await send({ secret: 'another-secret' }), 401);
  assert.equal(await send({ signature: 'v0=00' }), 401);
  assert.equal(await send({ tamper: (body: string) => body.replace('text=x', 'text=y') }), 401);
  assert.equal(await send({ timeShiftSeconds: -400 }), 401);
  assert.equal(await send({ timeShiftSeconds: 86_400 }), 401);
  assert.equal(await send({ timeShiftSeconds: Number.NaN }), 401);
  const large = await command(bot.api, where(bot.api), 'x'.repeat(3 * 2 ** 20));
  // The answer comes before the body was read, so that the sender may see the connection end first.
  const refused = await bot.driver.deliver(large).catch(() => undefined);
  assert.ok(refused === undefined || refused.status === 413);
  assert.equal(await status(`${bot.url}/slack/events`), 405);
  assert.equal(await status(`${bot.url}/slack/install`), 404);
  assert.equal(await status(`${bot.url}/healthz`, { method: 'POST' }), 405);
  assert.equal(taken, 0);
  assert.equal(await send({ timeShiftSeconds: -200 }), 200);
  assert.deepEqual(JSON.parse((await bot.driver.verifyUrl('challenge-1')).body), { challenge: 'challenge-1' });
  await bot.api.until('the good one', () => taken === 1);
});

test('a failure is one kind sentence with the id that the log has; ours says what to do', async (context) => {
  const failures = [
    new Error('secret words of a library'),
    new KongauthError('busy', 'Too many wait; try again soon.'),
  ];
  const bot = await startUnderTest(context, 'http', [
    kongauth(async () => {
      throw failures.shift();
    }),
    {
      kind: 'shortcut',
      name: 'diagnose_paste',
      handle: async () => {
        throw new Error('secret words again');
      },
    },
  ]);
  await bot.untilReady();
  for (const expected of [/Something went wrong/, /Too many wait; try again soon\./]) {
    const before = bot.api.deliveries.length;
    await bot.driver.deliver(await command(bot.api, where(bot.api), 'x'));
    const told = await bot.api.delivery('a sentence', before, ({ how }) => how === 'respond');
    assert.match(told.text, expected);
    assert.equal(told.args.response_type, 'ephemeral');
    const [, id = 'none'] = /reference (k[0-9a-f]{10})/.exec(told.text) ?? [];
    assert.ok(bot.log().includes(`"interaction":"${id}"`));
  }
  const before = bot.api.deliveries.length;
  await bot.driver.deliver(await globalShortcut(bot.api, 'ann', 'diagnose_paste'));
  const told = await bot.api.delivery('a direct message', before, ({ how }) => how === 'post');
  assert.equal(told.channel, bot.api.workspace.people.ann);
  assert.ok(!JSON.stringify(bot.api.deliveries).includes('secret words'));
  assert.ok(!bot.log().includes('secret words'));
  assert.deepEqual(bot.api.objections, []);
});

test('an unknown button is answered; an event nobody listens to is left alone', async (context) => {
  const bot = await startUnderTest(context, 'http', []);
  await bot.untilReady();
  const asked = mention(bot.api, where(bot.api), { ts: '1791788400.000100', message: composed('hello') });
  assert.equal((await bot.driver.deliver(asked)).status, 200);
  assert.equal((await bot.driver.deliver(await command(bot.api, where(bot.api), 'x'))).status, 200);
  const told = await bot.api.delivery('a sentence', 0, ({ how }) => how === 'respond');
  assert.match(told.text, /do not know/);
  assert.equal(bot.api.deliveries.length, 1);
});

test('a mistake in a form is shown in the form, and the corrected form is taken', async (context) => {
  const submitted: string[] = [];
  const bot = await startUnderTest(context, 'http', [
    {
      kind: 'view',
      name: 'paste_submit',
      validate: (view) => (view.private_metadata === 'wrong' ? { paste: 'Paste something.' } : undefined),
      handle: async ({ view }) => void submitted.push(view.private_metadata),
    },
  ]);
  await bot.untilReady();
  const form = (metadata: string) => ({
    kind: 'interaction' as const,
    payload: {
      type: 'view_submission',
      team: { id: bot.api.workspace.team },
      user: { id: bot.api.workspace.people.ann },
      trigger_id: 'the same form',
      view: { callback_id: 'paste_submit', private_metadata: metadata, type: 'modal' },
    },
  });
  const refused = await bot.driver.deliver(form('wrong'));
  assert.deepEqual(JSON.parse(refused.body), { response_action: 'errors', errors: { paste: 'Paste something.' } });
  assert.equal((await bot.driver.deliver(form('right'))).body, '');
  await bot.api.until('the form', () => submitted.length === 1);
  assert.deepEqual(submitted, ['right']);
});

test('Slack may be away at the start: alive, not ready, and well as soon as it is back', async (context) => {
  let taken = 0;
  const bot = await startUnderTest(context, 'http', [kongauth(async () => void taken++)], (api) => {
    api.away = true;
  });
  assert.equal(await status(`${bot.url}/healthz`), 200);
  assert.equal(await status(`${bot.url}/readyz`), 503);
  bot.api.away = false;
  const early = await command(bot.api, where(bot.api), 'x');
  bot.api.away = true;
  assert.equal((await bot.driver.deliver(early)).status, 503);
  bot.api.away = false;
  await bot.untilReady();
  assert.equal(await status(`${bot.url}/readyz`), 200);
  assert.equal((await bot.driver.deliver(early)).status, 200);
  await bot.api.until('the command', () => taken === 1);
  assert.deepEqual(bot.exits, []);
});

test('a token that Slack refuses ends the process with a line that names it', async (context) => {
  const bot = await startUnderTest(context, 'http', [], (api) => {
    api.refusal = 'account_inactive';
  });
  await bot.api.until('the end', () => bot.exits.length > 0);
  assert.match(bot.exits[0] ?? '', /^1 Slack refuses SLACK_BOT_TOKEN \(account_inactive\)/);
});

test('a stop takes nothing new, finishes what is under way, and tells those whom it cannot finish', async (context) => {
  const [quick, never] = [gate(), gate()];
  const works = [quick, never];
  let finished = 0;
  const bot = await startUnderTest(context, 'http', [
    kongauth(async () => {
      await works.shift()?.opened;
      finished++;
    }),
  ]);
  await bot.untilReady();
  const commands = [await command(bot.api, where(bot.api), 'x'), await command(bot.api, where(bot.api), 'y')];
  for (const each of commands) await bot.driver.deliver(each);
  const late = await command(bot.api, where(bot.api), 'z');
  const stopped = bot.app.stop(2500);
  assert.equal(bot.app.ready(), false);
  assert.equal((await bot.driver.deliver(late)).status, 503);
  quick.open();
  await stopped;
  assert.equal(finished, 1);
  const told = bot.api.deliveries.filter(({ text }) => text.includes('restarted'));
  assert.deepEqual(
    told.map(({ responseUrl }) => responseUrl),
    [commands[1]?.responseUrl],
  );
  never.open();
  assert.equal(await status(`${bot.url}/healthz`).catch(() => 0), 0);
});
