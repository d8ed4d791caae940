// What Slack refuses, splits or parses in a message, modal or App Home: its documented limits and what must never ping.
import assert from 'node:assert/strict';
import { checkElement } from './block-kit-elements.ts';
import { type Fields, isFields, listOf, SlackFaults, type Surface } from './block-kit-faults.ts';

export type { Surface } from './block-kit-faults.ts';

/** `refused`: Slack answers `invalid_blocks` or cuts. `unsafe`: Slack takes it, and somebody is pinged, linked or unsettled. */
export interface Verdict {
  readonly refused: readonly string[];
  readonly unsafe: readonly string[];
}

/** Block types that every workspace knows; one unknown type refuses the whole message. */
export const TRUSTED_BLOCKS: ReadonlySet<string> = new Set([
  'section',
  'header',
  'context',
  'divider',
  'actions',
  'image',
  'input',
  'rich_text',
]);
const MENTION = /@(?:here|channel|everyone)\b/;
/** All texts of a message's blocks together; undocumented, observed at 13,202 (bolt-js#2509). */
const ALL_TEXT = 13_000;
const FALLBACK = 4000;

/** What Slack has against a message; `text` is its fallback, or all there is. */
export function judgeMessage(message: { readonly text?: unknown; readonly blocks?: unknown }): Verdict {
  const faults = new SlackFaults();
  const { text } = message;
  if (typeof text !== 'string' || text.trim() === '') faults.refuse('text', 'a message without a fallback text');
  else {
    if (text.length > FALLBACK) faults.refuse('text', `${text.length} characters: over ${FALLBACK} Slack splits it`);
    faults.mrkdwn('text', text);
  }
  // `chat.update` takes an empty list to remove the old blocks.
  if (message.blocks !== undefined && !(Array.isArray(message.blocks) && message.blocks.length === 0)) {
    const blocks = checkBlocks(faults, 'message', message.blocks, 50);
    const characters = textLength(blocks);
    if (characters > ALL_TEXT) faults.refuse('blocks', `${characters} characters in all`);
    const tables = blocks.filter((block) => block.type === 'table').length;
    if (tables > 1) faults.refuse('blocks', `${tables} tables in one message`);
    const markdown = blocks
      .filter((block) => block.type === 'markdown')
      .reduce((sum, block) => sum + textLength(block), 0);
    if (markdown > 12_000) faults.refuse('blocks', `${markdown} characters of markdown`);
  }
  return faults;
}

/** What Slack has against a modal (`views.open`, `push`, `update`) or an App Home (`views.publish`). */
export function judgeView(view: unknown): Verdict {
  const faults = new SlackFaults();
  if (!isFields(view)) {
    faults.refuse('view', 'not an object');
    return faults;
  }
  const { type } = view;
  if (type !== 'modal' && type !== 'home') {
    faults.refuse('view', `type ${String(type)}`);
    return faults;
  }
  const known = ['type', 'blocks', 'private_metadata', 'callback_id', 'external_id'];
  const ofModals = ['title', 'submit', 'close', 'clear_on_close', 'notify_on_close', 'submit_disabled'];
  faults.keys('view', view, type === 'modal' ? [...known, ...ofModals] : known);
  const blocks = checkBlocks(faults, type, view.blocks, 100);
  faults.length('view.private_metadata', view.private_metadata, 3000);
  faults.length('view.callback_id', view.callback_id, 255);
  faults.length('view.external_id', view.external_id, 255);
  if (type === 'modal') {
    faults.plainText('view.title', view.title, 24);
    if (view.submit !== undefined) faults.plainText('view.submit', view.submit, 24);
    if (view.close !== undefined) faults.plainText('view.close', view.close, 24);
    if (view.submit === undefined && blocks.some((block) => block.type === 'input'))
      faults.refuse('view.submit', 'inputs without a submit button');
  }
  const bytes = Buffer.byteLength(JSON.stringify(view));
  if (bytes > 250_000) faults.refuse('view', `${bytes} bytes`);
  return faults;
}

/** Fails when Slack would refuse the message, split it, or find a ping, a link or a broken fence in it. */
export function assertPostable(
  message: { readonly text: string; readonly blocks: readonly { readonly type: string }[] },
  label: string,
): void {
  const { refused, unsafe } = judgeMessage(message);
  assert.deepEqual([...refused, ...unsafe], [], label);
  for (const { type } of message.blocks) assert.ok(TRUSTED_BLOCKS.has(type), `${label}: block type ${type}`);
  assert.doesNotMatch(message.text, /[<>]/, `${label}: an angle bracket`);
  assert.doesNotMatch(message.text.replace(/```[\s\S]*?```/g, ''), MENTION, `${label}: a mention`);
  for (const text of mrkdwnTexts(message.blocks)) {
    assert.doesNotMatch(text, /[<>]/, `${label}: an angle bracket`);
    assert.doesNotMatch(text, MENTION, `${label}: a mention`);
  }
}

function checkBlocks(faults: SlackFaults, surface: Surface, blocks: unknown, most: number): readonly Fields[] {
  if (!Array.isArray(blocks) || !blocks.every(isFields)) {
    faults.refuse('blocks', 'not a list of blocks');
    return [];
  }
  if (blocks.length === 0 || blocks.length > most) faults.refuse('blocks', `${blocks.length} blocks`);
  const ids = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    if (block.block_id !== undefined && ids.has(block.block_id)) faults.refuse(at, 'block_id twice');
    ids.add(block.block_id);
    checkBlock(faults, surface, at, block);
  }
  return blocks;
}

/** Where a block may stand; what is not here is refused, as Slack refuses what a workspace does not know. */
const SURFACES: Readonly<Record<string, readonly Surface[]>> = {
  section: ['message', 'modal', 'home'],
  header: ['message', 'modal', 'home'],
  divider: ['message', 'modal', 'home'],
  context: ['message', 'modal', 'home'],
  actions: ['message', 'modal', 'home'],
  image: ['message', 'modal', 'home'],
  rich_text: ['message', 'modal', 'home'],
  input: ['modal', 'home'],
  markdown: ['message'],
  table: ['message'],
  data_table: ['message'],
  container: ['message'],
  context_actions: ['message'],
  card: ['message'],
  alert: ['modal'],
};

function checkBlock(faults: SlackFaults, surface: Surface, at: string, block: Fields): void {
  const type = String(block.type);
  const where = SURFACES[type];
  if (where === undefined) {
    faults.refuse(at, `block type ${type}`);
    return;
  }
  if (!where.includes(surface)) faults.refuse(at, `${type} in a ${surface}`);
  faults.length(`${at}/block_id`, block.block_id, 255);
  BLOCKS[type]?.(faults, at, block, surface);
}

type Check = (faults: SlackFaults, at: string, block: Fields, surface: Surface) => void;

const BLOCKS: Readonly<Record<string, Check>> = {
  section(faults, at, block, surface) {
    faults.keys(at, block, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand']);
    if (block.text === undefined && block.fields === undefined) faults.refuse(at, 'neither text nor fields');
    if (block.text !== undefined) faults.text(`${at}/text`, block.text, 3000);
    if (block.fields !== undefined)
      for (const [index, field] of faults.list(`${at}/fields`, block.fields, 1, 10).entries())
        faults.text(`${at}/fields/${index}`, field, 2000);
    if (block.accessory !== undefined) checkElement(faults, `${at}/accessory`, block.accessory, surface, 'section');
  },
  header(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'text', 'level']);
    faults.plainText(`${at}/text`, block.text, 150);
    if (block.level !== undefined) faults.range(`${at}/level`, block.level, 1, 4);
  },
  divider(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id']);
  },
  context(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'elements']);
    for (const [index, element] of faults.list(`${at}/elements`, block.elements, 1, 10).entries()) {
      const place = `${at}/elements/${index}`;
      if (isFields(element) && element.type === 'image') BLOCKS.image?.(faults, place, element, 'message');
      else faults.text(place, element, 2000);
    }
  },
  actions(faults, at, block, surface) {
    faults.keys(at, block, ['type', 'block_id', 'elements']);
    checkElements(faults, at, block.elements, 25, surface, 'actions');
  },
  context_actions(faults, at, block, surface) {
    faults.keys(at, block, ['type', 'block_id', 'elements']);
    checkElements(faults, at, block.elements, 5, surface, 'context_actions');
  },
  image(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'image_url', 'slack_file', 'alt_text', 'title']);
    if ((block.image_url === undefined) === (block.slack_file === undefined))
      faults.refuse(at, 'image_url or slack_file, one of them');
    faults.length(`${at}/image_url`, block.image_url, 3000);
    faults.filled(`${at}/alt_text`, block.alt_text, 2000);
    if (block.title !== undefined) faults.plainText(`${at}/title`, block.title, 2000);
  },
  input(faults, at, block, surface) {
    faults.keys(at, block, ['type', 'block_id', 'label', 'element', 'hint', 'optional', 'dispatch_action']);
    faults.plainText(`${at}/label`, block.label, 2000);
    if (block.hint !== undefined) faults.plainText(`${at}/hint`, block.hint, 2000);
    checkElement(faults, `${at}/element`, block.element, surface, 'input');
  },
  rich_text(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'elements']);
    faults.richText(at, block.elements);
  },
  markdown(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'text']);
    faults.filled(`${at}/text`, block.text, 12_000);
    if (typeof block.text === 'string') faults.markdown(`${at}/text`, block.text);
  },
  alert(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'text', 'level']);
    faults.text(`${at}/text`, block.text, 200);
    faults.oneOf(`${at}/level`, block.level, ['default', 'info', 'warning', 'error', 'success']);
  },
  card(faults, at, block, surface) {
    faults.keys(at, block, ['type', 'block_id', 'hero_image', 'icon', 'title', 'subtitle', 'body', 'actions']);
    if ([block.hero_image, block.title, block.body, block.actions].every((part) => part === undefined))
      faults.refuse(at, 'an empty card');
    if (block.title !== undefined) faults.text(`${at}/title`, block.title, 150);
    if (block.subtitle !== undefined) faults.text(`${at}/subtitle`, block.subtitle, 150);
    if (block.body !== undefined) faults.text(`${at}/body`, block.body, 200);
    if (block.actions !== undefined) checkElements(faults, at, block.actions, 3, surface, 'actions');
  },
  container(faults, at, block, surface) {
    faults.keys(at, block, [
      ...['type', 'block_id', 'title', 'rich_text_title', 'subtitle', 'icon', 'child_blocks', 'width'],
      ...['is_collapsible', 'default_collapsed', 'has_header_divider'],
    ]);
    if (block.title === undefined && block.rich_text_title === undefined) faults.refuse(at, 'no title');
    if (block.title !== undefined) faults.plainText(`${at}/title`, block.title, 150);
    if (block.subtitle !== undefined) faults.plainText(`${at}/subtitle`, block.subtitle, 150);
    faults.oneOf(`${at}/width`, block.width, ['narrow', 'standard', 'wide', 'full']);
    if (block.is_collapsible === true && block.has_header_divider === true)
      faults.refuse(at, 'has_header_divider when collapsible');
    for (const [index, child] of faults.list(`${at}/child_blocks`, block.child_blocks, 1, 10).entries()) {
      if (!isFields(child)) continue;
      // The typings allow rich_text there; the live validator is reported to refuse it.
      if (child.type === 'rich_text' || child.type === 'container')
        faults.refuse(`${at}/child_blocks/${index}`, `${child.type} in a container`);
      checkBlock(faults, surface, `${at}/child_blocks/${index}`, child);
    }
  },
  table(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'rows', 'column_settings']);
    checkRows(faults, at, faults.list(`${at}/rows`, block.rows, 1, 100));
    if (block.column_settings !== undefined) faults.list(`${at}/column_settings`, block.column_settings, 1, 20);
  },
  data_table(faults, at, block) {
    faults.keys(at, block, ['type', 'block_id', 'caption', 'rows', 'page_size', 'row_header_column_index']);
    faults.filled(`${at}/caption`, isFields(block.caption) ? block.caption.text : block.caption, 2000);
    const rows = faults.list(`${at}/rows`, block.rows, 2, 101);
    checkRows(faults, at, rows);
    if (listOf(rows[0]).some((cell) => isFields(cell) && cell.type === 'rich_text'))
      faults.refuse(`${at}/rows/0`, 'rich_text in the header');
    if (new Set(rows.map((row) => listOf(row).length)).size > 1) faults.refuse(`${at}/rows`, 'rows of unequal length');
    if (block.page_size !== undefined) faults.range(`${at}/page_size`, block.page_size, 1, 100);
  },
};

function checkElements(
  faults: SlackFaults,
  at: string,
  elements: unknown,
  most: number,
  surface: Surface,
  parent: string,
): void {
  const ids = new Set<unknown>();
  for (const [index, element] of faults.list(`${at}/elements`, elements, 1, most).entries()) {
    if (isFields(element) && ids.has(element.action_id)) faults.refuse(`${at}/elements/${index}`, 'action_id twice');
    if (isFields(element)) ids.add(element.action_id);
    checkElement(faults, `${at}/elements/${index}`, element, surface, parent);
  }
}

function checkRows(faults: SlackFaults, at: string, rows: readonly unknown[]): void {
  for (const [index, row] of rows.entries())
    for (const [column, cell] of faults.list(`${at}/rows/${index}`, row, 1, 20).entries()) {
      const place = `${at}/rows/${index}/${column}`;
      if (!isFields(cell)) faults.refuse(place, 'not a cell');
      else if (cell.type === 'raw_text') faults.filled(place, cell.text, 10_000);
      else if (cell.type === 'rich_text') faults.richText(place, cell.elements);
      else if (cell.type !== 'raw_number') faults.refuse(place, `cell type ${String(cell.type)}`);
    }
  const characters = textLength(rows);
  if (characters > 10_000) faults.refuse(`${at}/rows`, `${characters} characters`);
}

/** Characters of all texts in a value. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (name === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  );
}

function mrkdwnTexts(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = isFields(value) && value.type === 'mrkdwn' && typeof value.text === 'string' ? [value.text] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnTexts)];
}
