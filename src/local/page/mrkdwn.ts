// Slack's mrkdwn as elements: bold, italic, strike, code, fences, quotes, links and names; what is not understood stays text.
import { el } from './dom.ts';

/** Who an id is. */
export type NameOf = (id: string) => string;

const EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  warning: '⚠️',
  x: '❌',
  mag: '🔍',
  hourglass_flowing_sand: '⏳',
  lock: '🔒',
  question: '❓',
  thumbsup: '👍',
  thumbsdown: '👎',
  '+1': '👍',
  '-1': '👎',
  rotating_light: '🚨',
  bulb: '💡',
};

/** The emoji of a name, or the name between colons. */
export function emojiOf(name: string): string {
  return EMOJI[name] ?? `:${name}:`;
}

/** The three entities, once. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Plain text with its emoji, where they are asked for. */
export function plain(text: string, hasEmoji: boolean): string {
  return hasEmoji ? text.replace(/:([a-z0-9_+-]{1,40}):/g, (whole, name: string) => EMOJI[name] ?? whole) : text;
}

/** A link, when it leads to the web; otherwise its label. */
export function linkTo(address: string, label: string): Node {
  if (!/^https?:\/\//i.test(address)) return document.createTextNode(label);
  return el('a', { href: address, target: '_blank', rel: 'noreferrer noopener' }, label);
}

/** A text of type mrkdwn. */
export function mrkdwn(text: string, nameOf: NameOf): DocumentFragment {
  const fragment = document.createDocumentFragment();
  // Odd pieces stand within fences; the last of an even number is an open one and stays text.
  const pieces = text.split('```');
  for (const [index, piece] of pieces.entries()) {
    const isFenced = index % 2 === 1 && index < pieces.length - 1;
    if (isFenced) fragment.append(el('pre', { tabindex: 0 }, unescaped(unlinked(piece)).replace(/^\n|\n$/g, '')));
    else if (index % 2 === 1) fragment.append(...lines(`\`\`\`${piece}`, nameOf));
    else fragment.append(...lines(index > 0 ? piece.replace(/^\n/, '') : piece, nameOf));
  }
  return fragment;
}

/** Addresses within fences are shown as they were typed. */
function unlinked(text: string): string {
  return text.replace(
    /<(https?:[^>|\n]+)(?:\|([^>\n]*))?>/g,
    (_all, address: string, label?: string) => label ?? address,
  );
}

function lines(text: string, nameOf: NameOf): readonly Node[] {
  const nodes: Node[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (index > 0) nodes.push(el('br'));
    if (line.startsWith('&gt;'))
      nodes.push(el('q', { class: 'quote' }, ...spans(line.replace(/^&gt;\s?/, ''), nameOf)));
    else nodes.push(...spans(line, nameOf));
  }
  return nodes;
}

const MARKS = { '*': 'strong', _: 'em', '~': 's' } as const;

function spans(text: string, nameOf: NameOf): readonly Node[] {
  const nodes: Node[] = [];
  // A mark opens behind the beginning or what is no letter, and closes before the like.
  const pattern =
    /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\3(?![\p{L}\p{N}])|:([a-z0-9_+-]{1,40}):/gu;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, code, token, mark, marked, emoji] = match;
    nodes.push(document.createTextNode(unescaped(text.slice(end, match.index))));
    end = match.index + whole.length;
    if (code !== undefined) nodes.push(el('code', {}, unescaped(code)));
    else if (token !== undefined) nodes.push(tokenOf(token, nameOf));
    else if (emoji !== undefined) nodes.push(document.createTextNode(EMOJI[emoji] ?? whole));
    else nodes.push(el(MARKS[mark as keyof typeof MARKS], {}, ...spans(marked ?? '', nameOf)));
  }
  nodes.push(document.createTextNode(unescaped(text.slice(end))));
  return nodes;
}

function tokenOf(token: string, nameOf: NameOf): Node {
  const [target = '', label] = token.split('|', 2);
  if (target.startsWith('@')) return mention(nameOf(target.slice(1)));
  if (target.startsWith('#')) return el('span', { class: 'mention' }, `#${label ?? nameOf(target.slice(1))}`);
  if (target.startsWith('!date^')) return document.createTextNode(label ?? target);
  if (target.startsWith('!')) return mention(label ?? target.slice(1));
  return linkTo(unescaped(target), unescaped(label ?? target));
}

/** A name that is called. */
export function mention(name: string): HTMLElement {
  return el('span', { class: 'mention' }, `@${name.replace(/^@/, '')}`);
}
