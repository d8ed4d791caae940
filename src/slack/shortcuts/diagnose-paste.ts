// The global shortcut, and the button of the App Home: both open the form.
import { callSlack } from '../calls.ts';
import type { Bot } from '../context.ts';
import type { ActionListener, ShortcutListener } from '../listener.ts';
import { pasteModal } from '../views/paste-modal.ts';
import { gatewaysOf } from '../views/status.ts';

export const diagnosePaste: ShortcutListener = {
  kind: 'shortcut',
  name: 'diagnose_paste',
  handle: ({ shortcut }, bot) => openForm(shortcut.trigger_id, bot),
};

export const diagnosePasteButton: ActionListener = {
  kind: 'action',
  name: 'diagnose_paste',
  handle: ({ body }, bot) => openForm(body.trigger_id, bot),
};

async function openForm(triggerId: string, bot: Bot): Promise<void> {
  const view = pasteModal({}, gatewaysOf(bot.settings));
  await callSlack(() => bot.client.views.open({ trigger_id: triggerId, view }), { repeatable: false });
}
