// HTTP as people copy it: curl -v and -i, raw messages, developer tools; request, answer, remarks and body.
import { type Line, type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { challengesOf } from '../oauth/www-authenticate.ts';
import type { ExchangeObservation, Header, HttpRequest, HttpResponse } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';
import { parsed, readBody } from './body.ts';
import { fieldsOfForm, type PlacedHeader, partsOfUrl, presentedCredentials } from './request.ts';
import { ranInDebugOutput } from './request-debug.ts';

interface Draft {
  first: Line;
  requestLine?: Line;
  method?: string;
  target?: string;
  requestHeaders: PlacedHeader[];
  requestBody: string[];
  statusLine?: Line;
  status?: number;
  reason?: string;
  headers: Header[];
  body: Line[];
  bodyStarted: boolean;
  remarks: Sighting[];
  challengeLine?: Line;
}

function draftAt(line: Line): Draft {
  return { first: line, requestHeaders: [], requestBody: [], headers: [], body: [], bodyStarted: false, remarks: [] };
}

const STATUS = /^HTTP\/\d(?:\.\d)? (\d{3})(?: (.{0,200}))?$/;
const REQUEST = /^(GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD|CONNECT|TRACE) (\S{1,8000}) HTTP\/\d(?:\.\d)?$/;
const HEADER = /^:?([A-Za-z][A-Za-z0-9_-]{0,80}): ?(.*)$/;
/** Headers that only requests have; a raw run without a status line is told apart by them. */
const REQUEST_HEADERS = new Set([
  'host',
  'user-agent',
  'accept',
  'authorization',
  'cookie',
  'origin',
  'referer',
  'apikey',
  'x-api-key',
  'accept-encoding',
  'accept-language',
  'access-control-request-method',
]);

/** Reads transcripts. */
export const transcriptReader: DocumentReader = {
  kind: 'http-exchange',
  read(part, reading) {
    if (part.shape !== 'transcript') return 0;
    let draft: Draft | undefined;
    for (const line of part.lines) {
      draft = take(line, draft, (finished) => emit(finished, reading));
    }
    if (draft !== undefined) emit(draft, reading);
    return part.lines.length;
  },
};

function take(line: Line, current: Draft | undefined, finish: (draft: Draft) => void): Draft {
  const raw = line.text.trimStart();
  const side =
    raw.startsWith('> ') || raw === '>'
      ? 'request'
      : raw.startsWith('< ') || raw === '<'
        ? 'answer'
        : raw.startsWith('* ')
          ? 'remark'
          : undefined;
  const text = (side === undefined ? raw : raw.slice(2)).trim();
  let draft = current ?? draftAt(line);
  const start = (): void => {
    if (current !== undefined) finish(draft);
    draft = draftAt(line);
  };
  if (side === 'remark') {
    if (
      draft.status !== undefined &&
      /Issue another request|Connection #\d|Re-using|Trying/.test(text) === false &&
      draft.remarks.length >= 40
    )
      return draft;
    if (draft.remarks.length < 40) draft.remarks.push({ place: placeOf(line), excerpt: raw.slice(0, 600) });
    return draft;
  }
  const request = REQUEST.exec(text);
  if (request !== null) {
    if (draft.method !== undefined || draft.status !== undefined) start();
    draft.requestLine = line;
    draft.method = request[1] ?? 'GET';
    draft.target = request[2] ?? '/';
    return draft;
  }
  const status = STATUS.exec(text);
  if (status !== null) {
    // 1xx answers and redirects that curl -L follows precede the one that counts.
    if (draft.status !== undefined && draft.status >= 200) start();
    draft.statusLine = line;
    draft.status = Number(status[1]);
    draft.reason = status[2] ?? '';
    draft.headers = [];
    draft.body = [];
    draft.bodyStarted = false;
    return draft;
  }
  const devtools = /^(Request URL|Request Method|Status Code): ?(.{1,4000})$/.exec(text);
  if (devtools !== null) {
    const value = devtools[2] ?? '';
    if (devtools[1] === 'Request URL') draft.target = value;
    else if (devtools[1] === 'Request Method') draft.method = value;
    else {
      draft.status = Number.parseInt(value, 10);
      draft.statusLine = line;
    }
    return draft;
  }
  const header = HEADER.exec(text);
  if (header !== null && !(draft.bodyStarted && side === undefined) && !/^\s*["{<]/.test(text)) {
    addHeader(draft, line, side, { name: (header[1] ?? '').toLowerCase(), value: (header[2] ?? '').trim() });
    return draft;
  }
  if (text === '') {
    if (draft.status !== undefined && draft.headers.length > 0) draft.bodyStarted = true;
    return draft;
  }
  if (/^[{}] \[\d+ bytes data\]/.test(text) || /^% Total|^Dload/.test(text)) return draft;
  if (draft.status === undefined && draft.method !== undefined) draft.requestBody.push(text);
  else {
    draft.bodyStarted = true;
    draft.body.push(line);
  }
  return draft;
}

function addHeader(draft: Draft, line: Line, side: 'request' | 'answer' | undefined, header: Header): void {
  const ofRequest =
    side === 'request' ||
    (side === undefined &&
      draft.status === undefined &&
      (draft.method !== undefined || REQUEST_HEADERS.has(header.name)));
  if (ofRequest) draft.requestHeaders.push({ ...header, sighting: sightingOf(line) });
  else {
    draft.headers.push(header);
    if (header.name === 'www-authenticate') draft.challengeLine = line;
  }
}

function sightingOf(line: Line): Sighting {
  return { place: placeOf(line), excerpt: line.text.slice(0, 600) };
}

function emit(draft: Draft, reading: Reading): void {
  const date = draft.headers.find((header) => header.name === 'date')?.value;
  const parsedDate = date === undefined ? Number.NaN : Date.parse(date);
  const at = Number.isNaN(parsedDate) ? undefined : parsedDate;
  const request = requestOf(draft, at, reading);
  const response = responseOf(draft, reading);
  if (request === undefined && response === undefined && draft.remarks.length === 0) return;
  const messageLine =
    draft.body.find((line) => /message|error|exp|detail|[A-Za-z]{4}/.test(line.text)) ?? draft.challengeLine;
  const requestId = draft.headers.find((header) => header.name === 'x-kong-request-id')?.value;
  const debugOutput = draft.headers.find((header) => header.name === 'x-kong-request-debug-output')?.value;
  const ran = debugOutput === undefined ? undefined : ranInDebugOutput(parsed(debugOutput));
  const observation: ExchangeObservation = {
    kind: 'exchange',
    form: 'transcript',
    sighting: sightingOf(draft.statusLine ?? draft.requestLine ?? draft.first),
    ...(draft.statusLine === undefined ? {} : { statusAt: sightingOf(draft.statusLine) }),
    ...(messageLine === undefined ? {} : { messageAt: sightingOf(messageLine) }),
    ...(draft.requestLine === undefined ? {} : { requestAt: sightingOf(draft.requestLine) }),
    ...(at === undefined ? {} : { at }),
    ...(request === undefined ? {} : { request }),
    ...(response === undefined ? {} : { response }),
    remarks: draft.remarks,
    ...(requestId === undefined ? {} : { requestId }),
    ...(ran === undefined ? {} : { ran }),
  };
  reading.emit(observation);
}

function requestOf(draft: Draft, at: number | undefined, reading: Reading): HttpRequest | undefined {
  if (draft.method === undefined && draft.target === undefined && draft.requestHeaders.length === 0) return undefined;
  const sighting = sightingOf(draft.requestLine ?? draft.first);
  const body = draft.requestBody.join('\n');
  const form = body.includes('=') && !body.startsWith('{') ? fieldsOfForm(body) : fieldsOfJson(body);
  const url = partsOfUrl(draft.target ?? '/');
  const presented = presentedCredentials(draft.requestHeaders, url.target, form, sighting, at, reading);
  const host =
    draft.requestHeaders.find((header) => header.name === 'host' || header.name === 'authority')?.value ?? url.host;
  const port = /:(\d{2,5})$/.exec(host ?? '')?.[1];
  return {
    method: draft.method ?? 'GET',
    path: url.path,
    ...presented,
    ...(host === undefined ? {} : { host }),
    ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(body === '' ? {} : { body: reading.redactor.text(body.slice(0, 8192), sighting.place) }),
  };
}

function fieldsOfJson(body: string): Record<string, string> {
  if (!body.startsWith('{')) return {};
  const { json } = readBody(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}

function responseOf(draft: Draft, reading: Reading): HttpResponse | undefined {
  if (draft.status === undefined && draft.headers.length === 0 && draft.body.length === 0) return undefined;
  const place = placeOf(draft.statusLine ?? draft.first);
  const headers = draft.headers.map((header) => ({
    name: header.name,
    value:
      header.name === 'set-cookie'
        ? reading.redactor.text(`Set-Cookie: ${header.value}`, place).slice(12)
        : reading.redactor.text(header.value, place),
  }));
  const body = draft.body.map((line) => line.text.replace(/^< /, '')).join('\n');
  return {
    status: draft.status ?? 0,
    ...(draft.reason === undefined || draft.reason === '' ? {} : { reason: draft.reason }),
    headers,
    challenges: challengesOf(headers),
    ...readBody(body),
  };
}

/** An exchange of a body pasted alone: the status is unknown unless the text states it. */
export function bodyOnly(body: string, status: number, sighting: Sighting): ExchangeObservation {
  return {
    kind: 'exchange',
    form: 'body-only',
    sighting,
    messageAt: sighting,
    response: { status, headers: [], challenges: [], ...readBody(body) },
    remarks: [],
  };
}

/** The part's first line as a sighting. */
export function headOf(part: Part): Sighting {
  const [line] = part.lines;
  return line === undefined ? { place: { source: part.source, line: 1 }, excerpt: '' } : sightingOf(line);
}
