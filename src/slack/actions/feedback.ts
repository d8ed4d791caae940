// Feedback: right or wrong, kept with the diagnosis and counted.
import type { ActionListener } from '../listener.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, chosenValue } from './pressed.ts';

export const feedback: ActionListener = {
  kind: 'action',
  name: 'feedback',
  async handle({ action, body }, bot) {
    const match = /^(good|bad):([0-9a-f]{8,32})$/.exec(chosenValue(action) ?? '');
    const id = match?.[2];
    const isGood = match?.[1] === 'good';
    if (id === undefined || !(await bot.remember.feedback(id, body.user.id, isGood)))
      return answerPressed(
        body,
        notice(['Thank you; I no longer have this diagnosis, so it could not be noted.']),
        bot,
      );
    bot.metrics.feedback.inc({ answer: isGood ? 'good' : 'bad' });
    await answerPressed(
      body,
      notice([
        isGood
          ? 'Thank you, noted.'
          : 'Thank you, noted as wrong. Paste what you found out and mention me again: the picture is made anew.',
      ]),
      bot,
    );
  },
};
