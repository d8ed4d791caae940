// A message that asks us something, in a channel, a thread or a direct message: verbs are answered, the rest is gathered.
import { answer } from '../answer.ts';
import { said, verbIn } from '../commands/said.ts';
import type { Bot } from '../context.ts';
import { gatherMessages, otherHalves, readThread } from '../gather.ts';
import { type Self, type SlackMessage, textOfMessage } from '../message-text.ts';

/** Who we are, as Bolt's authorisation tells. */
export function selfOf(context: { readonly botUserId?: string; readonly botId?: string }): Self {
  return { userId: context.botUserId, botId: context.botId };
}

/**
 * Answers a message in its thread.
 * @param isDirect in a direct message nobody else reads
 */
export async function answerMessage(
  message: SlackMessage & { readonly ts: string; readonly user: string },
  channel: string,
  isDirect: boolean,
  self: Self,
  bot: Bot,
): Promise<void> {
  const threadTs = message.thread_ts ?? message.ts;
  const verb = (message.files ?? []).length === 0 ? verbIn(textOfMessage(message, self)) : undefined;
  if (verb !== undefined) {
    await bot.post.toThread(channel, threadTs, said(verb.verb, verb.rest, bot.settings));
    return;
  }
  await answer(
    {
      user: message.user,
      where: { kind: 'thread', channel, threadTs, askedTs: message.ts, isDirect },
      async gather() {
        if (message.thread_ts === undefined)
          return gatherMessages(await otherHalves(channel, message, self, bot), self, bot);
        const { messages, notes } = await readThread(channel, message.thread_ts, message, bot);
        const gathered = await gatherMessages(messages, self, bot);
        return { ...gathered, notes: [...notes, ...gathered.notes] };
      },
    },
    bot,
  );
}
