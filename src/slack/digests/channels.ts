// Channels of digests, as Slack knows them: which one is meant, whether the bot is in it, and who else is.
import { KongauthError } from '../../errors.ts';
import { callSlack, slackErrorOf } from '../calls.ts';
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';

export const CHANNEL_ID = /^[CG][A-Z0-9]{2,20}$/;

/** Slack gives fewer than it is asked for when it likes. */
const PAGE = 200;
/** Of the bot's own channels. */
const CHANNEL_PAGES = 20;
/** Of a channel's members: beyond, asking within the channel is the way. */
const MEMBER_PAGES = 100;

/**
 * The channel that digests are to be posted to; the bot is in it, and so is the asker.
 * @param written id or name; undefined: where it was asked
 * @throws KongauthError `usage` or `forbidden` with what to do, `slack-...` when Slack is not well
 */
export async function digestChannel(asker: PrivateAsker, written: string | undefined, bot: Bot): Promise<string> {
  const channel = written === undefined ? here(asker) : CHANNEL_ID.test(written) ? written : await named(written, bot);
  await mustBePostable(channel, bot);
  if (channel === asker.channel || (await isMember(channel, asker.user, bot))) return channel;
  throw new KongauthError(
    'forbidden',
    'Only members of a channel set up digests in it; join it first, or ask somebody who is in it.',
  );
}

function here({ channel }: PrivateAsker): string {
  if (CHANNEL_ID.test(channel)) return channel;
  throw new KongauthError(
    'usage',
    'A digest goes to a channel: say which one, such as `digest schedule daily 09:00 in #gateway-alerts`.',
  );
}

/** Only channels that the bot is in have a name here: it can post to no other one. */
async function named(name: string, bot: Bot): Promise<string> {
  let cursor: string | undefined;
  for (let page = 0; page < CHANNEL_PAGES; page++) {
    const from = cursor === undefined ? {} : { cursor };
    const { channels = [], response_metadata: next } = await callSlack(
      () =>
        bot.client.users.conversations({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: PAGE,
          ...from,
        }),
      { repeatable: true },
    );
    const found = channels.find((one) => one.name === name.toLowerCase())?.id;
    if (found !== undefined) return found;
    cursor = next?.next_cursor;
    if (!cursor) break;
  }
  throw new KongauthError(
    'usage',
    `I am in no channel \`#${name}\`; invite me there with \`/invite @kongauth\`, then ask again.`,
  );
}

async function mustBePostable(channel: string, bot: Bot): Promise<void> {
  const { is_member: isIn = false, is_archived: isArchived = false } = await channelInfo(channel, bot);
  if (isArchived) throw new KongauthError('usage', 'That channel is archived; say another one.');
  if (!isIn) throw new KongauthError('usage', NOT_IN);
}

const NOT_IN = 'I am not in that channel; invite me there with `/invite @kongauth`, then ask again.';

async function channelInfo(
  channel: string,
  bot: Bot,
): Promise<{ readonly is_member?: boolean; readonly is_archived?: boolean }> {
  try {
    const answer = await callSlack(() => bot.client.conversations.info({ channel }), { repeatable: true });
    return answer.channel ?? {};
  } catch (error) {
    // A private channel that the bot is not in does not exist for it.
    if (!['channel_not_found', 'not_in_channel'].includes(slackErrorOf(error) ?? '')) throw error;
    throw new KongauthError('usage', NOT_IN, { cause: error });
  }
}

/** Whether somebody is in a channel that the bot is in; false for a channel that is gone or too large to look through. */
export async function isMember(channel: string, user: string, bot: Bot): Promise<boolean> {
  let cursor: string | undefined;
  for (let page = 0; page < MEMBER_PAGES; page++) {
    const from = cursor === undefined ? {} : { cursor };
    try {
      const { members = [], response_metadata: next } = await callSlack(
        () => bot.client.conversations.members({ channel, limit: PAGE, ...from }),
        { repeatable: true },
      );
      if (members.includes(user)) return true;
      cursor = next?.next_cursor;
    } catch (error) {
      if (slackErrorOf(error) === undefined || slackErrorOf(error) === 'ratelimited') throw error;
      return false;
    }
    if (!cursor) return false;
  }
  return false;
}

/** Where somebody is by their profile; undefined when Slack does not tell, or names a zone that nobody knows. */
export async function zoneOf(user: string, bot: Bot): Promise<string | undefined> {
  try {
    const { user: profile } = await callSlack(() => bot.client.users.info({ user }), { repeatable: true });
    const zone = profile?.tz;
    return zone === undefined || !isZone(zone) ? undefined : zone;
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    bot.log.info({ err: error }, 'Slack does not tell a time zone');
    return undefined;
  }
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}
