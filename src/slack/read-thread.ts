// The messages that belong to a question: its whole thread, page by page, or the other halves of a paste that Slack cut.
import type { webApi } from '@slack/bolt';
import { callSlack, slackErrorOf } from './calls.ts';
import type { Bot } from './context.ts';
import { type Self, type SlackMessage, textOfMessage } from './message-text.ts';

/** Messages of a thread that are read, and how many Slack gives at a time. */
const MESSAGES = 2000;
const PAGE = 200;
/** Halves of one paste follow each other at once. */
export const SPLIT_WITHIN_SECONDS = 15;
/** A message of so many characters may be one. */
const SPLIT_FROM = 3000;

/**
 * All messages of a thread, oldest first, and why some are missing. Never throws: a thread that cannot be read is said.
 * @param asked the message that asked; Slack's history may not have it yet
 */
export async function readThread(
  channel: string,
  threadTs: string,
  asked: SlackMessage,
  bot: Bot,
): Promise<{ readonly messages: readonly SlackMessage[]; readonly notes: readonly string[] }> {
  const messages: SlackMessage[] = [];
  const notes: string[] = [];
  let cursor: string | undefined;
  try {
    do {
      const from = cursor === undefined ? {} : { cursor };
      const page: webApi.ConversationsRepliesResponse = await callSlack(
        () => bot.client.conversations.replies({ channel, ts: threadTs, limit: PAGE, ...from }),
        { repeatable: true },
      );
      messages.push(...((page.messages ?? []) as readonly SlackMessage[]));
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined && messages.length < MESSAGES);
    if (cursor !== undefined) notes.push(`This thread is long; I read its first ${MESSAGES} messages and yours.`);
  } catch (error) {
    // What was read so far is worth an answer; the reason is said in it.
    notes.push(whyUnread(error));
  }
  if (!messages.some(({ ts }) => ts === asked.ts)) messages.push(asked);
  return { messages, notes };
}

/** Messages by the same person right after (or before) a long one: Slack cuts long pastes. Never throws. */
export async function otherHalves(
  channel: string,
  message: SlackMessage,
  self: Self,
  bot: Bot,
): Promise<readonly SlackMessage[]> {
  const at = Number(message.ts);
  if (!Number.isFinite(at)) return [message];
  try {
    const page = await bot.client.conversations.history({
      channel,
      oldest: String(at - SPLIT_WITHIN_SECONDS),
      latest: String(at + SPLIT_WITHIN_SECONDS),
      inclusive: true,
      limit: 20,
    });
    const around = ((page.messages ?? []) as readonly SlackMessage[])
      .filter(({ user, ts, thread_ts }) => user === message.user && ts !== message.ts && (thread_ts ?? ts) === ts)
      .sort((one, other) => Number(one.ts) - Number(other.ts));
    const before = around.filter(({ ts }) => Number(ts) < at);
    const after = around.filter(({ ts }) => Number(ts) > at);
    const isLong = (one: SlackMessage): boolean => textOfMessage(one, self).length >= SPLIT_FROM;
    return [...before.filter(isLong), message, ...(isLong(message) ? after : [])];
  } catch {
    // Without the right to read the channel the message alone is answered.
    return [message];
  }
}

function whyUnread(error: unknown): string {
  const code = slackErrorOf(error);
  if (code === 'not_in_channel' || code === 'channel_not_found')
    return 'I cannot read this channel, so I looked at this message alone; invite me with `/invite @kongauth` for the rest.';
  if (code === 'missing_scope')
    return 'I may not read threads here, so I looked at this message alone; the app misses a history scope of its manifest.';
  return 'Slack did not let me read the whole thread just now, so some of its messages may be missing; ask again in a minute.';
}
