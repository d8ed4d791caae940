// Kong's and nginx' error log: one entry a time stamp, with its continuation lines and nginx' tail taken apart.
import { type Line, placeOf } from '../../intake/part.ts';
import { parsed } from '../exchanges/body.ts';
import { ranInDebugOutput } from '../exchanges/request-debug.ts';
import type { LogEntryObservation, RanPlugins } from '../observation.ts';
import type { LineReader, Reading } from '../reader.ts';

/** Text kept of one entry with its continuation lines. */
const ENTRY_LIMIT = 8192;

interface Pending {
  readonly line: Line;
  readonly at?: number;
  readonly level: string;
  readonly connection?: string;
  rest: string;
}

/** The request debugging output that Kong logs at notice, whole or not at all: parts of it are no JSON. */
function debugOutputOf({ component, text }: LogEntryObservation): RanPlugins | undefined {
  return component === 'request-debug' && text.startsWith('{"') ? ranInDebugOutput(parsed(text)) : undefined;
}

const LEVELS = new Set(['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg']);

/** Reads `2026/10/12 07:01:02 [error] 1342#0: *991 text` and lines of Kong's start that lack the date. */
export function errorLogReader(): LineReader {
  const pending = new Map<string, Pending>();

  function flush(key: string, reading: Reading): void {
    const entry = pending.get(key);
    if (entry === undefined) return;
    pending.delete(key);
    const observation = observationOf(entry);
    reading.emit(observation);
    const ran = debugOutputOf(observation);
    if (ran === undefined) return;
    const { sighting, requestId } = observation;
    reading.emit({
      kind: 'exchange',
      form: 'trace',
      sighting,
      remarks: [],
      ran,
      ...(requestId === undefined ? {} : { requestId }),
    });
  }

  return {
    kind: 'kong-error-log',
    read(line, reading) {
      const key = line.carrier?.pod ?? line.carrier?.container ?? line.carrier?.node ?? '';
      const head = headOf(line);
      if (head !== undefined) {
        flush(key, reading);
        pending.set(key, head);
        return true;
      }
      const entry = pending.get(key);
      if (entry !== undefined && isContinuation(line.text)) {
        if (entry.rest.length < ENTRY_LIMIT) entry.rest += `\n${line.text.slice(0, 2048)}`;
        return true;
      }
      flush(key, reading);
      return false;
    },
    end(reading) {
      for (const key of [...pending.keys()]) flush(key, reading);
    },
  };
}

function headOf(line: Line): Pending | undefined {
  const { text } = line;
  // 2026/10/12 07:01:02 [
  if (
    text.charCodeAt(4) === 47 &&
    text.charCodeAt(7) === 47 &&
    text.charCodeAt(20) === 91 &&
    text.charCodeAt(10) === 32
  ) {
    const close = text.indexOf(']', 21);
    const level = text.slice(21, close);
    if (!LEVELS.has(level)) return undefined;
    const at = Date.parse(`${text.slice(0, 4)}-${text.slice(5, 7)}-${text.slice(8, 10)}T${text.slice(11, 19)}Z`);
    return { line, level, ...(Number.isNaN(at) ? {} : { at }), ...afterLevel(text.slice(close + 1)) };
  }
  // Lines without a date: `nginx: [emerg] ...`, `[error] 1342#0: *991 ...`, `Error: /usr/local/share/lua/...`.
  if (text.startsWith('nginx: [') || text.startsWith('[')) {
    const open = text.indexOf('[');
    const close = text.indexOf(']', open);
    const level = text.slice(open + 1, close);
    if (!LEVELS.has(level)) return undefined;
    return { line, level, ...afterLevel(text.slice(close + 1)) };
  }
  if (text.startsWith('Error: ') && (text.includes('.lua:') || text.includes('/kong/')))
    return { line, level: 'error', rest: text.slice(7) };
  return undefined;
}

/** ` 1342#0: *991 rest`: process, thread and connection. */
function afterLevel(text: string): { rest: string; connection?: string } {
  const match = /^ (?:\d{1,10}#\d{1,10}: )?(?:\*(\d{1,15}) )?/.exec(text);
  const rest = text.slice(match?.[0].length ?? 0);
  return match?.[1] === undefined ? { rest } : { rest, connection: match[1] };
}

function isContinuation(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 9) return true;
  if (first === 32) return !text.trimStart().startsWith('"') || text.includes('in function');
  return (
    text.startsWith('stack traceback:') ||
    text.startsWith('coroutine ') ||
    text.startsWith("in '") ||
    text.startsWith('[C]: ') ||
    text.startsWith('[builtin') ||
    text.startsWith('|') ||
    text.startsWith('+--')
  );
}

const TAIL_NAMES = [
  'server',
  'request',
  'subrequest',
  'upstream',
  'host',
  'referrer',
  'request_id',
  'context',
] as const;

function observationOf(entry: Pending): LogEntryObservation {
  const { text, tail } = withoutTail(entry.rest);
  const origin = originOf(text);
  const product = entry.line.text.startsWith('nginx:') ? 'nginx' : 'kong';
  return {
    kind: 'log-entry',
    sighting: { place: placeOf(entry.line), excerpt: entry.line.text.slice(0, 600) },
    product,
    level: entry.level,
    ...(entry.at === undefined ? {} : { at: entry.at }),
    ...(entry.connection === undefined ? {} : { connection: entry.connection }),
    text: origin.text.slice(0, ENTRY_LIMIT),
    ...(origin.component === undefined ? {} : { component: origin.component }),
    ...(origin.file === undefined ? {} : { file: origin.file }),
    ...tailFields(tail),
  };
}

/** nginx' own tail begins at `, client: ` and stands after the last continuation line. */
function withoutTail(rest: string): { text: string; tail: string } {
  const at = rest.lastIndexOf(', client: ');
  if (at === -1) {
    const context = rest.lastIndexOf(', context: ngx.');
    return context === -1 ? { text: rest, tail: '' } : { text: rest.slice(0, context), tail: '' };
  }
  return { text: rest.slice(0, at), tail: rest.slice(at) };
}

type TailFields = Pick<LogEntryObservation, 'client' | 'server' | 'request' | 'upstream' | 'host' | 'requestId'>;

function tailFields(tail: string): TailFields {
  if (tail === '') return {};
  const fields: Record<string, string> = {};
  const client = /^, client: ([^,\n]{1,100})/.exec(tail)?.[1];
  if (client !== undefined) fields.client = client;
  for (const name of TAIL_NAMES) {
    const at = tail.indexOf(`, ${name}: `);
    if (at === -1) continue;
    const from = at + name.length + 4;
    if (tail.charCodeAt(from) === 34) {
      const close = tail.indexOf('"', from + 1);
      fields[name] = tail.slice(from + 1, close === -1 ? undefined : close);
    } else {
      const comma = tail.indexOf(',', from);
      fields[name] = tail.slice(from, comma === -1 ? undefined : comma).trim();
    }
  }
  return {
    ...(fields.client === undefined ? {} : { client: fields.client }),
    ...(fields.server === undefined ? {} : { server: fields.server }),
    ...(fields.request === undefined ? {} : { request: fields.request }),
    ...(fields.upstream === undefined ? {} : { upstream: fields.upstream }),
    ...(fields.host === undefined ? {} : { host: fields.host }),
    ...(fields.request_id === undefined ? {} : { requestId: fields.request_id }),
  };
}

/** `[kong] handler.lua:98 [jwt] text`, `[lua] file.lua:12: func(): [openid-connect] text`: the component and the text. */
function originOf(rest: string): { text: string; component?: string; file?: string } {
  const kong = /^\[kong\] ([\w./-]{1,80}\.lua):\d{1,6} (?:\[([\w-]{1,40})\] )?/.exec(rest);
  const lua =
    kong === null
      ? /^\[lua\] ([\w./-]{1,120}\.lua):\d{1,6}: (?:[\w.<>:]{1,80}\(\): )?(?:\[([\w -]{1,40})\] )?/.exec(rest)
      : null;
  const match = kong ?? lua;
  if (match !== null) {
    let text = rest.slice(match[0].length);
    let component = match[2];
    // A plugin that names itself again gives the name twice.
    if (component !== undefined && text.startsWith(`[${component}] `)) text = text.slice(component.length + 3);
    if (component === undefined && /^openidc\.lua$/.test(match[1] ?? '')) component = 'kong-oidc (community)';
    return { text, ...(component === undefined ? {} : { component }), file: match[1] ?? '' };
  }
  const tagged = /^\[([a-z][a-z-]{2,30})\] /.exec(rest);
  if (tagged !== null && tagged[1] !== 'lua' && tagged[1] !== 'kong')
    return { text: rest.slice(tagged[0].length), component: tagged[1] ?? '' };
  return { text: rest };
}
