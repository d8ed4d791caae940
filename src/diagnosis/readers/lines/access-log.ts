// Access logs: Kong's default before and since 3.5, and combined. The speed path: no regular expression, few slices.
import { type Line, placeOf } from '../../intake/part.ts';
import type { LoggedRequest } from '../observation.ts';
import type { LineReader } from '../reader.ts';
import { AccessBlock } from './access-block.ts';
import { nginxTime } from './nginx-time.ts';

/** Reads `192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET /orders HTTP/1.1" 401 96 "-" "agent" kong_request_id: "..."`. */
export function accessLogReader(): LineReader {
  let lastTime = '';
  let lastAt = Number.NaN;
  const block = new AccessBlock();
  return {
    kind: 'access-log',
    readBlock: (bytes, from, reading) => block.read(bytes, from, reading),
    read(line, reading) {
      const { text } = line;
      // ` [dd/Mon/yyyy:` within the first 120 characters, then `] "`.
      const open = text.indexOf(' [');
      if (open < 3 || open > 160 || text.charCodeAt(open + 4) !== 47 || text.charCodeAt(open + 8) !== 47) return false;
      const close = text.indexOf('] "', open);
      if (close === -1) return false;
      const requestFrom = close + 3;
      // The request line ends at the first quote that is followed by a blank, a status and a blank.
      let quote = text.indexOf('" ', requestFrom);
      while (quote !== -1 && !isStatusAt(text, quote + 2)) quote = text.indexOf('" ', quote + 1);
      if (quote === -1) return false;
      const status =
        (text.charCodeAt(quote + 2) - 48) * 100 +
        (text.charCodeAt(quote + 3) - 48) * 10 +
        text.charCodeAt(quote + 4) -
        48;
      const time = text.slice(open + 2, close);
      if (time !== lastTime) {
        lastTime = time;
        lastAt = nginxTime(time);
      }
      const logged = requestOf(text, requestFrom, quote, status, lastAt);
      const firstBlank = text.indexOf(' ');
      logged.client = text.slice(0, firstBlank);
      const user = text.slice(text.indexOf(' ', firstBlank + 1) + 1, open);
      if (user !== '-' && user !== '') logged.user = user;
      const key = KEY_IN_QUERY.exec(text.slice(requestFrom, quote))?.[1];
      if (key !== undefined) logged.credential = reading.redactor.secret('api-key', key, placeOf(line)).fingerprint;
      addTail(logged, text, quote);
      addNode(logged, line);
      block.passed(logged, reading);
      reading.emit({ kind: 'request', line: placeOf(line), text, logged });
      return true;
    },
    end(reading) {
      block.flush(reading);
    },
  };
}

/** `?apikey=...`, as key-auth takes it from the query. */
const KEY_IN_QUERY = /[?&](?:api[-_]?)?key=([^&\s]{4,200})/i;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function isStatusAt(text: string, at: number): boolean {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  const c = text.charCodeAt(at + 2);
  const next = text.charCodeAt(at + 3);
  return a >= 48 && a <= 53 && b >= 48 && b <= 57 && c >= 48 && c <= 57 && (next === 32 || Number.isNaN(next));
}

function requestOf(text: string, from: number, to: number, status: number, at: number): Mutable<LoggedRequest> {
  const logged: Mutable<LoggedRequest> = { status };
  if (!Number.isNaN(at)) logged.at = at;
  const blank = text.indexOf(' ', from);
  if (blank === -1 || blank > to || blank - from > 10) return logged;
  logged.method = text.slice(from, blank);
  let end = text.indexOf(' ', blank + 1);
  if (end === -1 || end > to) end = to;
  const query = text.indexOf('?', blank);
  logged.path = text.slice(blank + 1, query !== -1 && query < end ? query : end);
  return logged;
}

/** ` "referer" "agent" kong_request_id: "..."` after status and bytes. */
function addTail(logged: Mutable<LoggedRequest>, text: string, quote: number): void {
  const refererFrom = text.indexOf(' "', quote + 5);
  if (refererFrom === -1) {
    // An own format without referer and agent.
    addUpstream(logged, text.slice(quote + 5, quote + 5 + TAIL_LIMIT));
    return;
  }
  const refererTo = text.indexOf('" "', refererFrom + 2);
  if (refererTo === -1) return;
  const agentTo = text.indexOf('"', refererTo + 3);
  if (agentTo === -1) return;
  const agent = text.slice(refererTo + 3, agentTo);
  if (agent !== '-') logged.agent = agent;
  let from = agentTo + 1;
  const id = text.indexOf('kong_request_id: "', from);
  if (id !== -1) {
    logged.requestId = text.slice(id + 18, id + 50);
    // Kong's own format ends here; an own format goes on, or has its fields before.
    if (id === from + 1) from = id + 51;
  }
  if (from < text.length) addUpstream(logged, text.slice(from, from + TAIL_LIMIT));
}

/** Characters behind the agent that own formats are looked for in. */
const TAIL_LIMIT = 1000;
/** ingress-nginx: `length time [namespace-service-port] [alternative] address bytes time status request-id`. */
const INGRESS =
  /^ \d{1,12} [\d.]{1,12} \[([^\]]{0,200})\] \[[^\]]{0,200}\] ([\d.:, [\]a-f-]{1,300}?) [\d, -]{1,60} [\d., -]{1,60} (\d{3}|-)(?:, \d{3}){0,9}(?: ([0-9a-f]{16,64}))?$/;
/** Own formats of Kong's nginx: `upstream_status=401`, `us="401"`, `upstream: 10.0.0.5:8080`, `ua="10.0.0.5:8080"`. */
const UPSTREAM_STATUS = /(?:\bupstream_status|\bus)[=:] ?"?(\d{3}|-)/;
const UPSTREAM_ADDRESS = /(?:\bupstream_addr|\bupstream|\bua)[=:] ?"?((?:\d{1,3}\.){3}\d{1,3}:\d{1,5})/;
const REQUEST_ID = /\b(?:request_id|req_id|rid)[=:] ?"?([0-9a-f-]{16,64})/;

/** Fields of own formats: the upstream of Kong's nginx; behind an ingress only its address, as that may be Kong. */
function addUpstream(logged: Mutable<LoggedRequest>, tail: string): void {
  const ingress = INGRESS.exec(tail);
  if (ingress !== null) {
    const target = ingress[2]?.split(', ').at(-1)?.trim() ?? '-';
    if (target !== '-') logged.target = target;
    if (ingress[4] !== undefined) logged.requestId = ingress[4];
    return;
  }
  const status = UPSTREAM_STATUS.exec(tail)?.[1];
  if (status !== undefined) logged.upstreamStatus = status === '-' ? '' : status;
  const target = UPSTREAM_ADDRESS.exec(tail)?.[1];
  if (target !== undefined) logged.target = target;
  const id = REQUEST_ID.exec(tail)?.[1];
  if (id !== undefined && logged.requestId === undefined) logged.requestId = id;
}

function addNode(logged: Mutable<LoggedRequest>, line: Line): void {
  const node = line.carrier?.pod ?? line.carrier?.node;
  if (node !== undefined) logged.node = node;
}
