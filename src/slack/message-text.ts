// What a message says, whatever it is made of: blocks before text, then attachments of alerts; Slack's marks undone once.
import { visible } from '../render/wrap.ts';

/** Of Slack's message what is read; it comes from events, history, shortcuts and search alike. */
export interface SlackMessage {
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly subtype?: string;
  readonly text?: string;
  readonly blocks?: readonly unknown[];
  readonly attachments?: readonly unknown[];
  readonly files?: readonly unknown[];
}

/** Who we are in this workspace: our own messages and mentions are no material. */
export interface Self {
  readonly userId?: string | undefined;
  readonly botId?: string | undefined;
}

/** Levels of blocks in attachments in messages that are followed. */
const DEPTH = 8;

/** The text as it was typed or pasted, without the mention of us; empty when there is none. */
export function textOfMessage(message: SlackMessage, self: Self): string {
  const ofBlocks = ifEscaped(lines((message.blocks ?? []).map((block) => textOfBlock(block, self, 0))));
  const own = ofBlocks.trim() === '' ? fencesApart(withoutMarks(message.text ?? '', self)) : ofBlocks;
  const attached = (message.attachments ?? []).map((attachment) => textOfAttachment(attachment, self, 0));
  return visible(lines([own, ...attached])).trim();
}

/** A code block begins a line of its own, wherever Slack's text has it: a status line behind words would be none. */
function fencesApart(text: string): string {
  return text.replace(/(?<=[^\n])```/g, '\n```').replace(/```(?=[^\n`])/g, '```\n');
}

/**
 * Text of Slack's `text` fields as it was typed: tokens in angle brackets first, then the three entities, once.
 * @param text a message's text or a mrkdwn object's
 */
export function withoutMarks(text: string, self: Self = {}): string {
  return undoEntities(text.replace(/<([^<>\n]{1,4000})>/g, (_all, inner: string) => untoken(inner, self)));
}

/** Undoes the entities of a text that may have come raw: when it holds one of their characters, it did. */
export function ifEscaped(text: string): string {
  return /[<>]|&(?!amp;|lt;|gt;)/.test(text) ? text : undoEntities(text);
}

function undoEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function untoken(inner: string, self: Self): string {
  const [target = '', label = ''] = inner.split('|', 2);
  if (target.startsWith('@')) return target.slice(1) === self.userId ? '' : `@${label || target.slice(1)}`;
  if (target.startsWith('!date^')) return label;
  if (target.startsWith('#')) return `#${label || target.slice(1)}`;
  if (target.startsWith('!')) return `@${(label || target.slice(1)).replace(/^@/, '')}`;
  if (!/^[a-z][a-z0-9+.-]{0,20}:/i.test(target)) return `<${inner}>`;
  return linkText(target, label);
}

/** Slack links bare hosts and addresses by itself; then the label is what was typed. */
function linkText(url: string, label: string): string {
  if (label === '') return url;
  const bare = url.replace(/^(?:https?:\/\/|mailto:|tel:)/i, '');
  return label === bare || `${label}/` === bare || label.replace(/^https?:\/\//i, '') === bare
    ? label
    : `${label} ${url}`;
}

function textOfBlock(block: unknown, self: Self, depth: number): string {
  if (depth > DEPTH) return '';
  const inner = (name: string): readonly string[] =>
    list(block, name).map((element) => textOfBlock(element, self, depth + 1));
  switch (string(block, 'type')) {
    case 'rich_text':
      return lines(list(block, 'elements').map((element) => textOfRich(element, self)));
    case 'section':
      return lines([
        textOfObject(field(block, 'text'), self),
        ...list(block, 'fields').map((one) => textOfObject(one, self)),
      ]);
    case 'context':
      return lines(list(block, 'elements').map((one) => textOfObject(one, self)));
    case 'header':
    case 'alert':
      return textOfObject(field(block, 'text'), self);
    case 'markdown':
      return string(block, 'text');
    case 'table':
    case 'data_table':
      return lines(
        list(block, 'rows').map((row) =>
          (Array.isArray(row) ? row : [])
            .map((cell) => string(cell, 'text') || textOfBlock(cell, self, depth + 1))
            .join('\t'),
        ),
      );
    case 'container':
      return lines(inner('child_blocks'));
    case 'card':
      return lines(['title', 'subtitle', 'body'].map((name) => textOfObject(field(block, name), self)));
    case 'carousel':
      return lines(inner('elements'));
    default:
      return '';
  }
}

function textOfRich(element: unknown, self: Self): string {
  switch (string(element, 'type')) {
    case 'rich_text_list': {
      const indent = '  '.repeat(Math.min(8, Number(field(element, 'indent') ?? 0) || 0));
      // The composer makes lists of YAML that is typed; its dashes are needed again.
      const mark = string(element, 'style') === 'ordered' ? '' : '- ';
      return lines(list(element, 'elements').map((item) => `${indent}${mark}${textOfRich(item, self)}`));
    }
    default:
      return list(element, 'elements')
        .map((inline) => textOfInline(inline, self))
        .join('');
  }
}

function textOfInline(inline: unknown, self: Self): string {
  switch (string(inline, 'type')) {
    case 'text':
      return string(inline, 'text');
    case 'link':
      return string(inline, 'text') || string(inline, 'url');
    case 'user':
      return string(inline, 'user_id') === self.userId ? '' : `@${string(inline, 'user_id')}`;
    case 'usergroup':
      return `@${string(inline, 'usergroup_id')}`;
    case 'channel':
      return `#${string(inline, 'channel_id')}`;
    case 'broadcast':
      return `@${string(inline, 'range')}`;
    case 'emoji':
      return `:${string(inline, 'name')}:`;
    case 'date':
      return string(inline, 'fallback');
    case 'color':
      return string(inline, 'value');
    default:
      return '';
  }
}

/** A text object: mrkdwn has marks to undo, plain_text has none. */
function textOfObject(object: unknown, self: Self): string {
  const text = string(object, 'text');
  return string(object, 'type') === 'mrkdwn' ? withoutMarks(text, self) : ifEscaped(text);
}

/** Alerts and forwarded messages; `fallback` repeats the others and is read only when there is nothing else. */
function textOfAttachment(attachment: unknown, self: Self, depth: number): string {
  const blocks = [
    ...list(attachment, 'blocks'),
    ...list(attachment, 'message_blocks').flatMap((forwarded) => list(field(forwarded, 'message'), 'blocks')),
  ];
  const texts = ['pretext', 'title', 'text'].map((name) => withoutMarks(string(attachment, name), self));
  const fields = list(attachment, 'fields').map((one) =>
    [string(one, 'title'), withoutMarks(string(one, 'value'), self)].filter((part) => part !== '').join(': '),
  );
  const ofBlocks = blocks.map((block) => textOfBlock(block, self, depth));
  // A forwarded message has its words twice, as blocks and as text.
  const said =
    lines(ofBlocks).trim() === ''
      ? lines([...texts, ...fields])
      : lines([...texts.slice(0, 2), ...fields, ...ofBlocks]);
  return said.trim() === '' ? withoutMarks(string(attachment, 'fallback'), self) : said;
}

function lines(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function string(value: unknown, name: string): string {
  const inner = field(value, name);
  return typeof inner === 'string' ? inner : '';
}

function list(value: unknown, name: string): readonly unknown[] {
  const inner = field(value, name);
  return Array.isArray(inner) ? inner : [];
}
