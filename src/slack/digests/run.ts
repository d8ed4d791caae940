// One due digest: made, drawn and posted once, whatever crashes in between.
import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { mayRead } from '../../kong/gateways.ts';
import { type DigestRun, finishRun, runState, takePosting } from '../../store/digest-runs.ts';
import { putDigest } from '../../store/digests.ts';
import { disableSchedule, type KeptSchedule, scheduleById } from '../../store/schedules.ts';
import { slackErrorOf } from '../calls.ts';
import type { Bot } from '../context.ts';
import { ANNOUNCING_MS } from '../post.ts';
import { announcement } from './announcement.ts';
import { makeNextDigest } from './make.ts';

/** Its holder has succeeded or failed before, so that two replicas never post at the same time. */
const POSTING_MS = ANNOUNCING_MS + 5000;
/** Of this process, in words that its operator can use. */
const HOLDER = `${hostname()} ${process.pid} ${randomUUID()}`;

/** What no later attempt mends, by Slack's word for it. */
const DISABLING: Readonly<Record<string, string>> = {
  channel_not_found: 'I cannot see the channel any more: it was deleted, or I was removed from it.',
  is_archived: 'The channel is archived.',
  not_in_channel: 'I was removed from the channel.',
  restricted_action: 'A rule of the workspace does not let me post there.',
  token_revoked: 'My access to Slack was revoked.',
  account_inactive: 'My access to Slack was withdrawn.',
  invalid_auth: 'My access to Slack is not valid any more.',
};

/**
 * Does what is left of it. Throws what a later attempt may mend.
 * @param isLast after a failure it is given up
 */
export async function runDigest(run: DigestRun, isLast: boolean, bot: Bot): Promise<void> {
  const schedule = await scheduleById(bot.database, run.schedule);
  if (schedule === undefined || (await runState(bot.database, run)) === 'posted') return;
  // Disabled while this one was waiting.
  if (schedule.nextDue === undefined)
    return finishRun(bot.database, run, { state: 'failed', says: schedule.whyDisabled ?? 'It was disabled.' });
  const gateway = gatewayOf(schedule, bot);
  if (typeof gateway === 'string') return disable(schedule, run, gateway, bot);
  try {
    await makeAndPost(schedule, gateway, run, bot);
  } catch (error) {
    const why = DISABLING[slackErrorOf(error) ?? ''];
    if (why !== undefined) return disable(schedule, run, why, bot);
    if (isLast)
      await finishRun(bot.database, run, {
        state: 'failed',
        says: error instanceof KongauthError ? error.message : 'Something went wrong on my side.',
      });
    throw error;
  }
}

async function makeAndPost(schedule: KeptSchedule, gateway: GatewaySettings, run: DigestRun, bot: Bot): Promise<void> {
  const id = idOf(run);
  const made = await makeNextDigest(gateway, id, schedule.id, bot);
  const message = await bot.post.illustrated(await announcement(id, made.digest));
  const mark = `${run.schedule} ${run.due}`;
  const turn = await takePosting(bot.database, run, HOLDER, POSTING_MS, bot.now());
  if (turn === 'no') {
    if ((await runState(bot.database, run)) === 'posting')
      throw new KongauthError('busy', 'Another replica is about to post it.');
    return;
  }
  const isThere = turn === 'again' && (await bot.post.isMarked(schedule.channel, mark, run.due));
  if (!isThere) await bot.post.announce(schedule.channel, message, mark);
  await bot.database.transaction(async (tx) => {
    await finishRun(tx, run, { state: 'posted' });
    await putDigest(tx, made.kept);
  });
  bot.metrics.digests.inc({ outcome: isThere ? 'found' : 'posted' });
}

/** Whoever posts it, its buttons find what whoever finishes it has kept. */
function idOf({ schedule, due }: DigestRun): string {
  return createHash('sha256').update(`${schedule} ${due}`).digest('hex').slice(0, 16);
}

/** The gateway, or why there is none for this channel any more. */
function gatewayOf({ gateway: name, owner, channel }: KeptSchedule, bot: Bot): GatewaySettings | string {
  const gateway = bot.settings.gateways.find((one) => one.name === name);
  if (gateway === undefined) return `The gateway ${name} is not configured any more.`;
  return mayRead(gateway, { user: owner, channel })
    ? gateway
    : `The gateway ${name} may not be read from there any more.`;
}

async function disable(schedule: KeptSchedule, run: DigestRun, why: string, bot: Bot): Promise<void> {
  await bot.database.transaction(async (tx) => {
    await disableSchedule(tx, schedule.id, why);
    await finishRun(tx, run, { state: 'failed', says: why });
  });
  bot.metrics.digests.inc({ outcome: 'disabled' });
  bot.log.warn({ schedule: schedule.id, why }, 'a digest is not posted any more');
}
