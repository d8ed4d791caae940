// One entry of the log serializer in bytes: where the values stand that are relied on, found without parsing it.
import { CLASSES, isEntityAt, isSame, STRING } from './plain-bytes.ts';
import { ENTRY, FIELDS, type Shape, SLOTS, slotOf } from './serializer-shape.ts';
import { viewOf } from './value-table.ts';

const QUOTE = 34;
const AMPERSAND = 38;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/** What a value is; `absent` when the key is missing. */
export const ABSENT = 0;
export const TEXT_VALUE = 1;
export const LITERAL = 2;
export const NULL = 3;
export const OTHER = 4;

/** Known objects by a sample of their first bytes; one that is longer is always walked. */
const KNOWN = 256;
const KNOWN_LENGTH = 1024;
const SAMPLED = 128;

/** An object that was walked before: its bytes, and where its values stand in it. */
interface Known {
  readonly bytes: Buffer;
  readonly view: DataView;
  shape: Shape;
  length: number;
  values: readonly { readonly field: number; readonly kind: number; readonly start: number; readonly end: number }[];
}

/** Finds the values of one entry after the other. */
export class SerializerScan {
  private readonly kinds = new Uint8Array(FIELDS.length);
  private readonly starts = new Int32Array(FIELDS.length);
  private readonly ends = new Int32Array(FIELDS.length);
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = viewOf(this.bytes);
  private readonly pairs: Uint8Array;
  private readonly known: (Known | undefined)[] = Array.from({ length: KNOWN }, () => undefined);

  /** @param pairs from `pairClasses` */
  constructor(pairs: Uint8Array) {
    this.pairs = pairs;
  }

  /**
   * Scans the object that begins at `from`.
   * @returns the offset after it; -1 when it is no JSON object, or holds a byte that intake would look at
   */
  scan(bytes: Uint8Array, view: DataView, from: number): number {
    this.bytes = bytes;
    this.view = view;
    this.kinds.fill(ABSENT);
    return bytes[from] === OPEN ? this.object(ENTRY, from) : -1;
  }

  kind(field: number): number {
    return this.kinds[field] ?? ABSENT;
  }

  /** Offset of the value's first byte; within the quotes of a text. */
  start(field: number): number {
    return this.starts[field] ?? 0;
  }

  end(field: number): number {
    return this.ends[field] ?? 0;
  }

  private object(shape: Shape, from: number): number {
    const { bytes } = this;
    let at = from + 1;
    if (bytes[at] === CLOSE) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return -1;
      const key = at + 1;
      const keyEnd = this.endOfString(key);
      if (keyEnd === -1 || bytes[keyEnd + 1] !== COLON) return -1;
      at = this.member(shape, key, keyEnd, keyEnd + 2);
      if (at === -1) return -1;
      if (bytes[at] === CLOSE) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at++;
    }
  }

  /** The value of a key; the offset after it, or -1. */
  private member(shape: Shape, key: number, keyEnd: number, from: number): number {
    const { bytes, view } = this;
    const length = keyEnd - key;
    let slot = slotOf(length, bytes[key] ?? 0);
    let member = shape.slots[slot];
    while (member !== undefined && !(member.name.byteLength === length && isSame(view, key, member.name, 0, length))) {
      slot = (slot + 1) & (SLOTS - 1);
      member = shape.slots[slot];
    }
    if (member === undefined) return this.endOfValue(from);
    if (member.walk === undefined) return this.record(member.field, from);
    if (bytes[from] === OPEN) return member.recurs ? this.recurring(member.walk, from) : this.object(member.walk, from);
    return bytes[from] === OPEN_LIST && shape === ENTRY ? this.list(member.walk, from) : this.endOfValue(from);
  }

  private recurring(shape: Shape, from: number): number {
    const { bytes, view } = this;
    if (from + SAMPLED > view.byteLength) return this.object(shape, from);
    let sample = 0;
    for (let at = from + 24; at < from + SAMPLED - 16; at += 16)
      sample = (Math.imul(sample, 31) + view.getInt32(at, true)) | 0;
    const slot = (sample ^ (sample >>> 15)) & (KNOWN - 1);
    const known = this.known[slot];
    if (known !== undefined && known.shape === shape && isSame(view, from, known.view, 0, known.length)) {
      for (const { field, kind, start, end } of known.values) {
        this.kinds[field] = kind;
        this.starts[field] = from + start;
        this.ends[field] = from + end;
      }
      return from + known.length;
    }
    const end = this.object(shape, from);
    if (end !== -1 && end - from <= KNOWN_LENGTH) this.learn(slot, shape, bytes.subarray(from, end), from);
    return end;
  }

  private learn(slot: number, shape: Shape, object: Uint8Array, from: number): void {
    let known = this.known[slot];
    if (known === undefined) {
      const bytes = Buffer.alloc(KNOWN_LENGTH);
      known = { bytes, view: viewOf(bytes), shape, length: 0, values: [] };
      this.known[slot] = known;
    }
    known.bytes.set(object);
    known.shape = shape;
    known.length = object.length;
    known.values = shape.members.flatMap(({ field }) =>
      field === -1 || this.kind(field) === ABSENT
        ? []
        : [{ field, kind: this.kind(field), start: this.start(field) - from, end: this.end(field) - from }],
    );
  }

  /** A list of objects: of each value the one of the last object stays. */
  private list(shape: Shape, from: number): number {
    const { bytes } = this;
    let at = from + 1;
    if (bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      if (bytes[at] !== OPEN) return -1;
      for (const { field } of shape.members) if (field !== -1) this.kinds[field] = ABSENT;
      at = this.object(shape, at);
      if (at === -1) return -1;
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at++;
    }
  }

  private record(field: number, from: number): number {
    const { bytes } = this;
    const end = this.endOfValue(from);
    if (end === -1) return -1;
    const first = bytes[from] ?? 0;
    const isText = first === QUOTE;
    this.starts[field] = isText ? from + 1 : from;
    this.ends[field] = isText ? end - 1 : end;
    // n of null
    this.kinds[field] = isText
      ? TEXT_VALUE
      : first === OPEN || first === OPEN_LIST
        ? OTHER
        : first === 110
          ? NULL
          : LITERAL;
    return end;
  }

  private endOfValue(from: number): number {
    const { bytes } = this;
    const first = bytes[from] ?? 0;
    if (first === QUOTE) {
      const end = this.endOfString(from + 1);
      return end === -1 ? -1 : end + 1;
    }
    if (first !== OPEN && first !== OPEN_LIST) return this.endOfLiteral(from);
    let depth = 0;
    let at = from;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        at = this.endOfString(at + 1);
        if (at === -1) return -1;
      } else if (byte === OPEN || byte === OPEN_LIST) depth++;
      else if (byte === CLOSE || byte === CLOSE_LIST) {
        depth--;
        if (depth === 0) return at + 1;
      } else if (((CLASSES[byte] ?? 0) & STRING) === 0) return -1;
      at++;
    }
  }

  private endOfLiteral(from: number): number {
    const { bytes } = this;
    let at = from;
    let byte = bytes[at] ?? 0;
    while (byte !== COMMA && byte !== CLOSE && byte !== CLOSE_LIST) {
      if (((CLASSES[byte] ?? 0) & STRING) === 0) return -1;
      byte = bytes[++at] ?? 0;
    }
    return at > from ? at : -1;
  }

  /** The offset of the closing quote. */
  private endOfString(from: number): number {
    const { bytes, view, pairs } = this;
    const wide = view.byteLength - 1;
    let at = from;
    for (;;) {
      while (at < wide && ((pairs[view.getUint16(at, true)] ?? 0) & STRING) !== 0) at += 2;
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) {
        const escaped = bytes[at + 1] ?? 0;
        if (escaped < 32 || escaped > 126) return -1;
        at += 2;
      } else if (byte === AMPERSAND) {
        if (isEntityAt(bytes, at)) return -1;
        at++;
      } else if (((CLASSES[byte] ?? 0) & STRING) !== 0) at++;
      else return -1;
    }
  }
}
