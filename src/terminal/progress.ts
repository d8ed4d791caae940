// Progress of long inputs on standard error: bytes, and percent where the size is known. Nothing when it is no terminal.
import type { Terminal } from './arguments.ts';

/** Milliseconds of silence at the start, and between two drawings. */
const PATIENCE = 700;
const EVERY = 150;

export interface Progress {
  /** The same chunks, counted. */
  readonly count: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Says which step of several goes on, once it takes a while. */
  readonly step: (done: number, of: number, title: string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/**
 * Draws how much was read.
 * @param total bytes of all inputs as they lie on the disk; undefined when one of them is a stream
 * @param what goes on, in words
 */
export function progressOf(
  terminal: Pick<Terminal, 'progress' | 'err' | 'now'>,
  total: number | undefined,
  what = 'reading',
): Progress {
  let read = 0;
  let last = terminal.now() + PATIENCE - EVERY;
  let drawn = false;
  let step = '';
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      read += chunk.byteLength;
      draw();
      yield chunk;
    }
  }
  function draw(): void {
    if (!terminal.progress || terminal.now() - last < EVERY) return;
    last = terminal.now();
    drawn = true;
    const line = progressLine(read, total, what);
    terminal.err(`\r\u001b[K${step === '' ? line : `${step}, ${line}`}`);
  }
  return {
    count: counted,
    step: (done, of, title) => {
      step = `${title} (${done + 1} of ${of})`;
      draw();
    },
    end: () => {
      if (drawn) terminal.err('\r\u001b[K');
      drawn = false;
    },
  };
}

/** `reading 120 MB of 400 MB (30%)`. */
export function progressLine(read: number, total: number | undefined, what = 'reading'): string {
  if (total === undefined || total < read) return `${what} ${size(read)}`;
  return `${what} ${size(read)} of ${size(total)} (${Math.floor((read / Math.max(1, total)) * 100)}%)`;
}

function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
