// What a client makes of what somebody types: rich text in `blocks`, and the same as mrkdwn in `text`.
import type { Fields } from './fields.ts';
import type { Composed } from './workspace.ts';

const ADDRESS = /(https?:\/\/[^\s"'<>|]+)/;

/** Text as a client sends it: three entities. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export interface Typed {
  readonly message: Composed;
  /** Ids of the mentioned. */
  readonly mentions: ReadonlySet<string>;
}

/**
 * What a client makes of a whole message: fences become code blocks, `@name` a mention.
 * @param names ids by name; letters in any case
 */
export function typed(text: string, names: ReadonlyMap<string, string>): Typed {
  const mentions = new Set<string>();
  const elements: Fields[] = [];
  const texts: string[] = [];
  // An odd number of fences leaves one open: then it is prose.
  const pieces = text.split('```');
  const isFenced = pieces.length % 2 === 1;
  for (const [index, piece] of (isFenced ? pieces : [text]).entries()) {
    const isCode = index % 2 === 1;
    const trimmed = isCode ? piece.replace(/^\n/, '').replace(/\n$/, '') : piece;
    if (trimmed === '' || (!isCode && trimmed.trim() === '')) continue;
    if (isCode) {
      elements.push(preformatted(trimmed));
      texts.push(`\`\`\`${linked(trimmed)}\`\`\``);
      continue;
    }
    const { leavesOfProse, mrkdwn } = mentioned(trimmed, names, mentions);
    elements.push({ type: 'rich_text_section', elements: leavesOfProse });
    texts.push(mrkdwn);
  }
  return { message: { text: texts.join('\n'), blocks: [{ type: 'rich_text', block_id: 'r1', elements }] }, mentions };
}

function mentioned(
  prose: string,
  names: ReadonlyMap<string, string>,
  mentions: Set<string>,
): { readonly leavesOfProse: readonly Fields[]; readonly mrkdwn: string } {
  const leavesOfProse: Fields[] = [];
  let mrkdwn = '';
  for (const piece of prose.split(/(@[a-z][a-z0-9_-]*)/i)) {
    const id = piece.startsWith('@') ? names.get(piece.slice(1).toLowerCase()) : undefined;
    if (id === undefined) {
      leavesOfProse.push(...leaves(piece));
      mrkdwn += linked(piece);
    } else {
      mentions.add(id);
      leavesOfProse.push({ type: 'user', user_id: id });
      mrkdwn += `<@${id}>`;
    }
  }
  return { leavesOfProse, mrkdwn };
}

/** A pasted code block. */
export function preformatted(code: string): Fields {
  return { type: 'rich_text_preformatted', border: 0, elements: leaves(code) };
}

/** Prose as rich text: addresses become links. */
export function leaves(text: string): readonly Fields[] {
  return text
    .split(ADDRESS)
    .filter((piece) => piece !== '')
    .map((piece) => (ADDRESS.test(piece) ? { type: 'link', url: piece } : { type: 'text', text: piece }));
}

/** The same as mrkdwn. */
export function linked(text: string): string {
  return text
    .split(ADDRESS)
    .map((piece) => (ADDRESS.test(piece) ? `<${escaped(piece)}>` : escaped(piece)))
    .join('');
}
