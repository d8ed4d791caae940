// Text for a screen: wrapping that keeps commands whole, windows on long lines, and nothing that moves the cursor.
import { stripVTControlCharacters } from 'node:util';

/** Controls, direction marks and zero-width characters: what can hide or reorder text. Line break and tab stay. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A text without what moves the cursor, hides or reorders: a paste may hold anything. */
export function visible(text: string): string {
  return stripVTControlCharacters(text).replace(UNSEEN, (character) =>
    character === '\n' || character === '\t' ? character : '',
  );
}

/**
 * Wraps at blanks. A span in backticks stays on one line where it fits into one, since people copy it.
 * @param first stands before the first line
 * @param rest stands before every other line
 */
export function wrap(text: string, width: number, first: string, rest: string = first): string {
  const lines: string[] = [];
  let line = '';
  const room = (): number => Math.max(12, width - (lines.length === 0 ? first : rest).length);
  const put = (piece: string): void => {
    if (line !== '' && line.length + 1 + piece.length > room()) {
      lines.push((lines.length === 0 ? first : rest) + line);
      line = '';
    }
    let left = piece;
    while (left.length > room()) {
      lines.push((lines.length === 0 ? first : rest) + left.slice(0, room()));
      left = left.slice(room());
    }
    line = line === '' ? left : `${line} ${left}`;
  };
  for (const piece of piecesOf(visible(text))) {
    if (piece.length <= room()) put(piece);
    else for (const word of piece.split(' ')) put(word);
  }
  if (line !== '') lines.push((lines.length === 0 ? first : rest) + line);
  return lines.join('\n');
}

/** Words; a span in backticks with what sticks to it is one. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  let open: string | undefined;
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const joined: string = open === undefined ? word : `${open} ${word}`;
    if ((joined.split('`').length - 1) % 2 === 1 && joined.length < 400) open = joined;
    else {
      pieces.push(joined);
      open = undefined;
    }
  }
  if (open !== undefined) pieces.push(...open.split(' '));
  return pieces;
}

/** A line cut to a number of columns with the mark inside, and where the mark then stands. */
export function windowOn(
  line: string,
  mark: string | undefined,
  columns: number,
): { readonly shown: string; readonly at: number; readonly length: number } {
  const start = mark === undefined ? -1 : line.indexOf(mark);
  const length = start === -1 ? 0 : (mark ?? '').length;
  if (line.length <= columns) return { shown: line, at: start, length };
  const before = Math.floor(Math.max(0, columns - 2 - length) / 2);
  const from =
    start === -1 || start + length < columns - 1 ? 0 : Math.max(0, Math.min(start - before, line.length - columns + 1));
  const head = from > 0 ? '…' : '';
  const body = line.slice(from, from + columns - head.length);
  const cut = from + body.length < line.length ? `${body.slice(0, -1)}…` : body;
  const at = start === -1 ? -1 : start - from + head.length;
  return { shown: head + cut, at, length: Math.max(0, Math.min(length, columns - at - 1)) };
}
