// Line and Part: the only things that readers are given. Text is already unwrapped and unescaped; places are original.
import type { Carrier, Place } from './place.ts';

/** One logical line after the transport's wrapping (docker, CRI, Slack, colours) is undone. */
export interface Line {
  readonly text: string;
  /** 1-based line number in the original input. */
  readonly number: number;
  readonly source: string;
  readonly carrier?: Carrier;
}

/** A run of lines that belong together and are no log lines: a transcript, a document, a token, or prose. Bounded. */
export interface Part {
  readonly source: string;
  readonly lines: readonly Line[];
  /** The lines' texts joined by \n. */
  readonly text: string;
  /** What the splitter took it for; a reader may still decline. */
  readonly shape: PartShape;
}

export const PART_SHAPES = [
  'transcript',
  'curl',
  'json',
  'yaml',
  'settings',
  'pem',
  'metrics',
  'token',
  'prose',
] as const;
export type PartShape = (typeof PART_SHAPES)[number];

/** The place of a line. */
export function placeOf(line: Line): Place {
  return line.carrier === undefined
    ? { source: line.source, line: line.number }
    : { source: line.source, line: line.number, carrier: line.carrier };
}

/**
 * A copy that does not hold the chunk of input that it was cut from: V8 keeps the parent of a sliced string alive, so
 * an excerpt of 600 characters would keep a megabyte.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
