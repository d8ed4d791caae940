// Apply fix: the exact change for the one who pressed, then the request to those who may approve it.
import { KongauthError } from '../../errors.ts';
import { propose } from '../../kong/apply/propose.ts';
import { AdminClient } from '../../kong/client.ts';
import { withoutAddress } from '../../kong/failure.ts';
import { mayPropose } from '../../kong/gateways.ts';
import { applicableOf } from '../applicable.ts';
import type { ActionListener } from '../listener.ts';
import { draftMessage, requestMessage } from '../views/change.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, chosenValue, pressedOn } from './pressed.ts';

export const apply: ActionListener = {
  kind: 'action',
  name: 'apply',
  async handle(args, bot) {
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const { body } = args;
    const say = (sentence: string): Promise<void> => answerPressed(body, notice([sentence]), bot);
    const { remembered } = pressed;
    const applicable = applicableOf(remembered, bot.settings);
    if (applicable === undefined)
      return say(
        'Changes are not allowed for this gateway (KONGAUTH_ALLOW_WRITE, and approvers in KONGAUTH_CONFIG); use the snippet.',
      );
    const { gateway, change, title } = applicable;
    const asker = { user: body.user.id, channel: body.channel?.id ?? remembered.channel };
    if (!mayPropose(gateway, asker))
      return say(`You may not propose changes of the gateway ${gateway.name}; use the snippet.`);
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
      if ('refused' in proposed) return await say(`Not applied from here. ${withoutAddress(proposed.refused)}`);
      await bot.proposals.put(proposed.proposal);
      await answerPressed(body, draftMessage(proposed.proposal), bot);
    } catch (error) {
      if (!(error instanceof KongauthError)) throw error;
      await say(`Gateway ${gateway.name}: ${withoutAddress(error.message)}`);
    } finally {
      await client.close();
    }
  },
};

export const askApproval: ActionListener = {
  kind: 'action',
  name: 'ask_approval',
  async handle({ action, body }, bot) {
    const proposal = await bot.proposals.byId(chosenValue(action) ?? '');
    const gateway = bot.settings.gateways.find(({ name }) => name === proposal?.gateway);
    if (proposal === undefined || gateway === undefined || proposal.proposer !== body.user.id)
      return answerPressed(
        body,
        notice(['I no longer have this proposal; press *Apply fix* again.'.replaceAll('*', '')]),
        bot,
      );
    const request = requestMessage(proposal, gateway.approvers);
    await bot.trail.append({
      at: bot.now(),
      gateway: gateway.name,
      proposal: proposal.id,
      who: proposal.proposer,
      what: 'proposed',
      subject: proposal.subject,
      says: 'Approval was asked for.',
      diff: proposal.diff,
    });
    // A direct message has no second person in it: there each approver is asked alone.
    if (proposal.channel.startsWith('D'))
      await Promise.all(
        gateway.approvers
          .filter((approver) => approver !== proposal.proposer)
          .map((approver) => bot.post.toThread(approver, undefined, request)),
      );
    else await bot.post.toThread(proposal.channel, undefined, request);
    await bot.post.respond(body.response_url, notice(['Approval is asked for; the outcome follows there.']), {
      replace: true,
    });
  },
};
