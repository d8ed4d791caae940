// Apply fix: the exact change in a form for the one who pressed, or why it is not made from here and what is instead.
import type { types } from '@slack/bolt';
import { KongauthError } from '../../errors.ts';
import { propose } from '../../kong/apply/propose.ts';
import { AdminClient } from '../../kong/client.ts';
import { withoutAddress } from '../../kong/failure.ts';
import { mayPropose } from '../../kong/gateways.ts';
import { type Applicable, applicableOf } from '../applicable.ts';
import { callSlack, slackErrorOf } from '../calls.ts';
import type { Bot } from '../context.ts';
import type { ActionArgs, ActionListener } from '../listener.ts';
import { applyModal, readingModal, refusedModal } from '../views/apply-modal.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, type Pressed, pressedOn } from './pressed.ts';

export const apply: ActionListener = {
  kind: 'action',
  name: 'apply',
  async handle(args, bot) {
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const { body } = args;
    const say = (sentence: string): Promise<void> => answerPressed(body, notice([sentence]), bot);
    const applicable = applicableOf(pressed.remembered, bot.settings);
    if (applicable === undefined)
      return say(
        'Changes are not allowed for this gateway (KONGAUTH_ALLOW_WRITE, and approvers in KONGAUTH_CONFIG); use the snippet.',
      );
    const { gateway } = applicable;
    const asker = { user: body.user.id, channel: body.channel?.id ?? pressed.remembered.channel };
    if (!mayPropose(gateway, asker))
      return say(`You may not propose changes of the gateway ${gateway.name}; use the snippet.`);
    if (gateway.approvers.every((approver) => approver === asker.user))
      return say(
        `You are the only approver of the gateway ${gateway.name}, and a second person has to approve; use the snippet, or name another in KONGAUTH_CONFIG.`,
      );
    const opened = await callSlack(
      () => bot.client.views.open({ trigger_id: body.trigger_id, view: readingModal(gateway.name) }),
      { repeatable: false },
    );
    const viewId = opened.view?.id;
    const looked = await look(applicable, pressed, asker, body, bot);
    if (viewId !== undefined && (await isShown(viewId, looked.view, bot))) return;
    // The form was closed meanwhile: a reason is told all the same, a change can be looked at again.
    if (looked.refusal !== undefined) await say(`Not applied from here. ${looked.refusal}`);
  },
};

interface Looked {
  readonly view: types.ModalView;
  readonly refusal?: string;
}

async function look(
  { gateway, change, title, snippets }: Applicable,
  { handle }: Pressed,
  asker: { readonly user: string; readonly channel: string },
  body: ActionArgs['body'],
  bot: Bot,
): Promise<Looked> {
  const refusal = (sentence: string, snippet = snippets[handle.flavour]): Looked => {
    const told = withoutAddress(sentence);
    return { refusal: told, view: refusedModal(told, snippet) };
  };
  const client = new AdminClient(gateway);
  try {
    const proposed = await propose(client, change, {
      gateway,
      key: bot.settings.fingerprintKey,
      now: bot.now(),
      title,
      proposer: asker.user,
      channel: asker.channel,
    });
    if ('refused' in proposed)
      return refusal(proposed.refused, proposed.instead === undefined ? undefined : snippets[proposed.instead]);
    await bot.proposals.put(proposed.proposal);
    return { view: applyModal(proposed.proposal, body.response_url) };
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return refusal(`Gateway ${gateway.name}: ${error.message}`);
  } finally {
    await client.close();
  }
}

/** False when its person has closed the form. */
async function isShown(viewId: string, view: types.ModalView, bot: Bot): Promise<boolean> {
  try {
    await callSlack(() => bot.client.views.update({ view_id: viewId, view }), { repeatable: true });
    return true;
  } catch (error) {
    if (slackErrorOf(error) === 'not_found') return false;
    throw error;
  }
}
