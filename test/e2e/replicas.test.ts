// Several replicas of the bot on one PostgreSQL: due digests are posted once each, and nothing acknowledged is lost.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { nextDue } from '../../src/digest/schedule.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { putSchedule, scheduleById } from '../../src/store/schedules.ts';
import { type Fault, type Peer, startAdminApi } from '../support/admin-api-peer.ts';
import type { Fields } from '../support/block-kit-faults.ts';
import { type BotProcess, startBot } from '../support/bot-process.ts';
import { type Exporter, metricsText, startExporter, trafficOf } from '../support/kong-traffic.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { SlackDriver } from '../support/slack-driver.ts';
import { command, mention } from '../support/slack-payloads.ts';
import { readable } from '../support/slack-scene.ts';
import { type Delivery, type SlackWebApi, startSlackWebApi } from '../support/slack-web-api.ts';
import { composed } from '../support/slack-workspace.ts';

const EVERY = { cron: '*/3 * * * * *', timeZone: 'UTC' };
const STEP = 3000;

let postgres: PostgresServer;
let kong: Peer;
let exporter: Exporter;
/** Of the gateway, from the moment that one is added. */
const faults: Fault[] = [];
let slack: SlackWebApi;
let databaseUrl: string;
let database: Database;

before(async () => {
  [postgres, kong, slack, exporter] = await Promise.all([
    startPostgres(),
    startAdminApi({ faults }),
    startSlackWebApi(),
    startExporter(),
  ]);
  exporter.text = metricsText(trafficOf(1, 24), 23);
  databaseUrl = await postgres.newDatabase();
  database = await openDatabase({ databaseUrl, dataFolder: '' });
});
after(async () => {
  await database?.close();
  await slack?.close();
  await kong?.close();
  await exporter?.close();
  await postgres?.close();
});

/** So many bots on the one database, each ready; they end with the test. */
async function replicas(context: TestContext, count: number): Promise<readonly BotProcess[]> {
  const env = { DATABASE_URL: databaseUrl, KONG_ADMIN_URL: kong.url, KONG_STATUS_URL: exporter.url };
  const bots = await Promise.all(Array.from({ length: count }, () => startBot(slack, 'http', env)));
  context.after(() => Promise.all(bots.map((bot) => bot.stop())));
  await Promise.all(bots.map((bot) => bot.untilReady()));
  return bots;
}

/** The due time that a posted digest carries as its mark. */
function dueOf({ args }: Delivery): number {
  const metadata: unknown = typeof args.metadata === 'string' ? JSON.parse(args.metadata) : args.metadata;
  return Number(/ (\d+)"/.exec(JSON.stringify(metadata))?.[1]);
}
const postedSince = (mark: number): readonly Delivery[] =>
  slack.deliveries.slice(mark).filter(({ how, args }) => how === 'post' && args.metadata !== undefined);

/** Sets up a schedule that is due every three seconds; ends it, and returns every due time that has passed. */
async function scheduled(id: string): Promise<{ readonly end: () => Promise<readonly number[]> }> {
  const from = Date.now();
  const [first] = nextDue(EVERY, from, 1).map(Number);
  const schedule = {
    id,
    channel: slack.workspace.channels.incidents,
    owner: slack.workspace.people.ann,
    gateway: 'default',
    ...EVERY,
    createdAt: from,
  };
  await putSchedule(database, { ...schedule, nextDue: first ?? from });
  return {
    async end() {
      const last = Date.now() - 1000;
      await putSchedule(database, { ...schedule, nextDue: last + 10 * 3_600_000 });
      return nextDue(EVERY, from, 200)
        .map(Number)
        .filter((due) => due <= last - STEP);
    },
  };
}

test('a replica is killed in the middle of a digest: each is posted once, none is missed', {
  timeout: 180_000,
}, async (context) => {
  const bots = await replicas(context, 2);
  const mark = slack.deliveries.length;
  const schedule = await scheduled('s-killed');
  await slack.until('two digests', () => postedSince(mark).length >= 2, 60_000);
  // Slack takes the message and its answer does not arrive: whoever comes next cannot know without looking.
  slack.fail('chat.postMessage', { lateMs: 30_000 });
  const before = postedSince(mark).length;
  await slack.until('a digest that is posted and not answered', () => postedSince(mark).length > before, 60_000);
  const [posting] = await database.rows(
    z.object({ holder: z.string() }),
    "select holder from kongauth.digest_runs where state = 'posting'",
  );
  const victim = bots.find(({ pid }) => posting?.holder.split(' ')[1] === String(pid));
  assert.ok(victim, posting?.holder);
  victim.signal('SIGKILL');
  await sleep(10_000);
  const expected = await schedule.end();
  // Also the one that nobody had finished: whoever takes it over has to find it in the channel.
  const open = "select 1 from kongauth.digest_runs where schedule = 's-killed' and state <> 'posted'";
  await slack.until(
    'every run to be finished',
    async () => (await database.rows(z.unknown(), open)).length === 0,
    150_000,
  );
  const dues = postedSince(mark).map(dueOf);
  for (const due of expected) assert.ok(dues.includes(due), `missed: ${due}`);
  assert.equal(new Set(dues).size, dues.length, `posted twice: ${dues}`);
  assert.ok(expected.length >= 5);
  const survivor = bots.find((bot) => bot !== victim);
  const metrics = await (await fetch(`${survivor?.url}/metrics`)).text();
  assert.match(metrics, /^kongauth_digests_total\{outcome="found"\} 1$/m);
  // The buttons of every posted digest lead to what was kept of it.
  const handles = JSON.stringify(postedSince(mark).map(({ blocks }) => blocks)).matchAll(/"value":"([0-9a-f]+):/g);
  const ids = new Set([...handles].map(([, id]) => id));
  const kept = await database.rows(z.object({ id: z.string() }), 'select id from kongauth.digests');
  for (const id of ids)
    assert.ok(
      kept.some((one) => one.id === id),
      `nothing is kept of the digest ${id}`,
    );
  assert.ok(ids.size > 0);
});

test('a replica that is killed between acknowledgement and answer loses nothing: another one answers', async (context) => {
  const [victim, survivor] = await replicas(context, 2);
  assert.ok(victim && survivor);
  // The victim hangs in the middle of its answer.
  const stall: Fault = { at: '/services/orders', does: 'stall', times: 1 };
  faults.push(stall);
  const said = await command(
    slack,
    { person: 'ann', channel: slack.workspace.channels.incidents },
    'inspect service orders',
  );
  const driver = new SlackDriver(victim.url);
  context.after(() => driver.close());
  const after = slack.deliveries.length;
  assert.equal((await driver.deliver(said)).status, 200);
  await slack.until('the question at the gateway', () => stall.times === 0);
  victim.signal('SIGKILL');
  const answer = await slack.delivery(
    'the answer',
    after,
    ({ responseUrl, text }) => responseUrl === said.responseUrl && !text.startsWith('Still'),
    60_000,
  );
  assert.match(readable(answer), /orders/);
  assert.match(survivor.log(), /a delivery whose process ended is taken over/);
});

test('the database stops and starts under the bot: not ready, told, and well again with nothing lost', async (context) => {
  const [bot] = await replicas(context, 1);
  assert.ok(bot);
  const where = { person: 'ann', channel: slack.workspace.channels.incidents } as const;
  const driver = new SlackDriver(bot.url);
  context.after(() => driver.close());
  // One question is taken before and answered while the database is away.
  const stall: Fault = { at: '/services/orders', does: 'stall', times: 1 };
  faults.push(stall);
  const before = await command(slack, where, 'inspect service orders');
  const after = slack.deliveries.length;
  const answered = (to: string | undefined, what: string): Promise<Delivery> =>
    slack.delivery(what, after, ({ responseUrl, text }) => responseUrl === to && !text.startsWith('Still'), 60_000);
  assert.equal((await driver.deliver(before)).status, 200);
  await slack.until('the question at the gateway', () => stall.times === 0);
  const schedule = await scheduled('s-outage');
  await postgres.stop();
  await slack.until('not ready', async () => (await bot.ready()) === 503);
  const during = await command(slack, where, 'explain');
  assert.equal((await driver.deliver(during)).status, 200);
  assert.match((await answered(during.responseUrl, 'what is wrong')).text, /database cannot be reached/);
  const message = composed('why 401?', undefined, { mention: true });
  const ts = await slack.workspace.post('ann', where.channel, message);
  const event = mention(slack, where, { ts, message });
  // Slack keeps what is not acknowledged, and sends it again.
  assert.equal((await driver.deliver(event)).status, 500);
  await answered(before.responseUrl, 'the answer to what was taken before');
  await postgres.start();
  await bot.untilReady(30_000);
  assert.equal((await driver.deliver(event, { retry: 1 })).status, 200);
  await slack.delivery('the answer to the mention', after, ({ threadTs }) => threadTs === ts);
  await sleep(2 * STEP);
  const expected = await schedule.end();
  const dues = (): readonly number[] => postedSince(after).map(dueOf);
  await slack.until('every digest', () => expected.every((due) => dues().includes(due)), 60_000);
  assert.equal(new Set(dues()).size, dues().length);
  const open = await database.rows(z.unknown(), 'select 1 from kongauth.deliveries where payload is not null');
  assert.equal(open.length, 0);
});

test('the picture of a digest stands in its message, with words for those who do not see it', async (context) => {
  await replicas(context, 1);
  const after = slack.deliveries.length;
  const schedule = await scheduled('s-picture');
  const image = ({ blocks }: Delivery): Fields | undefined => blocks.find(({ type }) => type === 'image');
  const posted = await slack.until('a digest with a picture', () => postedSince(after).find(image), 60_000);
  await schedule.end();
  assert.match(String(image(posted)?.alt_text), /default/);
  const file = image(posted)?.slack_file;
  assert.match(JSON.stringify(file), /"id":"F/);
  const uploaded = slack.deliveries.slice(after).find(({ how }) => how === 'file');
  assert.equal(uploaded?.channel, undefined, 'it is shown by the message alone');
  assert.ok(uploaded?.content?.includes('PNG'));
  assert.deepEqual(slack.objections, []);
});

test('a channel that is gone ends the schedule, and its owner hears why', async (context) => {
  await replicas(context, 1);
  const after = slack.deliveries.length;
  slack.fail('chat.postMessage', { error: 'is_archived' });
  await scheduled('s-gone');
  const { ann } = slack.workspace.people;
  const told = await slack.delivery(
    'the owner is told',
    after,
    ({ channel, text }) => channel === ann && text.includes('archived'),
    60_000,
  );
  assert.match(told.text, /digest of `default` in <#C\w+> is not posted any more. The channel is archived/);
  const kept = await scheduleById(database, 's-gone');
  assert.equal(kept?.nextDue, undefined);
  await sleep(2 * STEP);
  assert.deepEqual(postedSince(after), []);
  assert.equal(slack.deliveries.slice(after).filter(({ channel }) => channel === ann).length, 1);
});

test('a revoked token ends the schedule, and its owner hears of it once there is a new one', async (context) => {
  await replicas(context, 1);
  const after = slack.deliveries.length;
  slack.refusal = 'token_revoked';
  await scheduled('s-revoked');
  await slack.until(
    'the end of the schedule',
    async () => (await scheduleById(database, 's-revoked'))?.nextDue === undefined,
    60_000,
  );
  assert.match((await scheduleById(database, 's-revoked'))?.whyDisabled ?? '', /access to Slack was revoked/);
  slack.refusal = undefined;
  const { ann } = slack.workspace.people;
  await slack.delivery(
    'the owner is told',
    after,
    ({ channel, text }) => channel === ann && text.includes('revoked'),
    60_000,
  );
  assert.deepEqual(postedSince(after), []);
});
