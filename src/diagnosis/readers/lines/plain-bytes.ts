// Classes of bytes for readers that scan bytes: what intake would leave as it is, so that a line need not pass it.

/** A line may hold it in free text: printable ASCII that is neither markup, fence, quote nor escape. */
export const TEXT = 1;
/** It may stand in a path: TEXT without blank and question mark. */
export const PATH = 2;
/** It may stand in an IP address. */
export const ADDRESS = 4;
/** A letter, digit, or one of `-._@`. */
export const WORD = 8;

/** It may stand in a JSON string as it is: TEXT or a bar. */
export const STRING = 16;

/** Classes by byte. `&` has none: whether it begins an entity is asked with `isEntityAt`. */
export const CLASSES: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 32; byte < 127; byte++) {
    const letter = String.fromCharCode(byte);
    if ('"&<`\\'.includes(letter)) continue;
    table[byte] =
      STRING |
      (letter === '|' ? 0 : TEXT) |
      (' ?|'.includes(letter) ? 0 : PATH) |
      (/[0-9a-fA-F:.]/.test(letter) ? ADDRESS : 0) |
      (/[\w.@-]/.test(letter) ? WORD : 0);
  }
  return table;
}

/** Classes that both bytes of a 16-bit word have: halves the steps over text. */
export function pairClasses(): Uint8Array {
  const table = new Uint8Array(65_536);
  for (let low = 32; low < 127; low++)
    for (let high = 32; high < 127; high++) table[low | (high << 8)] = (CLASSES[low] ?? 0) & (CLASSES[high] ?? 0);
  return table;
}

/** What may follow the `&` of an entity that Slack makes. */
const ENTITIES = ['lt;', 'gt;', 'quot;', '#39;', 'amp;'].map((name) => Uint8Array.from(Buffer.from(name)));

/** Whether the `&` at this offset begins an entity that intake would undo. */
export function isEntityAt(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + 1] ?? 0;
  for (const entity of ENTITIES) {
    if (entity[0] !== next) continue;
    let same = 1;
    while (same < entity.length && entity[same] === bytes[at + 1 + same]) same++;
    if (same === entity.length) return true;
  }
  return false;
}

/** Whether `length` bytes are the same in both, four at a time. */
export function isSame(one: DataView, from: number, other: DataView, otherFrom: number, length: number): boolean {
  if (from + length > one.byteLength) return false;
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (one.getInt32(from + at, true) !== other.getInt32(otherFrom + at, true)) return false;
  for (; at < length; at++) if (one.getUint8(from + at) !== other.getUint8(otherFrom + at)) return false;
  return true;
}
