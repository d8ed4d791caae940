// Check the gateway: says what that needs, as long as none can be asked.
import type { ActionListener } from '../listener.ts';
import { notice } from '../views/notice.ts';
import { unavailable } from '../views/status.ts';
import { answerPressed, pressedOn } from './pressed.ts';

export const checkLive: ActionListener = {
  kind: 'action',
  name: 'check_live',
  async handle(args, bot) {
    if ((await pressedOn(args, bot)) === undefined) return;
    await answerPressed(args.body, notice([unavailable('check_live', bot.settings)]), bot);
  },
};
