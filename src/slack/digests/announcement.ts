// A digest as a message of a channel: its verdict and items with buttons, and its picture.
import type { Digest } from '../../digest/digest.ts';
import { digestMessage } from '../../render/digest.ts';
import type { OutMessage } from '../post.ts';

/** @param id of its buttons */
export async function announcement(id: string, digest: Digest): Promise<OutMessage> {
  const { text, blocks, plain } = digestMessage(digest, id);
  // Echarts and resvg are loaded by those alone who draw.
  const { drawDigest } = await import('../../render/chart.ts');
  const drawn = drawDigest(digest);
  if (drawn === undefined) return { text, blocks, plain };
  const name = `kongauth-digest-${digest.gateway}.png`;
  return { text, blocks, plain, picture: { name, png: drawn.png.toString('base64'), alt: drawn.alt } };
}
