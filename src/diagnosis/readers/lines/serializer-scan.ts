// One entry of the log serializer in bytes: where the values stand that are relied on, found without parsing it.
import { CLASSES, isEntityAt, isSame, STRING } from './plain-bytes.ts';
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

/** Values that are found; each is one number in the arrays of a scan. */
export const FIELDS = [
  'uri',
  'method',
  'agent',
  'status',
  'server',
  'via',
  'upstreamStatus',
  'source',
  'proxy',
  'consumerId',
  'consumerUsername',
  'consumerCustomId',
  'credentialId',
  'routeId',
  'routeName',
  'serviceId',
  'serviceName',
  'client',
  'startedAt',
  'tryIp',
  'tryPort',
] as const;
export type Field = (typeof FIELDS)[number];

/** What a value is; `absent` when the key is missing. */
export const ABSENT = 0;
export const TEXT_VALUE = 1;
export const LITERAL = 2;
export const NULL = 3;
export const OTHER = 4;

/** What stands below a key: a value that is recorded, or an object (or list of objects) that is walked. */
interface Member {
  readonly name: DataView;
  readonly field: number;
  readonly walk: Shape | undefined;
}
/** Members in the slot that length and first letter of their key give, or the next free one. */
interface Shape {
  readonly members: readonly Member[];
  readonly slots: readonly (Member | undefined)[];
}

const SLOTS = 64;

function slotOf(length: number, first: number): number {
  return (length * 5 + first) & (SLOTS - 1);
}

function shapeOf(keys: Readonly<Record<string, Field | Shape>>): Shape {
  const slots: (Member | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  const members = Object.entries(keys).map(([name, member]): Member => {
    const made = {
      name: viewOf(Buffer.from(name)),
      field: typeof member === 'string' ? FIELDS.indexOf(member) : -1,
      walk: typeof member === 'string' ? undefined : member,
    };
    let slot = slotOf(name.length, name.charCodeAt(0));
    while (slots[slot] !== undefined) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = made;
    return made;
  });
  return { members, slots };
}

const ENTRY = shapeOf({
  request: shapeOf({ uri: 'uri', method: 'method', headers: shapeOf({ 'user-agent': 'agent' }) }),
  response: shapeOf({ status: 'status', headers: shapeOf({ server: 'server', via: 'via' }) }),
  upstream_status: 'upstreamStatus',
  source: 'source',
  latencies: shapeOf({ proxy: 'proxy' }),
  tries: shapeOf({ ip: 'tryIp', port: 'tryPort' }),
  consumer: shapeOf({ id: 'consumerId', username: 'consumerUsername', custom_id: 'consumerCustomId' }),
  authenticated_entity: shapeOf({ id: 'credentialId' }),
  route: shapeOf({ id: 'routeId', name: 'routeName' }),
  service: shapeOf({ id: 'serviceId', name: 'serviceName' }),
  client_ip: 'client',
  started_at: 'startedAt',
});

/** Finds the values of one entry after the other. */
export class SerializerScan {
  private readonly kinds = new Uint8Array(FIELDS.length);
  private readonly starts = new Int32Array(FIELDS.length);
  private readonly ends = new Int32Array(FIELDS.length);
  private bytes: Uint8Array = new Uint8Array();
  private view: DataView = viewOf(this.bytes);
  private readonly pairs: Uint8Array;

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
    if (bytes[from] === OPEN) return this.object(member.walk, from);
    return bytes[from] === OPEN_LIST && shape === ENTRY ? this.list(member.walk, from) : this.endOfValue(from);
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
