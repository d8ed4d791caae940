// JSON as people paste it: comments, trailing commas, single quotes, bare keys, missing braces, cut off in the middle.
import { SPAN_LIMIT, type Spans } from './spans.ts';

/** A value read from a text, with what was wrong on the way. */
export interface JsonRead {
  readonly value: unknown;
  readonly spans: Spans;
  /** Errors with the offset where they stand, one sentence each. */
  readonly problems: readonly { readonly text: string; readonly offset: number }[];
}

/** Deeper nesting is given up, so that hostile input cannot exhaust the stack. */
const DEPTH_LIMIT = 60;
const PROBLEM_LIMIT = 5;

/**
 * Reads one JSON value with tolerance, in one pass. A text that begins with a quoted key is read as the inside of an
 * object.
 * @returns undefined when the text does not begin as JSON or stops being JSON in its midst
 */
export function readJson(text: string): JsonRead | undefined {
  const parser = new JsonParser(text);
  return parser.document();
}

/** Thrown inside this file alone: the text is no JSON after all. */
class NotJson extends Error {}

class JsonParser {
  private at = 0;
  private readonly spans: Spans = new Map();
  private readonly problems: { text: string; offset: number }[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  document(): JsonRead | undefined {
    try {
      this.blank();
      const first = this.text[this.at];
      const start = this.at;
      if (first !== '{' && first !== '[' && first !== '"') return undefined;
      const bare = first === '"';
      const value = bare ? this.members('', 0, undefined) : this.value('', 0);
      this.spans.set('', { key: start, start, end: this.at });
      this.blank();
      if (this.text[this.at] === ',' || this.text[this.at] === ';') this.at++;
      this.blank();
      if (this.at < this.text.length) {
        // What follows a bare `"name": ...` fragment makes it something else; after braces it is only a remark.
        if (bare) return undefined;
        this.problem('Text follows after the end of the JSON and was not read', this.at);
      }
      return { value, spans: this.spans, problems: this.problems };
    } catch (error) {
      if (error instanceof NotJson) return undefined;
      throw error;
    }
  }

  private problem(text: string, offset: number): void {
    if (this.problems.length < PROBLEM_LIMIT) this.problems.push({ text, offset });
  }

  private value(path: string, depth: number): unknown {
    if (depth > DEPTH_LIMIT) throw new NotJson();
    const character = this.text[this.at];
    if (character === '{') {
      this.at++;
      return this.members(path, depth, '}');
    }
    if (character === '[') {
      this.at++;
      return this.items(path, depth);
    }
    if (character === '"' || character === "'") return this.string(character);
    return this.word();
  }

  private members(path: string, depth: number, close: '}' | undefined): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (;;) {
      this.blank();
      const character = this.text[this.at];
      if (character === undefined) {
        if (close !== undefined) this.problem('The JSON ends before its last brace is closed', this.text.length - 1);
        return object;
      }
      if (character === close) {
        this.at++;
        return object;
      }
      if (character === ',') {
        this.at++;
        continue;
      }
      if (this.ellipsis()) continue;
      const keyStart = this.at;
      const key = character === '"' || character === "'" ? this.string(character) : this.bareKey();
      this.blank();
      if (this.text[this.at] !== ':') {
        if (this.at >= this.text.length) continue;
        throw new NotJson();
      }
      this.at++;
      this.blank();
      if (this.at >= this.text.length) continue;
      const inner = path === '' ? key : `${path}.${key}`;
      const start = this.at;
      const value = this.value(inner, depth + 1);
      // `__proto__` as a key must not become a prototype.
      if (key !== '__proto__') object[key] = value;
      this.span(inner, keyStart, start);
      this.separator(close ?? '');
    }
  }

  private items(path: string, depth: number): unknown[] {
    const list: unknown[] = [];
    for (;;) {
      this.blank();
      const character = this.text[this.at];
      if (character === undefined) {
        this.problem('The JSON ends before its last bracket is closed', this.text.length - 1);
        return list;
      }
      if (character === ']') {
        this.at++;
        return list;
      }
      if (character === ',') {
        this.at++;
        continue;
      }
      if (this.ellipsis()) continue;
      const inner = path === '' ? String(list.length) : `${path}.${list.length}`;
      const start = this.at;
      list.push(this.value(inner, depth + 1));
      this.span(inner, start, start);
      this.separator(']');
    }
  }

  /** After a value: a comma, the end, or (with a remark) the next member on a new line. */
  private separator(close: string): void {
    const before = this.at;
    this.blank();
    const character = this.text[this.at];
    if (character === undefined || character === ',' || character === close || this.atEllipsis()) return;
    if (!this.text.slice(before, this.at).includes('\n')) throw new NotJson();
    this.problem('A comma is missing', before);
  }

  private string(quote: string): string {
    const start = this.at++;
    let from = this.at;
    let result = '';
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (Number.isNaN(code)) {
        this.problem('The JSON ends inside a text', start);
        return result + this.text.slice(from);
      }
      const character = this.text[this.at] ?? '';
      if (character === quote) {
        result += this.text.slice(from, this.at);
        this.at++;
        return result;
      }
      if (character === '\n') {
        // A quote that is never closed must not swallow the rest.
        if (quote === "'") throw new NotJson();
        this.problem('A text goes on over the end of its line', start);
      }
      if (character === '\\') {
        result += this.text.slice(from, this.at) + this.escape();
        from = this.at;
      } else this.at++;
    }
  }

  private escape(): string {
    const character = this.text[this.at + 1] ?? '';
    this.at += 2;
    if (character === 'u') {
      const digits = this.text.slice(this.at, this.at + 4);
      if (/^[0-9a-fA-F]{4}$/.test(digits)) {
        this.at += 4;
        return String.fromCharCode(Number.parseInt(digits, 16));
      }
      return 'u';
    }
    return { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[character] ?? character;
  }

  private bareKey(): string {
    const start = this.at;
    while (/[\w$@.-]/.test(this.text[this.at] ?? '')) this.at++;
    if (this.at === start) throw new NotJson();
    return this.text.slice(start, this.at);
  }

  private word(): unknown {
    const start = this.at;
    while (/[\w+.-]/.test(this.text[this.at] ?? '')) this.at++;
    const word = this.text.slice(start, this.at);
    if (word === 'true' || word === 'True') return true;
    if (word === 'false' || word === 'False') return false;
    if (word === 'null' || word === 'None' || word === 'undefined' || word === 'nil') return null;
    if (/^-?\d{1,20}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,3})?$/.test(word)) return Number(word);
    // A value masked or elided by hand (`****`, `<secret>`) is a value all the same.
    if (word === '' && /[*<$…]/.test(this.text[this.at] ?? '')) return this.masked();
    if (this.at >= this.text.length && word !== '') {
      this.problem('The JSON ends inside a value', start);
      return null;
    }
    throw new NotJson();
  }

  private masked(): string {
    const start = this.at;
    while (this.at < this.text.length && !',}]\n'.includes(this.text[this.at] ?? '')) this.at++;
    return this.text.slice(start, this.at).trim();
  }

  private atEllipsis(): boolean {
    return this.text.startsWith('...', this.at) || this.text[this.at] === '…';
  }

  private ellipsis(): boolean {
    if (!this.atEllipsis()) return false;
    this.problem('A part is left out here', this.at);
    while (this.text[this.at] === '.' || this.text[this.at] === '…') this.at++;
    return true;
  }

  /** Blanks and comments. */
  private blank(): void {
    for (;;) {
      const character = this.text[this.at];
      if (
        character === ' ' ||
        character === '\n' ||
        character === '\t' ||
        character === '\r' ||
        character === '\ufeff'
      ) {
        this.at++;
      } else if (this.text.startsWith('//', this.at) || character === '#') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end === -1 ? this.text.length : end;
      } else if (this.text.startsWith('/*', this.at)) {
        const end = this.text.indexOf('*/', this.at + 2);
        this.at = end === -1 ? this.text.length : end + 2;
      } else return;
    }
  }

  private span(path: string, key: number, start: number): void {
    if (this.spans.size < SPAN_LIMIT) this.spans.set(path, { key, start, end: this.at });
  }
}
