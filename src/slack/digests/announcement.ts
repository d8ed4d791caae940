// A digest as a message of a channel: its verdict and items with buttons, and its picture.
import { digestMessage } from '../../render/digest.ts';
import type { Bot } from '../context.ts';
import type { OutMessage } from '../post.ts';
import type { MadeDigest } from './make.ts';

/** Draws it and uploads the picture; without one the message says the same in words. */
export async function announcement({ id, digest }: MadeDigest, bot: Bot): Promise<OutMessage> {
  const { text, blocks, plain } = digestMessage(digest, id);
  // Echarts and resvg are loaded by those alone who draw.
  const { drawDigest } = await import('../../render/chart.ts');
  const picture = drawDigest(digest);
  const file =
    picture === undefined
      ? undefined
      : await bot.post.picture(`kongauth-digest-${digest.gateway}.png`, picture.png, picture.alt);
  if (picture === undefined || file === undefined) return { text, blocks, plain };
  return { text, blocks: [...blocks, { type: 'image', slack_file: { id: file }, alt_text: picture.alt }], plain };
}
