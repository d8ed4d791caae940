// What of a line is shown as evidence: a window around the words that count, and those words to underline.
import type { Redacted } from '../redact/redacted.ts';

/** Characters of one excerpt. */
const SHOWN = 320;
/** Words that two sentences share by chance. */
const COMMON = new Set(
  'the and for not that this with from was were are has have had its but does did can could one only all other others into when then than there their them they which who what where more some any each said says say says paste line log logs request requests answer answered kong upstream without within before after about again same still here said because does being been would should must only also refused denied fails failed failing failure plugin plugins named names name value values field fields carries header headers route service client message error wrong missing nothing something'.split(
    ' ',
  ),
);

/** The shown part of a line and the words in it that count. */
export interface Excerpt {
  readonly excerpt: Redacted;
  /** Stands in the excerpt as it is; absent when the line counts as a whole. */
  readonly mark?: string;
}

/**
 * Cuts a redacted line to what is worth showing.
 * @param line the whole text of the sighting, already redacted, so that no cut can halve a secret
 * @param says what the line is evidence of
 * @param words the words of the line that were recognised, when that is known
 */
export function excerptOf(line: Redacted, says: string, words: string | undefined): Excerpt {
  const text = line.replace(/\s+/g, ' ').trim();
  const span = spanOf(text, words?.replace(/\s+/g, ' ').trim()) ?? sharedSpan(text, says);
  const shown = windowOf(text, span ?? [0, 0]);
  const mark = span === undefined ? '' : text.slice(span[0], span[1]);
  return { excerpt: shown as Redacted, ...(mark !== '' && shown.includes(mark) ? { mark } : {}) };
}

type Span = readonly [number, number];

/** So much of a text as is shown, the span in its middle. */
function windowOf(text: string, [start, end]: Span): string {
  if (text.length <= SHOWN) return text;
  const before = Math.floor(Math.max(0, SHOWN - (end - start)) / 2);
  let from = Math.max(0, Math.min(start - before, text.length - SHOWN));
  // A window begins at a word, where one is near.
  const blank = text.indexOf(' ', from);
  if (from > 0 && blank !== -1 && blank < Math.min(start, from + 30)) from = blank + 1;
  const to = Math.min(text.length, from + SHOWN);
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}

function spanOf(text: string, words: string | undefined): Span | undefined {
  if (words === undefined || words === '') return undefined;
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  return at === -1 ? undefined : [at, at + words.length];
}

/** The longest run of words that the line and the sentence about it share, with a field's name before it. */
function sharedSpan(text: string, says: string): Span | undefined {
  const told = new Set((says.toLowerCase().match(WORD) ?? []).map(withoutEnd));
  let best: Span | undefined;
  let run: [number, number] | undefined;
  for (const { word, start, end } of tokensOf(text)) {
    if (!told.has(word)) continue;
    run = run !== undefined && start - run[1] <= 2 ? [run[0], end] : [start, end];
    if (best === undefined || run[1] - run[0] > best[1] - best[0]) best = [run[0], run[1]];
  }
  if (best === undefined) return undefined;
  const name = /[A-Za-z_][\w-]{0,40}=$/.exec(text.slice(Math.max(0, best[0] - 42), best[0]))?.[0] ?? '';
  return [best[0] - name.length, best[1]];
}

const WORD = /[A-Za-z0-9_][\w./:-]{1,120}/g;

function withoutEnd(word: string): string {
  return word.replace(/[./:-]+$/, '');
}

function tokensOf(text: string): readonly { readonly word: string; readonly start: number; readonly end: number }[] {
  const tokens: { word: string; start: number; end: number }[] = [];
  for (const match of text.matchAll(WORD)) {
    const raw = withoutEnd(match[0]);
    const word = raw.toLowerCase();
    // The value of a field says something however short it is.
    const telling = /[\d_-]/.test(word) || word.length >= 5 || text[match.index - 1] === '=';
    if (raw.length >= 3 && telling && !COMMON.has(word))
      tokens.push({ word, start: match.index, end: match.index + raw.length });
  }
  return tokens;
}
