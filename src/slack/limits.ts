// Slack's limits of one message, measured before it is sent: one block over them and the whole message is refused.
import type { OutBlock } from './post.ts';

/** Numbers of docs.slack.dev (October 2026); the sum of all text is undocumented and was measured at some 13,200. */
const BLOCKS = 50;
const ALL_TEXT = 13_000;
const MARKDOWN = 12_000;
const TABLE_TEXT = 10_000;

/** The block types that every workspace knows. */
const TRUSTED = new Set(['section', 'header', 'context', 'divider', 'actions', 'image', 'rich_text']);

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Characters of a text object or string; undefined where there is none. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return value.length;
  return isFields(value) && typeof value.text === 'string' ? value.text.length : undefined;
}

/** What Slack would refuse, in a few words each; empty when nothing. */
export function overLimits(blocks: readonly OutBlock[]): readonly string[] {
  const found: string[] = [];
  if (blocks.length > BLOCKS) found.push(`${blocks.length} blocks`);
  const all = textIn(blocks);
  if (all > ALL_TEXT) found.push(`${all} characters in all`);
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? textIn(block) : 0), 0);
  if (markdown > MARKDOWN) found.push(`${markdown} characters of markdown`);
  for (const block of blocks) found.push(...overLimitsOf({ ...block }).map((words) => `${block.type}: ${words}`));
  return found;
}

/** Types in these blocks that some workspaces do not know. */
export function untrustedTypes(blocks: readonly OutBlock[]): readonly string[] {
  return [...new Set(blocks.map((block) => block.type).filter((type) => !TRUSTED.has(type)))];
}

function overLimitsOf(block: Fields): readonly string[] {
  const found: string[] = [];
  const text = (value: unknown, most: number, name: string): void => {
    const length = lengthOf(value);
    if (length !== undefined && (length === 0 || length > most)) found.push(`${name} of ${length}`);
  };
  const list = (value: unknown, most: number, name: string): readonly Fields[] => {
    const items = listOf(value);
    if (items.length === 0 || items.length > most) found.push(`${items.length} ${name}`);
    return items;
  };
  switch (block.type) {
    case 'section':
      text(block.text, 3000, 'text');
      if (block.fields !== undefined) for (const field of list(block.fields, 10, 'fields')) text(field, 2000, 'field');
      if (isFields(block.accessory)) found.push(...overLimitsOfElement(block.accessory));
      break;
    case 'header':
      text(block.text, 150, 'text');
      break;
    case 'context':
      for (const element of list(block.elements, 10, 'elements')) text(element, 3000, 'text');
      break;
    case 'actions':
      for (const element of list(block.elements, 25, 'elements')) found.push(...overLimitsOfElement(element));
      break;
    case 'context_actions':
      list(block.elements, 5, 'elements');
      break;
    case 'container':
      text(block.title, 150, 'title');
      for (const child of list(block.child_blocks, 10, 'child blocks')) found.push(...overLimitsOf(child));
      break;
    case 'table':
    case 'data_table':
      found.push(...overLimitsOfTable(block));
      break;
    default:
      break;
  }
  return found;
}

function overLimitsOfElement(element: Fields): readonly string[] {
  const found: string[] = [];
  const over = (value: unknown, most: number, name: string): void => {
    const length = lengthOf(value);
    if (length !== undefined && length > most) found.push(`${name} of ${length}`);
  };
  over(element.action_id, 255, 'action id');
  if (element.type === 'button') {
    over(element.text, 75, 'button text');
    over(element.value, 2000, 'button value');
  }
  const options = listOf(element.options);
  if (options.length > 100) found.push(`${options.length} options`);
  for (const option of options) {
    over(option.text, 75, 'option text');
    over(option.value, 75, 'option value');
  }
  return found;
}

function overLimitsOfTable(table: Fields): readonly string[] {
  const rows: readonly unknown[] = Array.isArray(table.rows) ? table.rows : [];
  const found: string[] = [];
  if (rows.length === 0 || rows.length > 100) found.push(`${rows.length} rows`);
  const cells = rows.flatMap((row) => (Array.isArray(row) ? row : []));
  if (rows.some((row) => Array.isArray(row) && row.length > 20)) found.push('more than 20 columns');
  if (cells.some((cell) => isFields(cell) && cell.text === '')) found.push('an empty cell');
  const characters = textIn(rows);
  if (characters > TABLE_TEXT) found.push(`${characters} characters`);
  return found;
}

/** Characters that people will read, anywhere below. */
function textIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textIn(item), 0);
  if (!isFields(value)) return 0;
  let characters = 0;
  for (const [field, inner] of Object.entries(value)) {
    if (typeof inner === 'string') characters += field === 'text' || field === 'alt_text' ? inner.length : 0;
    else characters += textIn(inner);
  }
  return characters;
}
