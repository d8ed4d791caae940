// digest list and digest stop: the schedules of a channel, or one's own, and their end.
import { KongauthError } from '../../errors.ts';
import type { Bot } from '../context.ts';
import { isPrivate, listedFor, stopDigest } from '../digests/stop.ts';
import type { OutMessage } from '../post.ts';
import { type PrivateAsker, tellAlone } from '../private-answer.ts';
import { listMessage, stoppedSentence } from '../views/digest-schedules.ts';
import { sayingWhyNot } from './gateway-question.ts';

/** Answers `digest list`. */
export async function digestList(asker: PrivateAsker, bot: Bot): Promise<void> {
  await tellAlone(asker, await digestListMessage(asker, bot), bot);
}

/** @param news what happened just before */
export async function digestListMessage(
  asker: Pick<PrivateAsker, 'user' | 'channel'>,
  bot: Bot,
  news?: string,
): Promise<OutMessage> {
  const listed = await listedFor(asker, bot);
  return listMessage({ ...listed, isOwn: isPrivate(asker), ...(news === undefined ? {} : { news }) });
}

/**
 * Answers `digest stop [ID|all]`; where it is not clear which, the list comes with a button for each.
 * @param said what stands behind `stop`
 */
export async function digestStop(asker: PrivateAsker, said: string, bot: Bot): Promise<void> {
  await sayingWhyNot(asker, bot, async () => {
    const wanted = said.replaceAll('`', '').toLowerCase();
    if (wanted !== '' && !/^[a-z0-9]{3,20}$/.test(wanted))
      throw new KongauthError(
        'usage',
        'Say `digest stop ID` with the id that `digest list` shows, or `digest stop all`.',
      );
    const { schedules } = await listedFor(asker, bot);
    const [first, ...others] = schedules;
    if (first === undefined && (wanted === '' || wanted === 'all')) return digestList(asker, bot);
    if (wanted === '' && others.length > 0)
      return tellAlone(asker, await digestListMessage(asker, bot, 'Which one? Press its button, or say its id.'), bot);
    const ids = wanted === 'all' ? schedules.map(({ id }) => id) : [wanted === '' ? (first?.id ?? '') : wanted];
    const stopped: string[] = [];
    for (const id of ids) stopped.push(stoppedSentence(await stopDigest(asker, id, bot)));
    await tellAlone(asker, await digestListMessage(asker, bot, stopped.join(' ')), bot);
  });
}
