// digest, from a command, a mention or a direct message: what matters since the last digest of a gateway, now or on schedule.
import { randomBytes } from 'node:crypto';
import { KongauthError } from '../../errors.ts';
import { digestMarkdown } from '../../render/digest.ts';
import { putDigest } from '../../store/digests.ts';
import type { Bot } from '../context.ts';
import { announcement } from '../digests/announcement.ts';
import { ASKED, makeNextDigest } from '../digests/make.ts';
import type { OutMessage } from '../post.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { digestList, digestStop } from './digest-list.ts';
import { digestSchedule } from './digest-schedule.ts';
import { forGateway } from './for-gateway.ts';
import { askGateway, sayingWhyNot } from './gateway-question.ts';

/**
 * Answers `digest [now] [for GATEWAY]`, `digest schedule ...`, `digest list` and `digest stop ...`.
 * @param said what stands behind the verb, with Slack's marks undone
 */
export async function digest(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const [, verb = '', text = ''] = /^(\S*)\s*([\s\S]*)$/.exec(said.trim()) ?? [];
  switch (verb.toLowerCase()) {
    case 'schedule':
      return digestSchedule(asker, text.replace(/[.!]$/, ''), bot);
    case 'list':
      return digestList(asker, bot);
    case 'stop':
      return digestStop(asker, text, bot);
    default:
      return digestNow(asker, said, bot);
  }
}

async function digestNow(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  const { rest, name } = forGateway(said);
  if (!['', 'now'].includes(rest.trim().toLowerCase()))
    return sayingWhyNot(asker, bot, async () => {
      throw new KongauthError(
        'usage',
        'Say `digest now`, `digest schedule daily 09:00`, `digest list` or `digest stop`; `for GATEWAY` behind it names one of several gateways.',
      );
    });
  await askGateway(asker, name, bot, async (_client, gateway): Promise<OutMessage> => {
    const id = randomBytes(6).toString('hex');
    const { digest: made, kept } = await makeNextDigest(gateway, id, ASKED, bot);
    await putDigest(bot.database, kept);
    const isLong = made.items.length > 0;
    return {
      ...(await announcement(id, made)),
      ...(isLong ? { file: { name: `kongauth-digest-${gateway.name}.md`, content: digestMarkdown(made) } } : {}),
    };
  });
}
