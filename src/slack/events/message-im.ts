// A direct message: a mention without the mention.
import type { EventArgs, EventListener } from '../listener.ts';
import type { SlackMessage } from '../message-text.ts';
import { answerMessage, selfOf } from './asked.ts';

export const messageIm: EventListener = {
  kind: 'event',
  name: 'message.im',
  async handle({ event, context }: EventArgs<'message'>, bot) {
    // Edits, deletions and what bots write there are no questions.
    if (event.subtype !== undefined && event.subtype !== 'file_share') return;
    const {
      user,
      ts,
      channel,
      bot_id: botId,
    } = event as SlackMessage & { readonly ts: string; readonly channel: string };
    if (user === undefined || botId !== undefined || user === context.botUserId) return;
    await answerMessage({ ...(event as SlackMessage), user, ts }, channel, true, selfOf(context), bot);
  },
};
