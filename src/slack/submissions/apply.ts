// The submitted change: approval is asked for where it was proposed, of those who may give it.
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { Proposal } from '../../kong/apply/trail.ts';
import type { Bot } from '../context.ts';
import type { ViewListener } from '../listener.ts';
import { readApplyOrigin } from '../views/apply-modal.ts';
import { requestMessage } from '../views/change.ts';
import { notice } from '../views/notice.ts';

export const applySubmit: ViewListener = {
  kind: 'view',
  name: 'apply_submit',
  async handle({ view, body }, bot) {
    const origin = readApplyOrigin(view.private_metadata);
    const proposal = origin === undefined ? undefined : await bot.proposals.byId(origin.proposal);
    const gateway = bot.settings.gateways.find(({ name }) => name === proposal?.gateway);
    if (proposal === undefined || gateway === undefined || proposal.proposer !== body.user.id) {
      const gone = notice(['I no longer have this proposal; press Apply fix again.']);
      await bot.post.toThread(body.user.id, undefined, gone);
      return;
    }
    // Before the approvers are asked: a change that cannot be recorded is not made, so it is not asked for either.
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
    await ask(proposal, gateway, origin?.responseUrl, bot);
  },
};

async function ask(
  proposal: Proposal,
  { approvers }: GatewaySettings,
  responseUrl: string | undefined,
  bot: Bot,
): Promise<void> {
  const request = requestMessage(proposal, approvers);
  const { channel, proposer } = proposal;
  if (channel.startsWith('D')) {
    // A direct message has no second person in it: there each approver is asked alone.
    const others = approvers.filter((approver) => approver !== proposer);
    await Promise.all(others.map((approver) => bot.post.toThread(approver, undefined, request)));
    await bot.post.toThread(proposer, undefined, notice(['Approval is asked for; the outcome follows here.']));
    return;
  }
  try {
    await bot.post.toThread(channel, undefined, request);
  } catch (error) {
    if (!(error instanceof KongauthError) || error.code !== 'slack-refused' || responseUrl === undefined) throw error;
    // Where the bot is no member, the one-time address of the button still reaches the channel.
    await bot.post.respond(responseUrl, request, { inChannel: true });
  }
}
