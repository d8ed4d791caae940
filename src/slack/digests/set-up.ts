// Setting up a schedule of digests: what was said becomes a channel, a gateway and times, kept once.
import { randomBytes } from 'node:crypto';
import { nextDue, parseSchedule, zoneIn } from '../../digest/schedule.ts';
import { KongauthError } from '../../errors.ts';
import { addSchedule, type KeptSchedule } from '../../store/schedules.ts';
import { readableGateway } from '../commands/for-gateway.ts';
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { digestChannel, zoneOf } from './channels.ts';

/** Schedules of one channel; more of them nobody reads. */
const MOST = 20;

export interface SetUp {
  readonly schedule: KeptSchedule;
  /** There was the same one already; nothing has changed. */
  readonly wasKnown: boolean;
  /** Where its time zone comes from. */
  readonly zoneFrom: 'said' | 'profile' | 'nowhere';
}

/**
 * Keeps the schedule that somebody asks for.
 * @param said `daily 09:00 Europe/Berlin in #channel for GATEWAY`; without a zone the asker's, without a channel where
 *   it was asked, without a gateway the first that may be read from that channel
 * @throws KongauthError `usage`, `forbidden`, `not-configured` with one sentence for the asker; `slack-...`, `store-down`
 */
export async function setUpDigest(asker: PrivateAsker, said: string, bot: Bot): Promise<SetUp> {
  // What cannot be read is told before Slack is asked anything.
  parseSchedule(said);
  const allowance = await bot.budget.take(asker.user, asker.channel);
  if (!allowance.ok)
    throw new KongauthError(
      'usage',
      `That is more than I may do for you just now; ask again in ${allowance.retryInSeconds} seconds.`,
    );
  const isZoneSaid = zoneIn(said) !== undefined;
  const zone = isZoneSaid ? undefined : await zoneOf(asker.user, bot);
  const { cron, timeZone, channel: written, gateway: name } = parseSchedule(said, zone);
  const channel = await digestChannel(asker, written, bot);
  const gateway = readableGateway(bot.settings.gateways, name, { user: asker.user, channel });
  const now = bot.now();
  const [first] = nextDue({ cron, timeZone }, now, 1);
  if (first === undefined) throw new KongauthError('usage', 'That is never due; say another time.');
  const { outcome, schedule } = await addSchedule(
    bot.database,
    {
      id: randomBytes(4).toString('hex'),
      channel,
      owner: asker.user,
      gateway: gateway.name,
      cron,
      timeZone,
      createdAt: now,
      nextDue: first.getTime(),
    },
    MOST,
  );
  if (outcome === 'full')
    throw new KongauthError(
      'usage',
      `That channel has ${MOST} schedules of digests, and more are not kept; \`digest list\` there shows them, each with a way to stop it.`,
    );
  bot.log.info({ schedule: schedule.id, outcome }, 'a schedule of digests was asked for');
  return {
    schedule,
    wasKnown: outcome === 'known',
    zoneFrom: isZoneSaid ? 'said' : zone === undefined ? 'nowhere' : 'profile',
  };
}
