// The message shortcut: one message and its thread, answered to the asker alone.
import { answer } from '../answer.ts';
import { selfOf } from '../events/asked.ts';
import { gatherMessages } from '../gather.ts';
import type { ShortcutListener } from '../listener.ts';
import type { SlackMessage } from '../message-text.ts';
import { readThread } from '../read-thread.ts';

export const diagnoseMessage: ShortcutListener = {
  kind: 'shortcut',
  name: 'diagnose_message',
  async handle({ shortcut, context }, bot) {
    if (shortcut.type !== 'message_action') return;
    const message: SlackMessage = shortcut.message;
    const self = selfOf(context);
    const channel = shortcut.channel.id;
    const threadTs = message.thread_ts ?? shortcut.message.ts;
    await answer(
      {
        user: shortcut.user.id,
        where: { kind: 'private', channel, threadTs, responseUrl: shortcut.response_url },
        async gather() {
          const { messages, notes } = await readThread(channel, threadTs, message, bot);
          const gathered = await gatherMessages(messages, self, bot);
          return { ...gathered, notes: [...notes, ...gathered.notes] };
        },
      },
      bot,
    );
  },
};
