// The shape of a path: its first four segments, ids replaced, so that /orders/1 and /orders/2 are one path.
import { CLASSES, PATH } from './plain-bytes.ts';
import { viewOf } from './value-table.ts';

const SEGMENTS = 4;
const SLASH = 47;
const BACKSLASH = 92;
const LONGEST = 4000;
/** The bytes of `{id}`, the first one lowest. */
const ID = 0x7d64697b;

/** The shape of a path as a text: `/orders/{id}` of /orders/4711. */
export function pathShape(path: string): string {
  let shape = '';
  let segments = 0;
  let from = 1;
  while (from <= path.length && segments < SEGMENTS) {
    let to = path.indexOf('/', from);
    if (to === -1) to = path.length;
    const segment = path.slice(from, to);
    shape += isIdentifier(segment.length, digitsOf(segment)) ? '/{id}' : `/${segment}`;
    segments++;
    from = to + 1;
  }
  return shape === '' ? '/' : shape;
}

/** Digits only, or long and mixed: an id and no word. */
function isIdentifier(length: number, digits: number): boolean {
  return length > 0 && (digits === length || (length >= 16 && digits >= 4));
}

function digitsOf(segment: string): number {
  let digits = 0;
  for (let i = 0; i < segment.length; i++) {
    const code = segment.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
  }
  return digits;
}

/** The same from bytes; the shape stands in `view` from 0 to `length` until the next call. */
export class PathShaper {
  readonly view = viewOf(Buffer.alloc(LONGEST + 8 * SEGMENTS));
  length = 0;
  /** Of the shape; other than `hashOf`, so a table of shapes holds nothing else. */
  hash = 0;

  /**
   * Shapes the path that begins at `from`.
   * @param source a view of the same bytes
   * @param escaped whether `\/` is a slash too, as JSON writes it
   * @returns the offset of the first byte that is none of a path; -1 when it does not begin with a slash or is too long
   */
  shape(bytes: Uint8Array, source: DataView, from: number, escaped: boolean): number {
    const { view } = this;
    let length = 0;
    let hash = 0;
    let segments = 0;
    let at = slashAt(bytes, from, escaped);
    if (at === -1) return -1;
    for (;;) {
      const start = at;
      let digits = 0;
      let own = 0;
      let byte = bytes[at] ?? 0;
      while (byte !== SLASH && ((CLASSES[byte] ?? 0) & PATH) !== 0) {
        if (byte >= 48 && byte <= 57) digits++;
        own = (Math.imul(own, 31) + byte) | 0;
        byte = bytes[++at] ?? 0;
      }
      if (at - from > LONGEST) return -1;
      if (segments < SEGMENTS) {
        segments++;
        view.setUint8(length++, SLASH);
        if (isIdentifier(at - start, digits)) {
          view.setInt32(length, ID, true);
          length += 4;
          own = ID;
        } else {
          copy(source, start, view, length, at - start);
          length += at - start;
        }
        hash = (Math.imul(hash, 16_777_619) ^ own) | 0;
      }
      const next = byte === SLASH || byte === BACKSLASH ? slashAt(bytes, at, escaped) : -1;
      if (next === -1) {
        this.length = length;
        this.hash = hash;
        return at;
      }
      at = next;
    }
  }
}

/** Copies bytes four at a time where the source goes on; what is written beyond is written again. */
function copy(source: DataView, from: number, target: DataView, to: number, length: number): void {
  let at = 0;
  if (from + length + 4 <= source.byteLength)
    for (; at < length; at += 4) target.setInt32(to + at, source.getInt32(from + at, true), true);
  else for (; at < length; at++) target.setUint8(to + at, source.getUint8(from + at));
}

/** The offset after `/` or `\/`, or -1. */
function slashAt(bytes: Uint8Array, at: number, escaped: boolean): number {
  if (bytes[at] === SLASH) return at + 1;
  return escaped && bytes[at] === BACKSLASH && bytes[at + 1] === SLASH ? at + 2 : -1;
}
