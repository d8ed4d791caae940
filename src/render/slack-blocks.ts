// The blocks that our messages are made of, each within Slack's limits, and how they are made to fit one message.
import { type SlackSafe, safeCut, safeRaw, safeSentence } from './slack-safe.ts';

/** A Block Kit block; its shape is Slack's. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Slack refuses a section over 3,000 characters and a message over some 13,200; we stay well below. */
const SECTION = 2800;
const CONTEXT = 1800;
const MESSAGE = 12_500;
const BLOCKS = 45;

export const DIVIDER: Block = { type: 'divider' };

/** @param accessory a button or select at its right */
export function section(text: SlackSafe, accessory?: Block): Block {
  const body = { type: 'section', text: { type: 'mrkdwn', text: safeCut(text, SECTION), verbatim: true } };
  return accessory === undefined ? body : { ...body, accessory };
}

export function context(text: SlackSafe): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: safeCut(text, CONTEXT), verbatim: true }] };
}

/** Text that nothing is read from: an element of a rich_text block. */
export function preformattedElement(text: string): Block {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: safeRaw(text) || ' ' }] };
}

export function preformatted(text: string): Block {
  return { type: 'rich_text', elements: [preformattedElement(text)] };
}

/** @param elements buttons and selects, five at most to stay readable */
export function actions(...elements: readonly (Block | undefined)[]): Block {
  return { type: 'actions', elements: elements.filter((element) => element !== undefined) };
}

export function plainText(text: string, length: number): Block {
  return { type: 'plain_text', text: cut(safeRaw(text), length) || '-', emoji: false };
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A snippet cut where a line ends; half a command is worse than none. */
export function cutAtLine(text: string, length: number): string {
  if (text.length <= length) return text;
  const lines = text.split('\n');
  let kept = '';
  for (const [index, line] of lines.entries()) {
    if (kept.length + line.length + 60 > length) return `${kept}# cut: ${lines.length - index} more lines`;
    kept += `${line}\n`;
  }
  return kept;
}

/**
 * Drops blocks from the end until count and characters fit, and says so.
 * @param atEnd blocks that stay whatever is dropped
 */
export function withinLimits(
  blocks: readonly Block[],
  atEnd: readonly Block[] = [],
): { readonly blocks: readonly Block[]; readonly cut: boolean } {
  const kept: Block[] = [];
  let characters = atEnd.reduce((sum, block) => sum + textLength(block), 0);
  for (const block of blocks) {
    characters += textLength(block);
    if (kept.length + atEnd.length >= BLOCKS || characters > MESSAGE)
      return { blocks: [...kept, context(safeSentence('The rest is too long for one message.')), ...atEnd], cut: true };
    kept.push(block);
  }
  return { blocks: [...kept, ...atEnd], cut: false };
}

/** Characters of all texts in a block. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (name === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  );
}
