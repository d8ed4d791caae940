// Diagnose this, below an item of a digest: for the one who pressed, who may share it in the digest's thread.
import { itemIn } from '../../digest/kept-item.ts';
import { readDigestHandle } from '../../render/digest.ts';
import { digestById } from '../../store/digests.ts';
import { askGateway } from '../commands/gateway-question.ts';
import { diagnoseItem } from '../digests/diagnose.ts';
import type { ActionListener } from '../listener.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, askerOf, chosenValue } from './pressed.ts';

export const diagnoseItemButton: ActionListener = {
  kind: 'action',
  name: 'diagnose_item',
  async handle({ action, body }, bot) {
    const handle = readDigestHandle(chosenValue(action));
    const kept = handle === undefined ? undefined : await digestById(bot.database, handle.digest);
    const found = handle === undefined || kept === undefined ? undefined : itemIn(kept.payload, handle.item);
    if (kept === undefined || found === undefined) return answerPressed(body, notice([GONE]), bot);
    const asker = askerOf(body);
    await askGateway(asker, kept.gateway, bot, (client, gateway) =>
      diagnoseItem({ ...found, asker, client, gateway }, bot),
    );
  },
};

const GONE = 'I no longer have this digest, old ones make room; `digest now` makes a new one.';
