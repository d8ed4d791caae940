// /kongauth: picks the verb; diagnose with text answers at once, without text it opens the form.
import { answer } from '../answer.ts';
import { callSlack } from '../calls.ts';
import { gatherPaste } from '../gather.ts';
import type { CommandListener } from '../listener.ts';
import { ifEscaped, withoutMarks } from '../message-text.ts';
import { pasteModal } from '../views/paste-modal.ts';
import { gatewaysOf } from '../views/status.ts';
import { LIVE } from './live.ts';
import { liveIn } from './live-in.ts';
import { said } from './said.ts';

export const kongauth: CommandListener = {
  kind: 'command',
  name: '/kongauth',
  async handle({ command }, bot) {
    // A pasted text has line breaks: everything after the verb is material.
    const [, word = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(command.text ?? '') ?? [];
    const verb = word.toLowerCase();
    const liveVerb = LIVE[verb];
    if (liveVerb !== undefined) {
      const asker = { user: command.user_id, channel: command.channel_id, responseUrl: command.response_url };
      const isDirect = command.channel_id.startsWith('D');
      return liveVerb({ ...asker, isDirect, triggerId: command.trigger_id }, withoutMarks(rest).trim(), bot);
    }
    if (verb !== 'diagnose') return bot.post.respond(command.response_url, said(verb, rest), {});
    const { text, live } = liveIn(rest, gatewaysOf(bot.settings));
    if (text.trim() === '') {
      const origin = { channel: command.channel_id, responseUrl: command.response_url };
      const view = pasteModal(origin, gatewaysOf(bot.settings), live === undefined ? undefined : (live.gateway ?? ''));
      await callSlack(() => bot.client.views.open({ trigger_id: command.trigger_id, view }), { repeatable: false });
      return;
    }
    await answer(
      {
        user: command.user_id,
        where: { kind: 'private', channel: command.channel_id, responseUrl: command.response_url },
        ...(live === undefined ? {} : { live }),
        gather: () => gatherPaste(ifEscaped(text), [], command.user_id, bot),
      },
      bot,
    );
  },
};
