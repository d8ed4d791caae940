// Values of one dimension as they stand in bytes: each distinct value becomes a text once, and counts beside it.
import { isSame } from './plain-bytes.ts';

/** Values kept; a table that is full is emptied by its owner. */
const VALUES = 8192;
const BUCKETS = 8192;
/** One value is a row of numbers: one line of the processor's cache, and nothing for the garbage collector. */
const ROW = 8;
const HASH = 0;
const FROM = 1;
const LENGTH = 2;
const NEXT = 3;
const TOTAL = 4;
const FAILED = 5;
const COMPANION = 6;

/** What `find` says when the bytes are no value, or when there is no room. */
export const NONE = -1;

/** The hash of a span; spans of one table must all be hashed by this. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash;
}

/** What was counted of one value. */
export interface ValueCount {
  readonly value: string;
  readonly total: number;
  readonly failed: number;
}

/** Finds values by their bytes without making a text of them; a value is known by the offset of its row. */
export class ValueTable {
  private readonly buckets = new Int32Array(BUCKETS).fill(NONE);
  private rows = new Int32Array(ROW * 64);
  private texts: string[] = [];
  private arena = Buffer.alloc(4096);
  private arenaView = viewOf(this.arena);
  private used = 0;
  private readonly touched: number[] = [];
  private readonly decode: (raw: string) => string | undefined;

  /** @param decode from what stands in the bytes to the value; undefined when it is none */
  constructor(decode: (raw: string) => string | undefined = (raw) => raw) {
    this.decode = decode;
  }

  get isFull(): boolean {
    return this.texts.length >= VALUES;
  }

  /** The value of a span of `view`; made when it is new. */
  find(view: DataView, from: number, to: number, hash: number): number {
    const bucket = (hash ^ (hash >>> 13)) & (BUCKETS - 1);
    const { rows } = this;
    let row = this.buckets[bucket] ?? NONE;
    while (row !== NONE) {
      if (
        rows[row + HASH] === hash &&
        rows[row + LENGTH] === to - from &&
        isSame(view, from, this.arenaView, rows[row + FROM] ?? 0, to - from)
      )
        return row;
      row = rows[row + NEXT] ?? NONE;
    }
    return this.make(view, from, to, hash, bucket);
  }

  /** Whether the value's bytes stand at this offset. */
  isAt(row: number, view: DataView, from: number): boolean {
    return isSame(view, from, this.arenaView, this.rows[row + FROM] ?? 0, this.rows[row + LENGTH] ?? 0);
  }

  text(row: number): string {
    return this.texts[row / ROW] ?? '';
  }

  /** Bytes of the value. */
  length(row: number): number {
    return this.rows[row + LENGTH] ?? 0;
  }

  /** The value of another table that came with this one last, or NONE. */
  companion(row: number): number {
    return this.rows[row + COMPANION] ?? NONE;
  }

  setCompanion(row: number, companion: number): void {
    this.rows[row + COMPANION] = companion;
  }

  count(row: number, failed: boolean): void {
    const { rows } = this;
    const total = rows[row + TOTAL] ?? 0;
    if (total === 0) this.touched.push(row);
    rows[row + TOTAL] = total + 1;
    if (failed) rows[row + FAILED] = (rows[row + FAILED] ?? 0) + 1;
  }

  /** What was counted since the last time, in the order in which the values appeared. */
  taken(): readonly ValueCount[] {
    const { rows } = this;
    const counts = this.touched.map((row) => ({
      value: this.text(row),
      total: rows[row + TOTAL] ?? 0,
      failed: rows[row + FAILED] ?? 0,
    }));
    for (const row of this.touched) {
      rows[row + TOTAL] = 0;
      rows[row + FAILED] = 0;
    }
    this.touched.length = 0;
    return counts;
  }

  /** Forgets all values; their counts must have been taken. */
  clear(): void {
    this.buckets.fill(NONE);
    this.texts = [];
    this.used = 0;
  }

  private make(view: DataView, from: number, to: number, hash: number, bucket: number): number {
    if (this.isFull) return NONE;
    const length = to - from;
    const bytes = Buffer.from(view.buffer, view.byteOffset + from, length);
    const text = this.decode(bytes.toString('latin1'));
    if (text === undefined) return NONE;
    if (this.used + length > this.arena.length) {
      const larger = Buffer.alloc(Math.max(this.arena.length * 2, this.used + length));
      larger.set(this.arena);
      this.arena = larger;
      this.arenaView = viewOf(larger);
    }
    this.arena.set(bytes, this.used);
    const row = this.texts.length * ROW;
    if (row + ROW > this.rows.length) {
      const more = new Int32Array(this.rows.length * 2);
      more.set(this.rows);
      this.rows = more;
    }
    this.rows.set([hash, this.used, length, this.buckets[bucket] ?? NONE, 0, 0, NONE], row);
    this.used += length;
    this.texts.push(text);
    this.buckets[bucket] = row;
    return row;
  }
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
