// Text becomes lines with their numbers; line ends of every kind, a limit for a single line, flat memory.

/** A raw line of an input, before anything is unwrapped. */
export interface RawLine {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

/** Characters kept of one line; what comes after is dropped (a document on one line is limited by this too). */
export const LINE_LIMIT = 8 * 2 ** 20;

/** Cuts chunks of text into lines. One instance an input. */
export class LineCutter {
  private rest: string[] = [];
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

  /** The last line, when it has no line end. */
  end(take: (line: RawLine) => void): void {
    if (this.restLength > 0) this.finish('', take);
  }

  private hold(piece: string): void {
    if (this.restLength < LINE_LIMIT) this.rest.push(piece);
    this.restLength += piece.length;
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
