// A mention in a channel or thread.
import type { EventArgs, EventListener } from '../listener.ts';
import type { SlackMessage } from '../message-text.ts';
import { answerMessage, selfOf } from './asked.ts';

export const appMention: EventListener = {
  kind: 'event',
  name: 'app_mention',
  async handle({ event, context }: EventArgs<'app_mention'>, bot) {
    const { user, ts, channel } = event;
    // A message of an app without a user of its own has nobody to answer to.
    if (user === undefined || user === context.botUserId) return;
    // An edit may add the mention; an edit of what is answered asks nothing new.
    const answered = (await bot.remember.byThread(channel, event.thread_ts ?? ts))?.readUpTo;
    if (event.edited !== undefined && answered !== undefined && Number(answered) >= Number(ts)) return;
    await answerMessage({ ...(event as SlackMessage), user, ts }, channel, false, selfOf(context), bot);
  },
};
