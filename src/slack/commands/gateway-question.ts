// A question about a live gateway: who may ask, how often, over which client, and how what goes wrong is said.
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { AdminClient } from '../../kong/client.ts';
import type { Bot } from '../context.ts';
import type { OutMessage } from '../post.ts';
import { answerPrivately, type PrivateAsker, tellAlone, withProgress } from '../private-answer.ts';
import { notice } from '../views/notice.ts';
import { readableGateway } from './for-gateway.ts';

/** Errors that the asker alone can do something about: they are answers, not failures. */
const ANSWERS: ReadonlySet<string> = new Set(['usage', 'not-configured', 'forbidden', 'kong-not-found']);

/**
 * Asks one gateway and answers the asker alone, with a way to share.
 * @param name of the gateway; undefined: the first one that the asker may read
 * @param ask makes the answer; the client is closed afterwards
 */
export async function askGateway(
  asker: PrivateAsker,
  name: string | undefined,
  bot: Bot,
  ask: (client: AdminClient, gateway: GatewaySettings) => Promise<OutMessage>,
): Promise<void> {
  await sayingWhyNot(asker, bot, async () => {
    const gateway = readableGateway(bot.settings.gateways, name, asker);
    const allowance = await bot.budget.take(asker.user, asker.channel);
    if (!allowance.ok)
      throw new KongauthError(
        'usage',
        `That is more than I may ask a gateway for you just now; ask again in ${allowance.retryInSeconds} seconds.`,
      );
    const client = new AdminClient(gateway);
    try {
      const sentence = `Still reading the gateway ${gateway.name}; the answer follows here.`;
      const message = await withProgress(asker, sentence, bot, () => ask(client, gateway));
      await answerPrivately(asker, message, bot);
    } finally {
      await client.close();
    }
  });
}

/** Says a mistake of the asker's in its one sentence; what is wrong with us or the world is thrown on. */
export async function sayingWhyNot(asker: PrivateAsker, bot: Bot, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof KongauthError) || !ANSWERS.has(error.code)) throw error;
    bot.log.info({ code: error.code }, 'a question about a gateway was not one');
    await tellAlone(asker, notice([error.message]), bot);
  }
}
