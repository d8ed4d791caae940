// Entries of the log serializer, counted from their bytes where nobody needs them whole.
import type { LinesTaken } from '../../intake/lines.ts';
import type { LoggedRequest } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { PathShaper } from './path-shape.ts';
import { isSame, pairClasses } from './plain-bytes.ts';
import { isRefusal, RequestCounter } from './request-counter.ts';
import { ABSENT, LITERAL, NULL, SerializerScan, TEXT_VALUE } from './serializer-scan.ts';
import { FIELDS, type Field } from './serializer-shape.ts';
import { hashOf, NONE, type ValueTable, viewOf } from './value-table.ts';

const NEWLINE = 10;
const RETURN = 13;
const QUESTION = 63;
const COLON = 58;
const TEXT_LIMIT = 65_536;
const FLUSH_ASKED_EVERY = 64;
const KONG = viewOf(Buffer.from('kong'));
const UPSTREAM = viewOf(Buffer.from('upstream'));

/** A value that is not there, beside NONE for one that cannot be counted here. */
const MISSING = -2;

const AT = Object.fromEntries(FIELDS.map((field, index) => [field, index])) as Readonly<Record<Field, number>>;

type Shaped = Pick<LoggedRequest, 'status' | 'source' | 'route' | 'consumer' | 'upstreamStatus'>;

/** Failures of one shape say the same thing. */
export function shapeOf(logged: Shaped): string {
  return `${logged.status} ${logged.source} ${logged.route} ${logged.consumer} ${logged.upstreamStatus}`;
}

/** Counts entries, one a line. An entry that is not as expected is left to the reader that parses it. */
export class SerializerBlock {
  private readonly counter = new RequestCounter();
  private readonly consumers = this.counter.table('consumer', unescaped);
  private readonly credentials = this.counter.table('credential', unescaped);
  private readonly targets = this.counter.table('target');
  private readonly nodes = this.counter.table('node', unescaped);
  private readonly routes = this.counter.table('route', unescaped);
  private readonly services = this.counter.table('service', unescaped);
  private readonly methods = this.counter.table('method', unescaped);
  private readonly clients = this.counter.table('client', unescaped);
  private readonly agents = this.counter.table('agent', unescaped);
  private readonly versions = this.counter.table('version', versionIn);
  private readonly paths = this.counter.table('path');
  private readonly upstreamStatuses = this.counter.wordTable(unescaped);
  private readonly shaper = new PathShaper();
  private readonly target = Buffer.alloc(256);
  private readonly targetView = viewOf(this.target);
  private readonly isWanted: (status: number, shape: () => string) => boolean;
  private scan: SerializerScan | undefined;
  private text: Buffer | undefined;

  /** @param isWanted whether an entry of this status and shape is wanted whole; the shape is only made when it is asked for */
  constructor(isWanted: (status: number, shape: () => string) => boolean) {
    this.isWanted = isWanted;
  }

  /** Reads entries from `from` on; undefined when the first one is not to be read here. */
  read(bytes: Buffer, from: number, reading: Reading): LinesTaken | undefined {
    const view = viewOf(bytes);
    const last = bytes.lastIndexOf(NEWLINE);
    let line = from;
    let lines = 0;
    while (line <= last) {
      const next = this.line(bytes, view, line, undefined);
      if (next === -1) {
        if (!this.counter.isFull) break;
        // Only for room: the line is tried again.
        this.counter.flush(reading);
        continue;
      }
      line = next;
      lines++;
      if (lines % FLUSH_ASKED_EVERY === 0 && this.counter.isFull) this.counter.flush(reading);
    }
    return lines === 0 ? undefined : { lines, end: line };
  }

  /** Counts the entry of a line that something else carried; false when it is to be parsed. */
  takes(text: string, node: string | undefined, reading: Reading): boolean {
    if (text.length * 3 >= TEXT_LIMIT) return false;
    this.text ??= Buffer.alloc(TEXT_LIMIT);
    const length = this.text.write(text, 'utf8');
    this.text[length] = NEWLINE;
    if (this.counter.isFull) this.counter.flush(reading);
    return this.line(this.text, viewOf(this.text), 0, node) === length + 1;
  }

  /** An entry was read by itself: what was counted before it is told before it. */
  passed(logged: LoggedRequest, reading: Reading): void {
    this.counter.flush(reading);
    this.counter.gave(logged.status, () => exampleShapeOf(logged));
  }

  /** Tells what is counted and not yet told. */
  flush(reading: Reading): void {
    this.counter.flush(reading);
  }

  /** Counts one line; the offset after its line end, or -1 when it is not counted. */
  private line(bytes: Buffer, view: DataView, start: number, node: string | undefined): number {
    this.scan ??= new SerializerScan(pairClasses());
    const { scan } = this;
    let end = scan.scan(bytes, view, start);
    if (end === -1) return -1;
    if (bytes[end] === RETURN) end++;
    if (bytes[end] !== NEWLINE) return -1;
    const status = this.number(bytes, AT.status);
    const path = this.path(bytes, view);
    const method = this.find(this.methods, bytes, view, AT.method);
    const consumer = this.first(this.consumers, bytes, view, AT.consumerUsername, AT.consumerCustomId, AT.consumerId);
    const credential = this.find(this.credentials, bytes, view, AT.credentialId);
    const route = this.first(this.routes, bytes, view, AT.routeName, AT.routeId, AT.routeId);
    const service = this.first(this.services, bytes, view, AT.serviceName, AT.serviceId, AT.serviceId);
    const client = this.find(this.clients, bytes, view, AT.client);
    const agent = this.find(this.agents, bytes, view, AT.agent);
    const target = this.lastTry(bytes);
    const version = this.version(bytes, view);
    const upstreamStatus = this.find(this.upstreamStatuses, bytes, view, AT.upstreamStatus);
    const at = scan.kind(AT.startedAt) === ABSENT ? MISSING : this.number(bytes, AT.startedAt);
    if (
      status < 100 ||
      path === NONE ||
      method < 0 ||
      consumer === NONE ||
      credential === NONE ||
      route === NONE ||
      service === NONE ||
      client === NONE ||
      agent === NONE ||
      target === NONE ||
      version === NONE ||
      upstreamStatus === NONE ||
      at === NONE
    )
      return -1;
    const nodeRow = node === undefined ? MISSING : findText(this.nodes, JSON.stringify(node).slice(1, -1));
    if (nodeRow === NONE) return -1;

    const source = this.source(view);
    const upstreamText =
      upstreamStatus === MISSING ? unaskedText(bytes, scan) : this.upstreamStatuses.text(upstreamStatus);
    const answer = {
      status,
      ...(source === undefined ? {} : { source }),
      ...(upstreamText === undefined ? {} : { upstreamStatus: upstreamText }),
    };
    const failed = isRefusal(status);
    if (!failed && this.counter.wantsUnrefused(status)) return -1;
    const logged = (): LoggedRequest => ({
      ...answer,
      method: this.methods.text(method),
      ...(consumer === MISSING ? {} : { consumer: this.consumers.text(consumer) }),
      ...(route === MISSING ? {} : { route: this.routes.text(route) }),
    });
    if (this.isWanted(status, () => shapeOf(logged()))) return -1;
    if (failed && this.counter.wantsFailure(exampleShapeOf(logged()))) return -1;

    this.counter.answer(answer);
    count(this.consumers, consumer, failed);
    count(this.credentials, credential, failed);
    count(this.targets, target, failed);
    count(this.nodes, nodeRow, failed);
    count(this.routes, route, failed);
    count(this.services, service, failed);
    count(this.methods, method, failed);
    count(this.clients, client, failed);
    count(this.agents, agent, failed);
    count(this.versions, version, failed);
    this.paths.count(path, failed);
    if (at !== MISSING) this.counter.time(at, failed);
    return end + 1;
  }

  /** The value of a text; MISSING when it is absent or null. */
  private find(table: ValueTable, bytes: Buffer, view: DataView, field: number): number {
    const { scan } = this;
    const kind = scan?.kind(field) ?? ABSENT;
    if (scan === undefined || kind === ABSENT || kind === NULL) return MISSING;
    if (kind !== TEXT_VALUE) return NONE;
    const start = scan.start(field);
    const end = scan.end(field);
    return table.find(view, start, end, hashOf(bytes, start, end));
  }

  /** The first value that is there; none of them may be anything but a text. */
  private first(table: ValueTable, bytes: Buffer, view: DataView, one: number, two: number, three: number): number {
    const first = this.find(table, bytes, view, one);
    const second = this.find(table, bytes, view, two);
    const third = three === two ? MISSING : this.find(table, bytes, view, three);
    if (first === NONE || second === NONE || third === NONE) return NONE;
    return first !== MISSING ? first : second !== MISSING ? second : third;
  }

  private path(bytes: Buffer, view: DataView): number {
    const { scan, shaper } = this;
    if (scan?.kind(AT.uri) !== TEXT_VALUE) return NONE;
    const end = shaper.shape(bytes, view, scan.start(AT.uri), true);
    if (end !== scan.end(AT.uri) && bytes[end] !== QUESTION) return NONE;
    return this.paths.find(shaper.view, 0, shaper.length, shaper.hash);
  }

  /** A whole number without sign, or NONE. */
  private number(bytes: Buffer, field: number): number {
    const { scan } = this;
    if (scan?.kind(field) !== LITERAL) return NONE;
    const end = scan.end(field);
    let value = 0;
    for (let at = scan.start(field); at < end; at++) {
      const digit = (bytes[at] ?? 0) - 48;
      if (digit < 0 || digit > 9) return NONE;
      value = value * 10 + digit;
    }
    return value;
  }

  /** `ip:port` of the last try. */
  private lastTry(bytes: Buffer): number {
    const { scan, target } = this;
    if (scan === undefined || (scan.kind(AT.tryIp) === ABSENT && scan.kind(AT.tryPort) === ABSENT)) return MISSING;
    if (scan.kind(AT.tryIp) !== TEXT_VALUE || this.number(bytes, AT.tryPort) === NONE) return NONE;
    const ipLength = scan.end(AT.tryIp) - scan.start(AT.tryIp);
    const length = ipLength + 1 + scan.end(AT.tryPort) - scan.start(AT.tryPort);
    if (length > target.length) return NONE;
    target.set(bytes.subarray(scan.start(AT.tryIp), scan.end(AT.tryIp)), 0);
    target[ipLength] = COLON;
    target.set(bytes.subarray(scan.start(AT.tryPort), scan.end(AT.tryPort)), ipLength + 1);
    return this.targets.find(this.targetView, 0, length, hashOf(target, 0, length));
  }

  /** Kong's version in the header of the server, else in that of the proxy. */
  private version(bytes: Buffer, view: DataView): number {
    const server = this.find(this.versions, bytes, view, AT.server);
    if (server === NONE || (server !== MISSING && this.versions.text(server) !== '')) return server;
    return this.find(this.versions, bytes, view, AT.via);
  }

  private source(view: DataView): 'kong' | 'upstream' | undefined {
    const { scan } = this;
    if (scan?.kind(AT.source) !== TEXT_VALUE) return undefined;
    const start = scan.start(AT.source);
    const length = scan.end(AT.source) - start;
    if (length === KONG.byteLength && isSame(view, start, KONG, 0, length)) return 'kong';
    return length === UPSTREAM.byteLength && isSame(view, start, UPSTREAM, 0, length) ? 'upstream' : undefined;
  }
}

function count(table: ValueTable, row: number, failed: boolean): void {
  if (row !== MISSING && table.text(row) !== '') table.count(row, failed);
}

function findText(table: ValueTable, text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  return table.find(viewOf(bytes), 0, bytes.length, hashOf(bytes, 0, bytes.length));
}

/** '' when the latencies say that no upstream was asked. */
function unaskedText(bytes: Buffer, scan: SerializerScan): string | undefined {
  const isUnasked =
    scan.kind(AT.proxy) === LITERAL && bytes.toString('latin1', scan.start(AT.proxy), scan.end(AT.proxy)) === '-1';
  return isUnasked ? '' : undefined;
}

/** A JSON text without its quotes as the value that it means. */
function unescaped(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`);
  } catch {
    // An escape that JSON does not know: the parser will say so of the whole line.
    return undefined;
  }
}

/** Kong's version as its headers have it (`kong/3.9.3`, `1.1 kong/3.4.3.1-enterprise-edition`), or ''. */
function versionIn(raw: string): string | undefined {
  return /kong\/(\d[\w.-]{1,40})/.exec(unescaped(raw) ?? '')?.[1] ?? '';
}

/** Examples of failures are kept by this. */
function exampleShapeOf(logged: LoggedRequest): string {
  const by = logged.source ?? (logged.upstreamStatus === undefined ? '' : logged.upstreamStatus === '' ? 'kong' : 'up');
  return `${logged.status} ${by} ${logged.consumer ?? ''} ${logged.route ?? ''} ${logged.method ?? ''}`;
}
