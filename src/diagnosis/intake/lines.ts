// Text becomes lines with their numbers; line ends of every kind, a limit for a single line, flat memory.

/** A raw line of an input, before anything is unwrapped. */
export interface RawLine {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

/** What somebody took off a chunk himself: whole lines, so many, up to an offset. */
export interface LinesTaken {
  readonly lines: number;
  readonly end: number;
}

/** Characters kept of one line; what comes after is dropped (a document on one line is limited by this too). */
export const LINE_LIMIT = 8 * 2 ** 20;

const NEWLINE = 10;

/** Cuts chunks of text into lines. One instance an input. */
export class LineCutter {
  private rest: string[] = [];
  private restBytes: Uint8Array[] = [];
  private restLength = 0;
  private number = 0;

  /** Calls `take` for every line that ends within the chunk. */
  push(chunk: string, take: (line: RawLine) => void): void {
    let from = 0;
    if (this.number === 0 && this.restLength === 0 && chunk.charCodeAt(0) === 0xfeff) from = 1;
    for (;;) {
      const at = chunk.indexOf('\n', from);
      if (at === -1) break;
      this.finish(chunk.slice(from, at), take);
      from = at + 1;
    }
    if (from < chunk.length) this.hold(chunk.slice(from));
  }

  /**
   * The same for UTF-8. Each line becomes a text of its own, so a kept excerpt never holds its chunk; the chunk may be
   * overwritten afterwards.
   * @param takeBlock is offered the chunk at the begin of every line and may take whole lines off it
   */
  pushUtf8(
    chunk: Uint8Array,
    take: (line: RawLine) => void,
    takeBlock: (bytes: Buffer, from: number) => LinesTaken | undefined,
  ): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let from = 0;
    while (from < bytes.length) {
      const taken = this.restLength === 0 ? takeBlock(bytes, from) : undefined;
      if (taken !== undefined) {
        this.number += taken.lines;
        from = taken.end;
      }
      const at = bytes.indexOf(NEWLINE, from);
      if (at === -1) break;
      if (this.restLength === 0) this.finish(bytes.toString('utf8', from, at), take);
      else this.finishHeld(bytes.subarray(from, at + 1), take, takeBlock);
      from = at + 1;
    }
    if (from < bytes.length) this.holdBytes(bytes.subarray(from));
  }

  /** The last line, when it has no line end. */
  end(take: (line: RawLine) => void): void {
    if (this.restBytes.length > 0) this.finishHeld(new Uint8Array(), take, () => undefined);
    else if (this.restLength > 0) this.finish('', take);
  }

  private hold(piece: string): void {
    if (this.restLength < LINE_LIMIT) this.rest.push(piece);
    this.restLength += piece.length;
  }

  private holdBytes(piece: Uint8Array): void {
    if (this.restLength < LINE_LIMIT) this.restBytes.push(Uint8Array.from(piece));
    this.restLength += piece.length;
  }

  /** A line that began in an earlier chunk. */
  private finishHeld(
    piece: Uint8Array,
    take: (line: RawLine) => void,
    takeBlock: (bytes: Buffer, from: number) => LinesTaken | undefined,
  ): void {
    const bytes = Buffer.concat([...this.restBytes, piece]);
    this.restBytes = [];
    this.restLength = 0;
    const taken = takeBlock(bytes, 0);
    if (taken !== undefined) this.number += taken.lines;
    else {
      const end = bytes.at(-1) === NEWLINE ? bytes.length - 1 : bytes.length;
      this.finish(bytes.toString('utf8', 0, end).slice(0, LINE_LIMIT), take);
    }
  }

  private finish(piece: string, take: (line: RawLine) => void): void {
    let text = piece;
    if (this.restLength > 0) {
      this.hold(piece);
      text = this.rest.join('').slice(0, LINE_LIMIT);
      this.rest = [];
      this.restLength = 0;
    }
    if (text.charCodeAt(text.length - 1) === 13) text = text.slice(0, -1);
    this.number++;
    take({ text, number: this.number });
  }
}
