// Explain: the page of the likeliest cause, for the one who pressed.
import { CAUSES } from '../../diagnosis/causes/index.ts';
import type { ActionListener } from '../listener.ts';
import { causeList, causePage } from '../views/cause-page.ts';
import { answerPressed, pressedOn } from './pressed.ts';

export const explain: ActionListener = {
  kind: 'action',
  name: 'explain',
  async handle(args, bot) {
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const name = pressed.remembered.diagnosis.findings[0]?.cause;
    const cause = CAUSES.find((one) => one.name === name);
    await answerPressed(args.body, cause === undefined ? causeList() : causePage(cause), bot);
  },
};
