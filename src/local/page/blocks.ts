// Block Kit as elements. A block that is not known is shown by its texts, so that nothing is lost without a word.
import { el } from './dom.ts';
import { type Choices, interactive, type Press, picture } from './elements.ts';
import { mrkdwn, type NameOf, plain } from './mrkdwn.ts';
import { richText } from './rich-text.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from './wire.ts';

export interface Drawing {
  readonly nameOf: NameOf;
  readonly press: Press;
  readonly choices: Choices;
}

/** All blocks of a message or view; inputs are the modal's own matter. */
export function drawBlocks(blocks: readonly Fields[], drawing: Drawing): readonly HTMLElement[] {
  return blocks.map((block) => drawBlock(block, drawing));
}

function drawBlock(block: Fields, drawing: Drawing): HTMLElement {
  const { nameOf } = drawing;
  switch (block.type) {
    case 'header':
      return el('h3', { class: 'block-header' }, plain(textOf(block.text), true));
    case 'divider':
      return el('hr');
    case 'section':
      return section(block, drawing);
    case 'context':
      return el('div', { class: 'context' }, ...listOf(block.elements).map((element) => contextPart(element, nameOf)));
    case 'actions':
    case 'context_actions':
      return el(
        'div',
        { class: block.type === 'actions' ? 'actions' : 'actions context-actions' },
        ...listOf(block.elements).map((element) => interactive(element, drawing.press, drawing.choices)),
      );
    case 'rich_text':
      return richText(block, nameOf);
    case 'image':
      return el('figure', {}, picture(block), caption(block.title));
    case 'table':
    case 'data_table':
      return table(block, drawing);
    case 'markdown':
      return el('div', { class: 'rich' }, el('p', { class: 'pre-line' }, textOf(block.text)));
    case 'alert':
      return el('div', { class: `alert ${String(block.level ?? 'default')}` }, textNode(block.text, nameOf));
    case 'file':
      return el('div', { class: 'context' }, 'A file of this workspace.');
    default:
      return unknown(block, drawing);
  }
}

function section(block: Fields, drawing: Drawing): HTMLElement {
  const { nameOf, press, choices } = drawing;
  const body = el('div', { class: 'text' });
  if (block.text !== undefined) body.append(textNode(block.text, nameOf));
  const fields = listOf(block.fields);
  if (fields.length > 0)
    body.append(el('div', { class: 'fields' }, ...fields.map((field) => el('div', {}, textNode(field, nameOf)))));
  if (!isFields(block.accessory)) return el('div', { class: 'section' }, body);
  return el(
    'div',
    { class: 'section' },
    body,
    el('div', { class: 'accessory' }, interactive(block.accessory, press, choices)),
  );
}

function contextPart(element: Fields, nameOf: NameOf): Node {
  return element.type === 'image' ? picture(element) : el('span', {}, textNode(element, nameOf));
}

function caption(title: unknown): HTMLElement | undefined {
  const text = textOf(title);
  return text === '' ? undefined : el('figcaption', {}, text);
}

/** The first row is the head, as in Slack's own tables. */
function table(block: Fields, { nameOf }: Drawing): HTMLElement {
  const rows = Array.isArray(block.rows) ? block.rows.map((row) => listOf(row)) : [];
  const settings = Array.isArray(block.column_settings) ? block.column_settings.map(fieldsOf) : [];
  const cell = (tag: 'th' | 'td', content: Fields, column: number): HTMLElement =>
    el(
      tag,
      { class: settings[column]?.align === 'right' ? 'right' : undefined, scope: tag === 'th' ? 'col' : undefined },
      content.type === 'rich_text' ? richText(content, nameOf) : textOf(content),
    );
  const [head = [], ...body] = rows;
  return el(
    'div',
    { class: 'table', tabindex: 0, role: 'region', 'aria-label': textOf(block.caption) || 'Table' },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...head.map((content, column) => cell('th', content, column)))),
      el('tbody', {}, ...body.map((row) => el('tr', {}, ...row.map((content, column) => cell('td', content, column))))),
    ),
  );
}

function unknown(block: Fields, drawing: Drawing): HTMLElement {
  const texts = ['title', 'subtitle', 'text', 'body']
    .map((name) => block[name])
    .filter((value) => textOf(value) !== '');
  const inner = [...listOf(block.child_blocks), ...listOf(block.blocks)];
  const elements = [...listOf(block.elements), ...listOf(block.actions)];
  return el(
    'div',
    { class: 'card' },
    ...texts.map((value) => el('p', {}, textNode(value, drawing.nameOf))),
    ...drawBlocks(inner, drawing),
    ...(elements.length === 0
      ? []
      : [
          el(
            'div',
            { class: 'actions' },
            ...elements.map((element) => interactive(element, drawing.press, drawing.choices)),
          ),
        ]),
  );
}

/** A text object: mrkdwn is read, plain text is not. */
export function textNode(value: unknown, nameOf: NameOf): Node {
  const { type, emoji } = fieldsOf(value);
  if (type === 'mrkdwn') return mrkdwn(textOf(value), nameOf);
  return document.createTextNode(plain(textOf(value), emoji !== false));
}
