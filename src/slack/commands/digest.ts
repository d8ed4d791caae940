// digest now, from a command, a mention or a direct message: what matters since the last digest of a gateway.
import { KongauthError } from '../../errors.ts';
import { digestMarkdown, digestMessage } from '../../render/digest.ts';
import { putDigest } from '../../store/digests.ts';
import type { Bot } from '../context.ts';
import { ASKED, makeNextDigest } from '../digests/make.ts';
import type { OutMessage } from '../post.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { forGateway } from './for-gateway.ts';
import { askGateway, sayingWhyNot } from './gateway-question.ts';

/**
 * Answers `digest [now] [for GATEWAY]`.
 * @param said what stands behind the verb, with Slack's marks undone
 */
export async function digest(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const { rest, name } = forGateway(said);
  const verb = rest.trim().toLowerCase();
  if (verb !== '' && verb !== 'now')
    return sayingWhyNot(asker, bot, async () => {
      throw new KongauthError(
        'usage',
        /^(?:schedule|list|stop)\b/.test(verb)
          ? 'This version keeps no schedules: `digest now` makes a digest at once, and `kongauth digest now` can be run by cron.'
          : 'Say `digest now`; `for GATEWAY` behind it names one of several gateways.',
      );
    });
  await askGateway(asker, name, bot, async (_client, gateway): Promise<OutMessage> => {
    const { id, digest: made, kept } = await makeNextDigest(gateway, ASKED, bot);
    await putDigest(bot.database, kept);
    const { text, plain } = digestMessage(made, id);
    const isLong = made.items.length > 0;
    return {
      text,
      plain,
      ...(isLong ? { file: { name: `kongauth-digest-${gateway.name}.md`, content: digestMarkdown(made) } } : {}),
    };
  });
}
