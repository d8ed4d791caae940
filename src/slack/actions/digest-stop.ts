// Stop, and the button that opens the form: what stands below schedules of digests.
import { digestListMessage } from '../commands/digest-list.ts';
import { openDigestForm } from '../commands/digest-schedule.ts';
import { sayingWhyNot } from '../commands/gateway-question.ts';
import { stopDigest } from '../digests/stop.ts';
import type { ActionListener } from '../listener.ts';
import { tellAlone } from '../private-answer.ts';
import { stoppedSentence } from '../views/digest-schedules.ts';
import { askerOf, chosenValue } from './pressed.ts';

/** In the place of the list comes what is left of it. */
export const digestStopButton: ActionListener = {
  kind: 'action',
  name: 'digest_stop',
  async handle({ action, body }, bot) {
    const asker = askerOf(body);
    await sayingWhyNot(asker, bot, async () => {
      const stopped = await stopDigest(asker, chosenValue(action) ?? '', bot);
      const message = await digestListMessage(asker, bot, stoppedSentence(stopped));
      if (asker.responseUrl === undefined) await tellAlone(asker, message, bot);
      else await bot.post.respond(asker.responseUrl, message, { replace: true });
    });
  },
};

export const digestForm: ActionListener = {
  kind: 'action',
  name: 'digest_form',
  handle: ({ body }, bot) => openDigestForm(body.trigger_id, askerOf(body), bot),
};
