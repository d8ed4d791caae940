// Where each value of a parsed text stands: offsets by dotted path, lines by offset, excerpts that are safe to cut.
import { type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';

/** Offsets in the parsed text: where the key (or list item) begins, where its value begins and ends. */
export interface Span {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

/** Spans by dotted path; `''` is the whole document. */
export type Spans = Map<string, Span>;

/** Places remembered at most for one document; values beyond are seen at the place of their parent. */
export const SPAN_LIMIT = 150_000;
/** Longer lines (JSON on one line) are not shown whole but from the key to the end of its value. */
const WHOLE_LINE = 300;
const LONGEST_VALUE = 400;

/** Finds places in one text that is a part's, line by line. */
export interface Placer {
  /** The sighting of a path; of its nearest parent when it has no span of its own. */
  readonly sightingOf: (path: string) => Sighting;
  /** 0-based index of the line where the value of a path begins; undefined without a span. */
  readonly lineOf: (path: string) => number | undefined;
  /** The sighting of an offset. */
  readonly sightingAt: (offset: number) => Sighting;
}

/**
 * Makes a placer.
 * @param text the text that was parsed: as many lines as the part has, possibly indented otherwise
 * @param starts offsets of its lines, where several documents share one text
 */
export function placer(part: Part, text: string, spans: Spans, starts: readonly number[] = lineStarts(text)): Placer {
  const byLine = new Map<number, Sighting>();

  function lineAt(offset: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  function sightingOfLine(index: number): Sighting {
    const known = byLine.get(index);
    if (known !== undefined) return known;
    const line = part.lines[index] ?? part.lines[0];
    const sighting: Sighting =
      line === undefined
        ? { place: { source: part.source, line: 1 }, excerpt: '' }
        : { place: placeOf(line), excerpt: line.text.length > WHOLE_LINE ? '' : line.text.trimEnd() };
    byLine.set(index, sighting);
    return sighting;
  }

  function sightingOfSpan(span: Span): Sighting {
    const sighting = sightingOfLine(lineAt(span.key));
    return sighting.excerpt === '' ? { place: sighting.place, excerpt: excerptOf(text, span) } : sighting;
  }

  return {
    sightingOf(path) {
      for (let key = path; ; key = key.slice(0, key.lastIndexOf('.'))) {
        const span = spans.get(key);
        if (span !== undefined) return sightingOfSpan(span);
        if (!key.includes('.')) break;
      }
      const whole = spans.get('');
      return whole === undefined ? sightingOfLine(0) : sightingOfSpan(whole);
    },
    lineOf(path) {
      const span = spans.get(path);
      return span === undefined ? undefined : lineAt(span.start);
    },
    sightingAt: (offset) => sightingOfLine(lineAt(offset)),
  };
}

/** From the key to the end of its value; never cut inside a value, where half a secret would stay unrecognised. */
function excerptOf(text: string, span: Span): string {
  if (span.end - span.key <= LONGEST_VALUE) return text.slice(span.key, span.end);
  const opening = text[span.start];
  return `${text.slice(span.key, Math.min(span.start, span.key + 100))}${opening === '{' || opening === '[' ? opening : ''} …`;
}

/** The offsets at which the lines of a text begin. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
