// What a pressed button or select says: its value, the diagnosis it is about, and where its answer goes.
import type { Bot, Remembered } from '../context.ts';
import type { ActionArgs } from '../listener.ts';
import type { OutMessage } from '../post.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { type Handle, readHandle } from '../views/handles.ts';
import { notice } from '../views/notice.ts';

/** The value of a button, or of the chosen option. */
export function chosenValue(action: ActionArgs['action']): string | undefined {
  if ('selected_option' in action) {
    const option: unknown = action.selected_option;
    return typeof option === 'object' && option !== null && 'value' in option && typeof option.value === 'string'
      ? option.value
      : undefined;
  }
  return 'value' in action && typeof action.value === 'string' ? action.value : undefined;
}

export interface Pressed {
  readonly handle: Handle;
  readonly remembered: Remembered;
}

/** The diagnosis that the button is about; when it is gone or somebody else's, says so and gives nothing. */
export async function pressedOn({ action, body }: ActionArgs, bot: Bot): Promise<Pressed | undefined> {
  const handle = readHandle(chosenValue(action));
  const remembered = handle === undefined ? undefined : await bot.remember.byId(handle.id);
  if (handle === undefined || remembered === undefined) {
    await answerPressed(
      body,
      notice(['I no longer have this diagnosis: it has been too long; please ask again.']),
      bot,
    );
    return undefined;
  }
  if (handle.audience !== 'public' && remembered.user !== body.user.id) {
    await answerPressed(body, notice(['This diagnosis is private to whoever asked for it.']), bot);
    return undefined;
  }
  return { handle, remembered };
}

/** An answer for the one who pressed. The App Home has no address to answer to: nothing is lost there, it is drawn anew. */
export async function answerPressed(body: ActionArgs['body'], message: OutMessage, bot: Bot): Promise<void> {
  if (body.response_url) await bot.post.respond(body.response_url, message, {});
  else await bot.post.toThread(body.user.id, undefined, message);
}

/** Who pressed and where: what they are told goes there, and into the thread of the message when it is shared. */
export function askerOf(body: ActionArgs['body']): PrivateAsker {
  const { message } = body;
  const threadTs = message?.thread_ts ?? message?.ts;
  const channel = body.channel?.id ?? body.user.id;
  return {
    user: body.user.id,
    channel,
    isDirect: !/^[CG]/.test(channel),
    ...(typeof threadTs === 'string' ? { threadTs } : {}),
    ...(body.response_url ? { responseUrl: body.response_url } : {}),
  };
}
