// What a reader is: LineReader for streams of log lines, DocumentReader for one bounded part.
import type { LinesTaken } from '../intake/lines.ts';
import type { Line, Part } from '../intake/part.ts';
import type { InputKind } from '../names.ts';
import type { Redactor } from '../redact/redact.ts';
import type { Observation } from './observation.ts';

/** What readers are given besides text: a place to put observations and the one who replaces secrets. */
export interface Reading {
  readonly redactor: Redactor;
  emit(observation: Observation): void;
}

/**
 * Reads single log lines. One instance a stream; it may remember the entry under way (continuation lines) and nothing
 * else. `read` answers whether the line is of this format; `end` is called when the stream or the run of lines ends.
 * A line with a carrier may come interleaved with lines of other pods: continuation is tracked per carrier.
 */
export interface LineReader {
  readonly kind: InputKind;
  read(line: Line, reading: Reading): boolean;
  /**
   * Takes whole lines off UTF-8 bytes, beginning with the line at `from`, as long as they need not be looked at one by
   * one. Asked only after `read` took the line before. Undefined when the first line is to be read by `read`.
   */
  readBlock?(bytes: Buffer, from: number, reading: Reading): LinesTaken | undefined;
  end(reading: Reading): void;
}

/**
 * Reads one part. Returns the number of lines it understood, 0 to decline (then the next reader is asked).
 * Never throws for anything that stands in the part; what is half understood is emitted with an `unreadable`.
 */
export interface DocumentReader {
  readonly kind: InputKind;
  /** The kind of a part that was read, where one reader reads several. */
  kindOf?(part: Part): InputKind;
  read(part: Part, reading: Reading): number;
}
