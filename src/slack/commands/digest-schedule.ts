// digest schedule: with a time it is set up, without one a form opens, or a button that opens it.
import { mayRead } from '../../kong/gateways.ts';
import { actions } from '../../render/slack-blocks.ts';
import { callSlack } from '../calls.ts';
import type { Bot } from '../context.ts';
import { setUpDigest } from '../digests/set-up.ts';
import { type PrivateAsker, tellAlone } from '../private-answer.ts';
import { digestModal } from '../views/digest-modal.ts';
import { setUpMessage } from '../views/digest-schedules.ts';
import { notice } from '../views/notice.ts';
import { button } from '../views/reply.ts';
import { sayingWhyNot } from './gateway-question.ts';

/**
 * Answers `digest schedule [WHEN] [in #channel] [for GATEWAY]`.
 * @param said what stands behind `schedule`
 */
export async function digestSchedule(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  if (said === '' && asker.triggerId !== undefined) return openDigestForm(asker.triggerId, asker, bot);
  if (said === '') {
    const how = notice([
      'Say when, such as `digest schedule daily 09:00 Europe/Berlin in #gateway-alerts`, or fill in the form.',
    ]);
    const open = actions({ ...button('digest_form', 'Open the form', 'schedule'), style: 'primary' });
    return tellAlone(asker, { ...how, plain: [...how.plain, open] }, bot);
  }
  await sayingWhyNot(asker, bot, async () => {
    const done = await setUpDigest(asker, said, bot);
    await tellAlone(asker, setUpMessage(done, bot.now()), bot);
  });
}

/** @param asker where its answer is to go */
export async function openDigestForm(
  triggerId: string,
  { user, channel, responseUrl }: Pick<PrivateAsker, 'user' | 'channel' | 'responseUrl'>,
  bot: Bot,
): Promise<void> {
  const { gateways } = bot.settings;
  const first = gateways.find((gateway) => mayRead(gateway, { user, channel }));
  const origin = { channel, ...(responseUrl === undefined ? {} : { responseUrl }) };
  const names = gateways.map(({ name }) => name);
  const view = digestModal(origin, names, first?.name);
  await callSlack(() => bot.client.views.open({ trigger_id: triggerId, view }), { repeatable: false });
}
