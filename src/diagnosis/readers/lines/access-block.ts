// Access log lines of the common form, counted from their bytes: no line becomes a text, values become one once.
import type { LinesTaken } from '../../intake/lines.ts';
import type { LoggedRequest } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { nginxTime } from './nginx-time.ts';
import { PathShaper } from './path-shape.ts';
import { ADDRESS, CLASSES, isEntityAt, isSame, PATH, pairClasses, TEXT, WORD } from './plain-bytes.ts';
import { isRefusal, RequestCounter } from './request-counter.ts';
import { hashOf, NONE, viewOf } from './value-table.ts';

const NEWLINE = 10;
const RETURN = 13;
const BLANK = 32;
const QUOTE = 34;
const AMPERSAND = 38;
const DASH = 45;
const QUESTION = 63;
const OPEN = 91;
const CLOSE = 93;
/** Length of `12/Oct/2026:07:01:02 +0000`. */
const TIME_LENGTH = 26;
const SECONDS_FROM = 18;
const ZONE_FROM = 20;
const TIME = /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$/;
const REQUEST_ID = viewOf(Buffer.from(' kong_request_id: "'));
const ID_LENGTH = 32;
const FLUSH_ASKED_EVERY = 256;

/**
 * Counts lines of `192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET /orders HTTP/1.1" 401 96 "-" "agent" ...`. A line
 * that has anything else, even a quote within its agent, is left to the reader of single lines.
 */
export class AccessBlock {
  private readonly counter = new RequestCounter();
  private readonly clients = this.counter.table('client');
  private readonly methods = this.counter.table('method');
  private readonly agents = this.counter.table('agent');
  private readonly paths = this.counter.table('path');
  private readonly shaper = new PathShaper();
  private readonly time = Buffer.alloc(TIME_LENGTH);
  private readonly timeView = viewOf(this.time);
  private minute = Number.NaN;
  private at = Number.NaN;
  /** The method of the last line of which it has three letters, with the blank after it, and its value. */
  private methodWord = 0;
  private method = NONE;
  private pairs: Uint8Array | undefined;

  /** Reads lines from `from` on; undefined when the first one is not to be read here. */
  read(bytes: Buffer, from: number, reading: Reading): LinesTaken | undefined {
    this.pairs ??= pairClasses();
    const { pairs } = this;
    const view = viewOf(bytes);
    const last = bytes.lastIndexOf(NEWLINE);
    let line = from;
    let lines = 0;
    while (line <= last) {
      const next = this.line(bytes, view, pairs, line);
      if (next === -1) {
        if (!this.counter.isFull) break;
        // Only for room: the line is tried again.
        this.flush(reading);
        continue;
      }
      line = next;
      lines++;
      if (lines % FLUSH_ASKED_EVERY === 0 && this.counter.isFull) this.flush(reading);
    }
    return lines === 0 ? undefined : { lines, end: line };
  }

  /** A line was read by itself: what was counted before it is told before it. */
  passed(logged: LoggedRequest, reading: Reading): void {
    this.flush(reading);
    this.counter.gave(logged.status, () => shapeOf(logged.status, logged.method ?? '', logged.upstreamStatus));
  }

  /** Tells what is counted and not yet told. */
  flush(reading: Reading): void {
    this.counter.flush(reading);
    // The values may have been forgotten.
    this.methodWord = 0;
  }

  /** Counts one line; the offset after its line end, or -1 when it is not counted. */
  private line(bytes: Buffer, view: DataView, pairs: Uint8Array, start: number): number {
    let at = start;
    let hash = 0;
    let byte = bytes[at] ?? 0;
    while (((CLASSES[byte] ?? 0) & ADDRESS) !== 0) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      byte = bytes[++at] ?? 0;
    }
    // Only an address begins with a digit or a colon and stays as it is; a name may be a pod's.
    const first = bytes[start] ?? 0;
    if (byte !== BLANK || at - start < 2 || first > 58 || first < 48) return -1;
    const clientTo = at;
    if (bytes[at + 1] !== DASH || bytes[at + 2] !== BLANK) return -1;
    at += 3;
    // A user's name counts, so that line is read by itself.
    if (bytes[at] !== DASH) return -1;
    at++;
    if (bytes[at] !== BLANK || bytes[at + 1] !== OPEN || at - start > 150) return -1;
    at += 2;
    // The time is mostly that of the line before.
    if (!isSame(view, at, this.timeView, 0, TIME_LENGTH) && !this.learnTime(bytes, view, at)) return -1;
    at += TIME_LENGTH;
    if (bytes[at] !== CLOSE || bytes[at + 1] !== BLANK || bytes[at + 2] !== QUOTE) return -1;
    const methodFrom = at + 3;
    const methodTo = endOfMethod(bytes, methodFrom);
    if (methodTo === -1) return -1;
    const pathTo = this.shaper.shape(bytes, view, methodTo + 1, false);
    if (pathTo === -1) return -1;
    const quote = endOfRequest(bytes, pathTo);
    if (quote === -1 || hasKeyInQuery(bytes, pathTo, quote)) return -1;
    const status = statusAt(bytes, quote + 2);
    if (status === -1) return -1;
    const agentFrom = startOfAgent(bytes, quote + 6);
    if (agentFrom === -1) return -1;

    const client = this.clients.find(view, start, clientTo, hash);
    const method = this.methodAt(bytes, view, methodFrom, methodTo);
    const path = this.paths.find(this.shaper.view, 0, this.shaper.length, this.shaper.hash);
    if (client === NONE || method === NONE || path === NONE) return -1;
    const agent = this.agentAt(bytes, view, agentFrom, client);
    if (agent === NONE) return -1;
    const agentLength = this.agents.length(agent);
    const end = endOfLine(bytes, view, pairs, agentFrom + agentLength + 1);
    if (end === -1) return -1;
    const failed = isRefusal(status);
    if (!failed && this.counter.wantsUnrefused(status)) return -1;
    if (failed && this.counter.wantsFailure(shapeOf(status, this.methods.text(method), undefined))) return -1;

    this.counter.status(status);
    this.methods.count(method, failed);
    this.clients.count(client, failed);
    if (agentLength > 1 || (agentLength === 1 && bytes[agentFrom] !== DASH)) this.agents.count(agent, failed);
    this.paths.count(path, failed);
    this.counter.time(this.at, failed);
    return end;
  }

  private methodAt(bytes: Buffer, view: DataView, from: number, to: number): number {
    const word = to - from === 3 ? view.getInt32(from, true) : 0;
    if (word !== 0 && word === this.methodWord) return this.method;
    this.method = this.methods.find(view, from, to, hashOf(bytes, from, to));
    this.methodWord = this.method === NONE ? 0 : word;
    return this.method;
  }

  /** Another time: mostly another second of the same minute. */
  private learnTime(bytes: Buffer, view: DataView, from: number): boolean {
    const tens = (bytes[from + SECONDS_FROM] ?? 0) - 48;
    const ones = (bytes[from + SECONDS_FROM + 1] ?? 0) - 48;
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return false;
    const isMinute =
      isSame(view, from, this.timeView, 0, SECONDS_FROM) &&
      isSame(view, from + ZONE_FROM, this.timeView, ZONE_FROM, TIME_LENGTH - ZONE_FROM);
    if (!isMinute) {
      const text = bytes.toString('latin1', from, from + TIME_LENGTH);
      const ms = TIME.test(text) ? nginxTime(text) : Number.NaN;
      if (Number.isNaN(ms)) return false;
      this.minute = ms - (tens * 10 + ones) * 1000;
    }
    this.at = this.minute + (tens * 10 + ones) * 1000;
    this.time.set(bytes.subarray(from, from + TIME_LENGTH));
    return true;
  }

  /** A client mostly comes with the agent that it had before, so that is compared before anything is hashed. */
  private agentAt(bytes: Buffer, view: DataView, from: number, client: number): number {
    const before = this.clients.companion(client);
    if (before !== NONE && bytes[from + this.agents.length(before)] === QUOTE && this.agents.isAt(before, view, from))
      return before;
    let at = from;
    let byte = bytes[at] ?? 0;
    let hash = 0;
    while (((CLASSES[byte] ?? 0) & TEXT) !== 0) {
      hash = (Math.imul(hash, 31) + byte) | 0;
      byte = bytes[++at] ?? 0;
    }
    if (byte !== QUOTE) return NONE;
    const agent = this.agents.find(view, from, at, hash);
    this.clients.setCompanion(client, agent);
    return agent;
  }
}

/** Examples of failures are kept by this; only own formats, which are read line by line, tell the upstream's status. */
function shapeOf(status: number, method: string, upstreamStatus: string | undefined): string {
  return `${status} ${method} ${upstreamStatus ?? '-'}`;
}

/** The offset of the blank after a method of capital letters, or -1. */
function endOfMethod(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at] ?? 0;
  while (byte >= 65 && byte <= 90) byte = bytes[++at] ?? 0;
  return byte === BLANK && at > from && at - from <= 10 ? at : -1;
}

/** The offset of the quote after query and protocol, or -1; `at` is where the path ends. */
function endOfRequest(bytes: Uint8Array, pathTo: number): number {
  let at = pathTo;
  let byte = bytes[at] ?? 0;
  if (byte === QUESTION) {
    do {
      byte = bytes[++at] ?? 0;
      if (byte === AMPERSAND && isEntityAt(bytes, at)) return -1;
    } while (((CLASSES[byte] ?? 0) & PATH) !== 0 || byte === QUESTION || byte === AMPERSAND);
  }
  if (byte !== BLANK) return -1;
  do byte = bytes[++at] ?? 0;
  while (((CLASSES[byte] ?? 0) & PATH) !== 0);
  return byte === QUOTE && bytes[at + 1] === BLANK ? at : -1;
}

/** Three digits and a blank, or -1. */
function statusAt(bytes: Uint8Array, at: number): number {
  const a = (bytes[at] ?? 0) - 48;
  const b = (bytes[at + 1] ?? 0) - 48;
  const c = (bytes[at + 2] ?? 0) - 48;
  const digits = a >= 0 && a <= 5 && b >= 0 && b <= 9 && c >= 0 && c <= 9;
  return digits && bytes[at + 3] === BLANK ? a * 100 + b * 10 + c : -1;
}

/** The offset of the agent's first letter after size and referer, or -1. */
function startOfAgent(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at] ?? 0;
  while ((byte >= 48 && byte <= 57) || byte === DASH) byte = bytes[++at] ?? 0;
  if (byte !== BLANK || bytes[at + 1] !== QUOTE) return -1;
  at += 2;
  byte = bytes[at] ?? 0;
  while (((CLASSES[byte] ?? 0) & TEXT) !== 0 || byte === AMPERSAND) {
    if (byte === AMPERSAND && isEntityAt(bytes, at)) return -1;
    byte = bytes[++at] ?? 0;
  }
  return byte === QUOTE && bytes[at + 1] === BLANK && bytes[at + 2] === QUOTE ? at + 3 : -1;
}

/** ` kong_request_id: "` and 32 hexadecimal digits, as Kong has it since 3.5, or nothing; own formats say more. */
function endOfLine(bytes: Uint8Array, view: DataView, pairs: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] === BLANK) {
    at += REQUEST_ID.byteLength;
    if (!isSame(view, from, REQUEST_ID, 0, REQUEST_ID.byteLength) || at + ID_LENGTH >= view.byteLength) return -1;
    const to = at + ID_LENGTH;
    while (at < to && ((pairs[view.getUint16(at, true)] ?? 0) & WORD) !== 0) at += 2;
    if (at !== to || bytes[at] !== QUOTE) return -1;
    at++;
  }
  if (bytes[at] === RETURN) at++;
  return bytes[at] === NEWLINE ? at + 1 : -1;
}

/** `key=` in the query: which key it is counts, so that line is read by itself. */
function hasKeyInQuery(bytes: Buffer, from: number, to: number): boolean {
  if (bytes[from] !== QUESTION) return false;
  for (let at = from; at < to - 4; at++) {
    if (bytes[at] === 107 && bytes[at + 1] === 101 && bytes[at + 2] === 121 && bytes[at + 3] === 61) return true;
  }
  return false;
}
