// The flavour select and the button of the further candidates: the same diagnosis, drawn anew in its place.

import { applicableOf } from '../applicable.ts';
import { callSlack } from '../calls.ts';
import type { Bot } from '../context.ts';
import type { ActionArgs, ActionListener } from '../listener.ts';
import { diagnosisModal } from '../views/diagnosis-modal.ts';
import type { Handle } from '../views/handles.ts';
import { replyMessage } from '../views/reply.ts';
import { pressedOn } from './pressed.ts';

/** The chosen option's value says the flavour. */
export const flavour: ActionListener = {
  kind: 'action',
  name: 'flavour',
  handle: (args, bot) => redraw(args, bot, (handle) => handle),
};

/** Opens or closes the further candidates; in the App Home it opens the diagnosis. */
export const more: ActionListener = {
  kind: 'action',
  name: 'more',
  async handle(args, bot) {
    if (args.body.view === undefined)
      return redraw(args, bot, (handle) => ({ ...handle, further: handle.further === 'folded' ? 'shown' : 'folded' }));
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const view = diagnosisModal(pressed.remembered.diagnosis, pressed.handle.flavour);
    await callSlack(() => bot.client.views.open({ trigger_id: args.body.trigger_id, view }), { repeatable: false });
  },
};

async function redraw(args: ActionArgs, bot: Bot, change: (handle: Handle) => Handle): Promise<void> {
  const pressed = await pressedOn(args, bot);
  if (pressed === undefined) return;
  const { remembered } = pressed;
  const handle = change(pressed.handle);
  const canApply = applicableOf(remembered, bot.settings) !== undefined;
  const message = replyMessage({
    ...handle,
    ...remembered.said,
    diagnosis: remembered.diagnosis,
    isRedrawn: true,
    canApply,
  });
  const { container } = args.body;
  // Before it was shared a message that the channel may see is still one person's.
  const isAlone = 'is_ephemeral' in container && container.is_ephemeral === true;
  const inChannel = handle.audience === 'public' && !isAlone;
  await bot.post.respond(args.body.response_url, message, { replace: true, inChannel });
}
