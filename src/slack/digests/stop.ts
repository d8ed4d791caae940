// Which schedules of digests somebody sees from where, and stopping them.
import { KongauthError } from '../../errors.ts';
import { type FailedRun, failedRuns } from '../../store/digest-runs.ts';
import { deleteSchedule, type KeptSchedule, listSchedules, scheduleById, schedulesOf } from '../../store/schedules.ts';
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { isMember } from './channels.ts';

/** Failed runs of one list, newest first. */
const FAILED = 5;

export interface Listed {
  readonly schedules: readonly KeptSchedule[];
  readonly failed: readonly FailedRun[];
}

/** Those of the channel; in a direct message those that the asker owns, wherever they are posted. */
export async function listedFor(asker: Pick<PrivateAsker, 'user' | 'channel'>, bot: Bot): Promise<Listed> {
  const schedules = isPrivate(asker)
    ? await schedulesOf(bot.database, asker.user)
    : await listSchedules(bot.database, asker.channel);
  const ids = schedules.map(({ id }) => id);
  return { schedules, failed: ids.length === 0 ? [] : await failedRuns(bot.database, ids, FAILED) };
}

/** A conversation with the bot alone, by its own id or the person's. */
export function isPrivate({ channel }: Pick<PrivateAsker, 'channel'>): boolean {
  return /^[DUW]/.test(channel);
}

/**
 * Stops one: nothing of it is due any more, and what it kept of failed runs is gone with it.
 * @returns what was stopped
 * @throws KongauthError `usage` when there is none of that id, `forbidden` for who neither owns it nor is in its channel
 */
export async function stopDigest(
  asker: Pick<PrivateAsker, 'user' | 'channel'>,
  id: string,
  bot: Bot,
): Promise<KeptSchedule> {
  const schedule = await scheduleById(bot.database, id);
  if (schedule === undefined) throw new KongauthError('usage', GONE);
  const { owner, channel } = schedule;
  if (owner !== asker.user && channel !== asker.channel && !(await isMember(channel, asker.user, bot)))
    throw new KongauthError('forbidden', 'Only who set up a digest and the members of its channel stop it.');
  if (!(await deleteSchedule(bot.database, id))) throw new KongauthError('usage', GONE);
  bot.log.info({ schedule: id }, 'a schedule of digests was stopped');
  return schedule;
}

const GONE = 'There is no schedule of that id (any more); `digest list` shows those of a channel.';
