// rich_text blocks as elements: sections, code, quotes and lists, with their styles.
import { el } from './dom.ts';
import { emojiOf, linkTo, mention, type NameOf } from './mrkdwn.ts';
import { type Fields, fieldsOf, listOf, textOf } from './wire.ts';

export function richText(block: Fields, nameOf: NameOf): HTMLElement {
  return el('div', { class: 'rich' }, ...listOf(block.elements).map((element) => part(element, nameOf)));
}

function part(element: Fields, nameOf: NameOf): HTMLElement {
  const leaves = listOf(element.elements);
  switch (element.type) {
    case 'rich_text_preformatted':
      return el('pre', { tabindex: 0 }, ...leaves.map((leaf) => leafText(leaf)));
    case 'rich_text_quote':
      return el('blockquote', {}, ...leaves.map((leaf) => leafOf(leaf, nameOf)));
    case 'rich_text_list': {
      const items = leaves.map((item) => el('li', {}, part(item, nameOf)));
      return el(element.style === 'ordered' ? 'ol' : 'ul', {}, ...items);
    }
    default:
      return el('p', {}, ...leaves.map((leaf) => leafOf(leaf, nameOf)));
  }
}

function leafText(leaf: Fields): string {
  return textOf(leaf.text) || (typeof leaf.url === 'string' ? leaf.url : '');
}

function leafOf(leaf: Fields, nameOf: NameOf): Node {
  const node = plainLeaf(leaf, nameOf);
  const style = fieldsOf(leaf.style);
  let styled: Node = node;
  if (style.code === true) styled = el('code', {}, styled);
  if (style.bold === true) styled = el('strong', {}, styled);
  if (style.italic === true) styled = el('em', {}, styled);
  if (style.strike === true) styled = el('s', {}, styled);
  return styled;
}

function plainLeaf(leaf: Fields, nameOf: NameOf): Node {
  switch (leaf.type) {
    case 'user':
      return mention(nameOf(String(leaf.user_id)));
    case 'channel':
      return el('span', { class: 'mention' }, `#${nameOf(String(leaf.channel_id))}`);
    case 'broadcast':
      return mention(String(leaf.range));
    case 'emoji':
      return document.createTextNode(emojiOf(String(leaf.name)));
    case 'link':
      return linkTo(String(leaf.url), textOf(leaf.text) || String(leaf.url));
    case 'date':
      return document.createTextNode(String(leaf.fallback ?? ''));
    default:
      return document.createTextNode(leafText(leaf));
  }
}
