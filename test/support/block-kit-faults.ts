// Collects what Slack has against a payload; text objects, rich text and lists as Block Kit documents them.

export type Surface = 'message' | 'modal' | 'home';

export interface Fields {
  readonly [field: string]: unknown;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Links that the bot may make by itself: Kong's documentation, its own, and places in the workspace. */
const OWN_LINKS = /^https:\/\/(?:(?:docs|developer)\.konghq\.com|github\.com|[\w-]+\.slack\.com)\//;
const ENTITIES = /&(?:amp|lt|gt);/g;
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}]/u;

/** Everything found, by pointer; the checks of one payload share it. */
export class SlackFaults {
  readonly refused: string[] = [];
  readonly unsafe: string[] = [];

  /** Slack refuses the payload for this. */
  refuse(at: string, why: string): void {
    this.refused.push(`${at}: ${why}`);
  }

  /** Slack takes it, to somebody's harm. */
  warn(at: string, why: string): void {
    this.unsafe.push(`${at}: ${why}`);
  }

  /** Slack answers `invalid additional property` for any other. */
  keys(at: string, fields: Fields, known: readonly string[]): void {
    for (const key of Object.keys(fields)) if (!known.includes(key)) this.refuse(at, `additional property ${key}`);
  }

  /** A text that may be absent. */
  length(at: string, value: unknown, most: number): void {
    if (value !== undefined && (typeof value !== 'string' || value.length > most))
      this.refuse(at, `${typeof value === 'string' ? value.length : typeof value}, not up to ${most} characters`);
  }

  /** A text that must have something in it. */
  filled(at: string, value: unknown, most: number): void {
    if (typeof value !== 'string' || value.length === 0) this.refuse(at, 'no text');
    else this.length(at, value, most);
    if (typeof value === 'string') this.visible(at, value);
  }

  range(at: string, value: unknown, least: number, most: number): void {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      this.refuse(at, `${String(value)} is not ${least} to ${most}`);
  }

  oneOf(at: string, value: unknown, allowed: readonly string[]): void {
    if (value !== undefined && !allowed.includes(String(value))) this.refuse(at, String(value));
  }

  /** The list, empty when it is none. */
  list(at: string, value: unknown, least: number, most: number): readonly unknown[] {
    const list = listOf(value);
    if (!Array.isArray(value) || list.length < least || list.length > most)
      this.refuse(at, `${list.length} elements, not ${least} to ${most}`);
    return list;
  }

  plainText(at: string, value: unknown, most: number): void {
    if (!isFields(value) || value.type !== 'plain_text') {
      this.refuse(at, 'not plain_text');
      return;
    }
    this.keys(at, value, ['type', 'text', 'emoji']);
    this.filled(at, value.text, most);
  }

  /** mrkdwn or plain_text. */
  text(at: string, value: unknown, most: number): void {
    if (!isFields(value) || value.type !== 'mrkdwn') {
      this.plainText(at, value, most);
      return;
    }
    this.keys(at, value, ['type', 'text', 'verbatim']);
    this.filled(at, value.text, most);
    if (value.verbatim !== true) this.warn(at, 'mrkdwn that links by itself');
    if (typeof value.text === 'string') this.mrkdwn(at, value.text);
  }

  /** Text that Slack parses: pings, links and entities. */
  mrkdwn(at: string, text: string): void {
    this.visible(at, text);
    if (/&/.test(text.replace(ENTITIES, ''))) this.warn(at, 'a bare ampersand');
    if ((text.split('```').length - 1) % 2 !== 0) this.warn(at, 'an open fence');
    for (const [, token = ''] of text.matchAll(/<([^<>]*)>/g)) this.token(at, token);
    if (/[<>]/.test(text.replace(/<[^<>]*>/g, ''))) this.warn(at, 'a bare angle bracket');
  }

  /** Markdown of a `markdown` block: Slack's tokens work there too, and so do Markdown's links and pictures. */
  markdown(at: string, text: string): void {
    this.mrkdwn(at, text);
    for (const [, url = ''] of text.matchAll(/\]\(([^)]*)\)/g))
      if (!OWN_LINKS.test(url)) this.warn(at, `a link to ${url}`);
  }

  private token(at: string, token: string): void {
    if (/^@[UW]\w+$/.test(token) || /^#[CG]\w+/.test(token) || token.startsWith('!date^')) return;
    if (OWN_LINKS.test(token)) return;
    this.warn(at, `a control sequence <${token}>`);
  }

  private visible(at: string, text: string): void {
    if (INVISIBLE.test(text.replace(/[\n\t]/g, ''))) this.warn(at, 'an invisible control character');
  }

  /** The elements of a rich_text block. */
  richText(at: string, elements: unknown): void {
    for (const [index, element] of this.list(`${at}/elements`, elements, 1, 1000).entries()) {
      const place = `${at}/elements/${index}`;
      if (!isFields(element)) this.refuse(place, 'not an element');
      else this.richTextPart(place, element);
    }
  }

  private richTextPart(at: string, part: Fields): void {
    const inner = listOf(part.elements);
    if (part.type === 'rich_text_list') {
      this.keys(at, part, ['type', 'style', 'elements', 'indent', 'offset', 'border']);
      this.oneOf(at, part.style ?? 'missing', ['bullet', 'ordered']);
      if (part.indent !== undefined) this.range(`${at}/indent`, part.indent, 0, 8);
      if (inner.length === 0) this.refuse(at, 'an empty list');
      for (const section of inner)
        if (isFields(section) && section.type === 'rich_text_section') this.richTextPart(at, section);
        else this.refuse(at, 'a list of something else than sections');
      return;
    }
    const known = ['rich_text_section', 'rich_text_quote', 'rich_text_preformatted'];
    if (!known.includes(String(part.type))) {
      this.refuse(at, `element type ${String(part.type)}`);
      return;
    }
    this.keys(at, part, [
      'type',
      'elements',
      'border',
      ...(part.type === 'rich_text_preformatted' ? ['language'] : []),
    ]);
    if (inner.length === 0) this.refuse(at, 'no elements');
    for (const element of inner) this.richTextLeaf(at, element, part.type === 'rich_text_preformatted');
  }

  private richTextLeaf(at: string, leaf: unknown, preformatted: boolean): void {
    if (!isFields(leaf)) {
      this.refuse(at, 'not an element');
      return;
    }
    if (leaf.type === 'text') {
      this.keys(at, leaf, ['type', 'text', 'style']);
      this.filled(at, leaf.text, 13_000);
      return;
    }
    if (leaf.type === 'link') {
      this.length(at, leaf.url, 3000);
      if (!OWN_LINKS.test(String(leaf.url))) this.warn(at, `a link to ${String(leaf.url)}`);
      return;
    }
    if (preformatted) {
      this.refuse(at, `${String(leaf.type)} in preformatted text`);
      return;
    }
    if (leaf.type === 'broadcast' || leaf.type === 'usergroup') {
      this.warn(at, `${leaf.type} pings`);
      return;
    }
    if (!['user', 'channel', 'emoji', 'date'].includes(String(leaf.type)))
      this.refuse(at, `element type ${String(leaf.type)}`);
  }
}
