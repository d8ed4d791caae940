// Slack at its busiest: 200 slash commands at once while a large log is analysed; how soon each is acknowledged and answered.
import { statSync } from 'node:fs';
import type { Incoming } from '../../src/local/payloads.ts';
import { mention } from '../support/slack-payloads.ts';
import { isReplyIn, type Mode, readable, SlackScene } from '../support/slack-scene.ts';
import { BOT, composed } from '../support/slack-workspace.ts';

const COMMANDS = 200;
const WARMING = 200;
/** Within the allowance of a person and of a channel. */
const PEOPLE = 10;
const CHANNELS = 4;
const PATIENCE_MS = 300_000;

export interface SlackLoad {
  readonly megabytes: number;
  /** ms from sending to the acknowledgement. */
  readonly median: number;
  readonly max: number;
  /** The median of as many commands just after the start, without a log. */
  readonly firstMedian: number;
  /** Acknowledged within 100 ms of arriving in the bot's process, by its own metric. */
  readonly soonInBot: number;
  readonly answered: number;
  /** Answers beyond the first to one command. */
  readonly doubled: number;
  /** Seconds from the first command to the last answer, and from the mention to the log's diagnosis. */
  readonly lastAnswer: number;
  readonly logAnswer: number;
}

/**
 * Runs the load against the real bot in a process of its own.
 * @param log a large log that somebody shares first
 */
export async function measureSlackLoad(mode: Mode, log: string): Promise<SlackLoad> {
  const scene = await SlackScene.open(mode, { LOG_LEVEL: 'warn' });
  try {
    const { api } = scene;
    const size = statSync(log).size;
    const where = { person: 'ann', channel: api.workspace.channels.incidents } as const;
    const message = composed('what happened here?', undefined, { mention: true });
    const ts = await api.workspace.post('ann', where.channel, message);
    const file = api.host({ name: 'access.log', path: log }, { size });
    if (mode === 'http') await scene.driver.connect(COMMANDS);
    // A bot that is in use: its code is compiled and its connections stand. The first burst ever is the slowest.
    const before = Array.from({ length: WARMING }, (_, index) => commandOf(scene, COMMANDS + index));
    const first = await Promise.all(before.map(async ({ incoming }) => (await scene.deliver(incoming)).ms));
    first.sort((one, other) => one - other);
    await api.until(
      'the first answers',
      () => before.every(({ url }) => api.deliveries.some((one) => one.responseUrl === url)),
      PATIENCE_MS,
    );
    const commands = Array.from({ length: COMMANDS }, (_, index) => commandOf(scene, index));
    const asked = performance.now();
    await scene.deliver(mention(api, where, { ts, message, files: [file] }));
    await api.until('the download of the log', () =>
      api.calls.some(({ method, answer }) => method === 'files' && answer !== undefined),
    );
    const soonBefore = await acknowledgedSoon(scene);
    const began = performance.now();
    const times = await Promise.all(commands.map(async ({ incoming }) => (await scene.deliver(incoming)).ms));
    const soonInBot = (await acknowledgedSoon(scene)) - soonBefore;
    // What only says that the work goes on has no marker of the paste in it.
    const answersTo = (url: string, marker: string): number =>
      api.deliveries.filter((one) => one.responseUrl === url && readable(one).includes(marker)).length;
    const isAnswered = ({ url, marker }: (typeof commands)[number]): boolean => answersTo(url, marker) > 0;
    await api.until('all answers', () => commands.every(isAnswered), PATIENCE_MS);
    const lastAnswer = (performance.now() - began) / 1000;
    const reply = await api.delivery('the diagnosis of the log', 0, isReplyIn(ts), PATIENCE_MS);
    times.sort((one, other) => one - other);
    const answers = commands.map(({ url, marker }) => answersTo(url, marker));
    return {
      megabytes: size / 1e6,
      median: times[times.length >> 1] ?? Number.NaN,
      max: times.at(-1) ?? Number.NaN,
      firstMedian: first[first.length >> 1] ?? Number.NaN,
      soonInBot,
      answered: answers.filter((count) => count > 0).length,
      doubled: answers.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
      lastAnswer,
      logAnswer: (reply.at - asked) / 1000,
    };
  } finally {
    await scene.close();
  }
}

/** Commands that the bot says it acknowledged within 100 ms of their arrival. */
async function acknowledgedSoon({ bot }: SlackScene): Promise<number> {
  const metrics = await (await fetch(`${bot.url}/metrics`)).text();
  return Number(/kongauth_acknowledgement_seconds_bucket\{le="0.1",kind="command"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

/** A command with a paste of its own, so that no answer passes for another's. */
function commandOf(
  scene: SlackScene,
  index: number,
): { readonly incoming: Incoming; readonly url: string; readonly marker: string } {
  // People and channels of their own for each 200, within everybody's allowance.
  const group = Math.floor(index / COMMANDS);
  const user = `U${group}LOAD${index % PEOPLE}`;
  const channel = `C${group}LOAD${index % CHANNELS}`;
  const url = scene.api.responseUrl(channel, user);
  const marker = `/orders-${1000 + index}`;
  const text = `diagnose > GET ${marker} HTTP/1.1
> Host: api.example.com
>
< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Key realm="kong"
< X-Kong-Response-Latency: 1
<
{"message":"No API key found in request"}`;
  return {
    url,
    marker,
    incoming: {
      kind: 'command',
      payload: {
        team_id: scene.api.workspace.team,
        team_domain: 'incidents-inc',
        channel_id: channel,
        channel_name: 'load',
        user_id: user,
        user_name: `load${index % PEOPLE}`,
        command: '/kongauth',
        text,
        api_app_id: BOT.app,
        is_enterprise_install: 'false',
        response_url: url,
        trigger_id: `${index}.1.load`,
      },
    },
  };
}
