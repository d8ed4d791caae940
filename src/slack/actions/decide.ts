// Approve, reject and undo: a decision about a proposal, told in its place.
import { approve, reject } from '../../kong/apply/approve.ts';
import type { ApproveParts, Outcome } from '../../kong/apply/decision.ts';
import { undo } from '../../kong/apply/undo.ts';
import { AdminClient } from '../../kong/client.ts';
import { withoutAddress } from '../../kong/failure.ts';
import type { Bot } from '../context.ts';
import type { ActionArgs, ActionListener } from '../listener.ts';
import { outcomeMessage } from '../views/change.ts';
import { notice } from '../views/notice.ts';
import { answerPressed, chosenValue } from './pressed.ts';

type Decide = (id: string, who: string, parts: ApproveParts) => Promise<Outcome>;

export const approveChange: ActionListener = {
  kind: 'action',
  name: 'approve',
  handle: (args, bot) => decided(args, bot, approve),
};

export const rejectChange: ActionListener = {
  kind: 'action',
  name: 'reject',
  handle: (args, bot) => decided(args, bot, reject),
};

export const undoChange: ActionListener = {
  kind: 'action',
  name: 'undo',
  handle: (args, bot) => decided(args, bot, undo),
};

async function decided({ action, body }: ActionArgs, bot: Bot, decide: Decide): Promise<void> {
  const id = chosenValue(action) ?? '';
  const known = await bot.proposals.byId(id);
  const gateway = bot.settings.gateways.find(({ name }) => name === known?.gateway);
  if (known === undefined || gateway === undefined)
    return answerPressed(
      body,
      notice(['I no longer have this proposal; check the gateway and propose it again.']),
      bot,
    );
  const client = new AdminClient(gateway);
  try {
    const { settings, proposals, trail } = bot;
    const outcome = await decide(id, body.user.id, {
      client,
      gateway,
      allowWrite: settings.allowWrite,
      key: settings.fingerprintKey,
      proposals,
      trail,
      now: bot.now(),
    });
    const says = withoutAddress(outcome.says);
    if (outcome.state === 'refused' || outcome.proposal === undefined)
      return await answerPressed(body, notice([says]), bot);
    // Open as it was: the message keeps its buttons.
    if (outcome.proposal.state === known.state)
      return await answerPressed(
        body,
        notice([says, 'It is as open as before: press again once that is mended.']),
        bot,
      );
    const told = outcomeMessage(outcome.proposal, body.user.id, says);
    await bot.post.respond(body.response_url, told, { replace: true, inChannel: true });
    // Whoever proposed it in a direct message sees it nowhere else.
    if (known.channel.startsWith('D') && known.proposer !== body.user.id)
      await bot.post.toThread(known.proposer, undefined, told);
  } finally {
    await client.close();
  }
}
