// Share: a private diagnosis goes to its channel or thread, once.
import { KongauthError } from '../../errors.ts';
import { applicableOf } from '../applicable.ts';
import type { Bot } from '../context.ts';
import type { ActionListener } from '../listener.ts';
import { notice } from '../views/notice.ts';
import { replyMessage } from '../views/reply.ts';
import { answerPressed, type Pressed, pressedOn } from './pressed.ts';

export const share: ActionListener = {
  kind: 'action',
  name: 'share',
  async handle(args, bot) {
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const { handle, remembered } = pressed;
    if (remembered.shared === true) return answerPressed(args.body, notice(['This diagnosis is shared already.']), bot);
    // Before the call: a second press while it is under way shares nothing twice.
    await bot.remember.put({ ...remembered, shared: true });
    try {
      const ts = await post(pressed, args.body.response_url, bot);
      await bot.remember.put({ ...remembered, shared: true, ...(ts === undefined ? {} : { messageTs: ts }) });
    } catch (error) {
      await bot.remember.put(remembered);
      throw error;
    }
    const shown = { ...remembered, ...remembered.said, ...handle, audience: 'shared' } as const;
    await bot.post.respond(args.body.response_url, replyMessage(shown), { replace: true });
  },
};

/** Where the bot is no member, the one-time address of the button still reaches the channel, though not its threads. */
async function post({ handle, remembered }: Pressed, responseUrl: string, bot: Bot): Promise<string | undefined> {
  const { id, diagnosis, channel, threadTs } = remembered;
  const message = replyMessage({
    ...handle,
    ...remembered.said,
    id,
    diagnosis,
    audience: 'public',
    canApply: applicableOf(remembered, bot.settings) !== undefined,
  });
  try {
    return (await bot.post.toThread(channel, threadTs, message))?.ts;
  } catch (error) {
    if (!(error instanceof KongauthError) || error.code !== 'slack-refused') throw error;
    await bot.post.respond(responseUrl, message, { inChannel: true });
    return undefined;
  }
}
