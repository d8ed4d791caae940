// Check the gateway: what the diagnosis speaks of is looked up, and weighed again with what was kept of the paste.
import { randomBytes } from 'node:crypto';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { applicableOf } from '../applicable.ts';
import { readableGateway } from '../commands/for-gateway.ts';
import type { Bot, Remembered } from '../context.ts';
import type { ActionListener } from '../listener.ts';
import { lookLive } from '../live.ts';
import type { OutMessage } from '../post.ts';
import { type PrivateAsker, tellAlone, withProgress } from '../private-answer.ts';
import { notice } from '../views/notice.ts';
import { replyMessage } from '../views/reply.ts';
import { LIVE_UNAVAILABLE } from '../views/status.ts';
import { type Pressed, pressedOn } from './pressed.ts';

export const checkLive: ActionListener = {
  kind: 'action',
  name: 'check_live',
  async handle(args, bot) {
    const pressed = await pressedOn(args, bot);
    if (pressed === undefined) return;
    const { body } = args;
    // Always for the one who pressed: what the gateway says is theirs to share.
    const asker: PrivateAsker = {
      user: body.user.id,
      channel: body.channel?.id ?? pressed.remembered.channel,
      isDirect: false,
      ...(body.response_url ? { responseUrl: body.response_url } : {}),
    };
    const prepared = await prepare(pressed, asker, bot);
    if ('refusal' in prepared) return tellAlone(asker, notice([prepared.refusal]), bot);
    const sentence = `Still reading the gateway ${prepared.gateway.name}; the answer follows here.`;
    const message = await withProgress(asker, sentence, bot, () => checked(pressed, prepared, asker, bot));
    await tellAlone(asker, message, bot);
  },
};

interface Prepared {
  readonly gateway: GatewaySettings;
  readonly material: Uint8Array;
}

/** Everything that can be wrong before the gateway is asked, in one sentence. */
async function prepare(
  { remembered }: Pressed,
  asker: PrivateAsker,
  bot: Bot,
): Promise<Prepared | { readonly refusal: string }> {
  const { gateways } = bot.settings;
  if (gateways.length === 0) return { refusal: LIVE_UNAVAILABLE };
  try {
    const gateway = readableGateway(gateways, undefined, asker);
    const { material } = remembered;
    if (material === undefined)
      return {
        refusal:
          'Too little was kept of this paste to judge it again; paste it once more with `/kongauth diagnose --live`, which asks the gateway at once.',
      };
    const allowance = await bot.budget.take(asker.user, asker.channel);
    if (!allowance.ok)
      return {
        refusal: `That is more than I may analyse for you or this channel just now; press again in ${allowance.retryInSeconds} seconds.`,
      };
    return { gateway, material };
  } catch (error) {
    if (error instanceof KongauthError) return { refusal: error.message };
    throw error;
  }
}

async function checked(
  { handle, remembered }: Pressed,
  { gateway, material }: Prepared,
  asker: PrivateAsker,
  bot: Bot,
): Promise<OutMessage> {
  const looked = await lookLive(gateway, remembered.diagnosis.subjects, bot);
  const { diagnosis } = await bot.analyst.diagnose(looked.inputs, { now: bot.now(), material });
  const id = randomBytes(6).toString('hex');
  const { threadTs } = remembered;
  const [lookedAt = '', ...notes] = looked.sentences;
  const said = { news: `${lookedAt} ${changeOf(remembered.diagnosis, diagnosis)}`, notes };
  const live: Remembered = {
    id,
    diagnosis,
    user: asker.user,
    channel: asker.channel,
    at: bot.now(),
    // What was kept of the paste alone: the next look at the gateway is a fresh one.
    material,
    gateway: gateway.name,
    said,
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  await bot.remember.put(live);
  return replyMessage({
    id,
    diagnosis,
    flavour: handle.flavour,
    further: 'folded',
    audience: 'private',
    canApply: applicableOf(live, bot.settings) !== undefined,
    ...said,
  });
}

/** What the gateway's word changes. */
function changeOf(before: Diagnosis, after: Diagnosis): string {
  const [was, is] = [before.findings[0]?.cause, after.findings[0]?.cause];
  if (was === is) return 'The likeliest cause is the same.';
  return `The likeliest cause was ${was ?? 'not told'} and is now ${is ?? 'not told'}.`;
}
