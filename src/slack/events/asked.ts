// A message that asks us something, in a channel, a thread or a direct message: verbs are answered, the rest is gathered.
import { answer } from '../answer.ts';
import { LIVE } from '../commands/live.ts';
import { said, verbIn } from '../commands/said.ts';
import type { Bot } from '../context.ts';
import { gatherMessages } from '../gather.ts';
import { type Self, type SlackMessage, textOfMessage } from '../message-text.ts';
import { otherHalves, readThread } from '../read-thread.ts';

/** Who we are, as Bolt's authorisation tells. */
export function selfOf(context: { readonly botUserId?: string; readonly botId?: string }): Self {
  return { userId: context.botUserId, botId: context.botId };
}

/**
 * Answers a message in its thread.
 * @param isDirect in a direct message nobody else reads
 */
export async function answerMessage(
  asked: SlackMessage & { readonly ts: string; readonly user: string },
  channel: string,
  isDirect: boolean,
  self: Self,
  bot: Bot,
): Promise<void> {
  const threadTs = asked.thread_ts ?? asked.ts;
  const verb = (asked.files ?? []).length === 0 ? verbIn(textOfMessage(asked, self)) : undefined;
  const live = verb === undefined ? undefined : LIVE[verb.verb];
  if (verb !== undefined && live !== undefined) {
    const thread = asked.thread_ts === undefined ? (isDirect ? { threadTs } : {}) : { threadTs: asked.thread_ts };
    return live({ user: asked.user, channel, isDirect, ...thread }, verb.rest, bot);
  }
  if (verb !== undefined) {
    const message = said(verb.verb, verb.rest);
    // A help that everybody reads is noise.
    if (isDirect) await bot.post.toThread(channel, threadTs, message);
    else await bot.post.ephemeral(channel, asked.user, asked.thread_ts, message);
    return;
  }
  await answer(
    {
      user: asked.user,
      where: { kind: 'thread', channel, threadTs, askedTs: asked.ts, isDirect },
      async gather() {
        if (asked.thread_ts === undefined)
          return gatherMessages(await otherHalves(channel, asked, self, bot), self, bot);
        const { messages, notes } = await readThread(channel, asked.thread_ts, asked, bot);
        const gathered = await gatherMessages(messages, self, bot);
        return { ...gathered, notes: [...notes, ...gathered.notes] };
      },
    },
    bot,
  );
}
