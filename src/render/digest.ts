// A digest as text, Markdown, JSON and Slack blocks: three lines on a quiet day, then what matters, most first.
import { z } from 'zod';
import type { Digest } from '../digest/digest.ts';
import { type DigestItem, ITEM_KINDS } from '../digest/item.ts';
import { sentence } from './markdown.ts';
import { type Block, context, plainText, section, withinLimits } from './slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeLines, safeSentence } from './slack-safe.ts';
import { visible, wrap } from './wrap.ts';

/** Items in full; the others are counted. */
const ITEMS = 10;
const DETAILS = 6;
/** Characters of a Slack `text`. */
const TEXT = 3800;

const Iso = z.iso.datetime();

/** Version 1 of the contract. */
export const DigestJson = z.strictObject({
  version: z.literal(1),
  gateway: z.string(),
  at: Iso,
  from: Iso.exactOptional(),
  source: z.enum(['status', 'prometheus', 'none']),
  quiet: z.boolean(),
  first: z.boolean(),
  verdict: z.string(),
  figures: z.array(z.string()),
  items: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.enum(ITEM_KINDS),
      weight: z.number().int().min(0).max(100),
      says: z.string(),
      details: z.array(z.string()),
      diagnose: z.strictObject({
        type: z.string(),
        name: z.string(),
        id: z.string().exactOptional(),
        from: Iso.exactOptional(),
        to: Iso,
        status: z.number().int().exactOptional(),
      }),
    }),
  ),
  consumers: z.array(
    z.strictObject({ consumer: z.string(), failed: z.number(), requests: z.number().exactOptional() }),
  ),
  notes: z.array(z.string()),
});
export type DigestJson = z.infer<typeof DigestJson>;

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The digest in the form of the contract. */
export function digestJson(digest: Digest): DigestJson {
  const { gateway, at, from, source, isQuiet, isFirst, verdict, figures, items, consumers, notes } = digest;
  return {
    version: 1,
    gateway,
    at: iso(at),
    ...(from === undefined ? {} : { from: iso(from) }),
    source,
    quiet: isQuiet,
    first: isFirst,
    verdict,
    figures: [...figures],
    items: items.map(({ id, kind, weight, says, details, diagnose }) => ({
      id,
      kind,
      weight,
      says,
      details: [...details],
      diagnose: {
        type: diagnose.type,
        name: diagnose.name,
        ...(diagnose.id === undefined ? {} : { id: diagnose.id }),
        ...(diagnose.from === undefined ? {} : { from: iso(diagnose.from) }),
        to: iso(diagnose.to),
        ...(diagnose.status === undefined ? {} : { status: diagnose.status }),
      },
    })),
    consumers: consumers.map((one) => ({ ...one })),
    notes: [...notes],
  };
}

/** For a terminal; ends with a line break. */
export function digestText(digest: Digest, width: number): string {
  const { verdict, figures, items, notes } = digest;
  const lines = [wrap(verdict, width, ''), ...figures.map((line) => wrap(line, width, ''))];
  for (const [at, { says, details }] of items.slice(0, ITEMS).entries()) {
    lines.push('', wrap(says, width, `${at + 1}. `, '   '));
    lines.push(...details.slice(0, DETAILS).map((line) => wrap(line, width, '   ')));
  }
  if (items.length > ITEMS) lines.push('', restOf(items));
  const below = [...consumersLine(digest), ...notes];
  if (below.length > 0) lines.push('', ...below.map((line) => wrap(line, width, '')));
  return `${visible(lines.join('\n'))}\n`;
}

function restOf(items: readonly DigestItem[]): string {
  return `${items.length - ITEMS} more of less weight.`;
}

/** Who gets most failures; only where something matters, since somebody always does. */
function consumersLine({ consumers, items }: Digest): readonly string[] {
  const isAbout = items.some(({ kind }) => kind === 'failures');
  if (!isAbout || consumers.length === 0) return [];
  const list = consumers.slice(0, 3).map(({ consumer, failed, requests }) => {
    const name = `\`${consumer.replaceAll('`', "'").replace(/\s+/g, ' ').slice(0, 80)}\``;
    return `${name} ${failed.toLocaleString('en-US')}${requests === undefined ? '' : ` of ${requests.toLocaleString('en-US')}`}`;
  });
  return [`Most failures by consumer: ${list.join(', ')}.`];
}

/** GitHub's dialect; no name can mark up or mention. */
export function digestMarkdown(digest: Digest): string {
  const { verdict, figures, items, notes } = digest;
  const parts = [
    `**${sentence(verdict)}**`,
    figures.map(sentence).join('  \n'),
    items
      .slice(0, ITEMS)
      .map(({ says, details }, at) =>
        [`${at + 1}. ${sentence(says)}`, ...details.slice(0, DETAILS).map((line) => `   - ${sentence(line)}`)].join(
          '\n',
        ),
      )
      .join('\n'),
    items.length > ITEMS ? restOf(items) : '',
    [...consumersLine(digest), ...notes].map((line) => `> ${sentence(line)}`).join('\n>\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** What a `Diagnose this` button carries: which digest and which of its items. */
export interface DigestHandle {
  readonly digest: string;
  readonly item: string;
}

/** `DIGEST:ITEM` */
export function digestHandle({ digest, item }: DigestHandle): string {
  return `${digest}:${item}`;
}

/** Undefined for what is none of ours. */
export function readDigestHandle(value: string | undefined): DigestHandle | undefined {
  const match = /^([0-9A-Za-z-]{1,64}):([0-9a-f]{12})$/.exec(value ?? '');
  return match === null ? undefined : { digest: match[1] ?? '', item: match[2] ?? '' };
}

export interface DigestMessage {
  /** For notifications, and where no blocks are taken. */
  readonly text: SlackSafe;
  readonly blocks: readonly Block[];
  /** Without buttons, for those who may not press them or where they mean nothing. */
  readonly plain: readonly Block[];
}

/**
 * The message of a digest; the picture is uploaded beside it.
 * @param id by which the bot finds the digest again
 */
export function digestMessage(digest: Digest, id: string): DigestMessage {
  const { verdict, figures, items, notes } = digest;
  const head = [section(safeBold(verdict)), context(safeLines(...figures.map(safeSentence)))];
  const shown = items.slice(0, ITEMS);
  const rest = items.length > ITEMS ? [context(safeSentence(restOf(items)))] : [];
  const below = [...consumersLine(digest), ...notes.slice(0, 5)].map(safeSentence);
  const end = below.length === 0 ? [] : [context(safeLines(...below))];
  const bodyOf = ({ says, details }: DigestItem, at: number): SlackSafe =>
    safeLines(
      safeSentence(`${at + 1}. ${says}`),
      ...details.slice(0, DETAILS).map((line) => safeSentence(`• ${line}`)),
    );
  const blocks = shown.map((item, at) => section(bodyOf(item, at), diagnoseButton(id, item, at)));
  const plain = shown.map((item, at) => section(bodyOf(item, at)));
  const lines = [verdict, ...figures, ...shown.map(({ says }, at) => `${at + 1}. ${says}`)];
  return {
    text: safeCut(safeLines(...lines.map(safeSentence)), TEXT),
    blocks: withinLimits([...head, ...blocks, ...rest], end).blocks,
    plain: withinLimits([...head, ...plain, ...rest], end).blocks,
  };
}

function diagnoseButton(digest: string, item: DigestItem, at: number): Block {
  return {
    type: 'button',
    action_id: 'diagnose_item',
    text: plainText('Diagnose this', 75),
    value: digestHandle({ digest, item: item.id }),
    accessibility_label: `Diagnose item ${at + 1} of the digest`,
  };
}
