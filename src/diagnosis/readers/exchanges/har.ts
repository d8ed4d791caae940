// HAR 1.2: what a browser recorded, one exchange an entry, with the credentials of both sides replaced.
import type { StructuredDocument } from '../configs/document.ts';
import { isRecord, textOf } from '../configs/document.ts';
import { challengesOf } from '../oauth/www-authenticate.ts';
import type { Header } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { findTokens, readToken } from '../tokens/token.ts';
import { readBody } from './body.ts';
import { fieldsOfForm, partsOfUrl, presentedCredentials } from './request.ts';

/** Entries of one document that are read. */
const ENTRIES = 500;
/** Characters of one body that are read. */
const BODY_LIMIT = 20_000;

/** Reads a HAR document; false when it is none. Failing entries come with the place of their message. */
export function readHar(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value) || !isRecord(value.log) || !Array.isArray(value.log.entries)) return false;
  const { entries } = value.log;
  for (const [at, entry] of entries.slice(0, ENTRIES).entries()) {
    if (isRecord(entry) && isRecord(entry.request) && isRecord(entry.response))
      readEntry(entry, entry.request, entry.response, `log.entries.${at}`, document, reading);
  }
  if (entries.length > ENTRIES)
    reading.emit({
      kind: 'unreadable',
      place: document.sightingOf(`log.entries.${ENTRIES}`).place,
      why: `The recording has ${entries.length} requests; the first ${ENTRIES} were read.`,
      pasteInstead: 'Filter the recording for the failing request and export that alone.',
    });
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function readEntry(
  entry: Fields,
  request: Fields,
  response: Fields,
  path: string,
  document: StructuredDocument,
  reading: Reading,
): void {
  const sighting = document.sightingOf(`${path}.response.status`);
  const started = Date.parse(textOf(entry.startedDateTime) ?? '');
  const at = Number.isNaN(started) ? undefined : started;
  const url = partsOfUrl(textOf(request.url) ?? '/');
  const form = fieldsOfPost(request.postData);
  const presented = presentedCredentials(nameValues(request.headers), url.target, form, sighting, at, reading);
  const headers = nameValues(response.headers).map((header) => ({
    name: header.name,
    value:
      header.name === 'set-cookie'
        ? reading.redactor.text(`Set-Cookie: ${header.value}`, sighting.place).slice(12)
        : reading.redactor.text(header.value, sighting.place),
  }));
  const body = bodyOf(response.content);
  for (const { value } of findTokens(body).slice(0, 5))
    reading.emit(readToken(value, 'token-answer', document.sightingOf(`${path}.response.content`), at, reading));
  const requestId = headers.find((header) => header.name === 'x-kong-request-id')?.value;
  reading.emit({
    kind: 'exchange',
    form: 'har',
    sighting,
    statusAt: sighting,
    requestAt: document.sightingOf(`${path}.request.url`),
    ...(body === '' ? {} : { messageAt: document.sightingOf(`${path}.response.content.text`) }),
    ...(at === undefined ? {} : { at }),
    request: {
      method: textOf(request.method) ?? 'GET',
      path: url.path,
      ...presented,
      ...(url.host === undefined ? {} : { host: url.host }),
      ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
      ...(url.port === undefined ? {} : { port: url.port }),
    },
    response: {
      status: Number(response.status) || 0,
      ...(textOf(response.statusText) === undefined ? {} : { reason: textOf(response.statusText) ?? '' }),
      headers,
      challenges: challengesOf(headers),
      ...readBody(body),
    },
    remarks: [],
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** The answer's text; base64 is decoded. */
function bodyOf(content: unknown): string {
  if (!isRecord(content)) return '';
  const text = (typeof content.text === 'string' ? content.text : '').slice(0, BODY_LIMIT);
  return content.encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function fieldsOfPost(post: unknown): Readonly<Record<string, string>> {
  if (!isRecord(post)) return {};
  if (Array.isArray(post.params) && post.params.length > 0)
    return Object.fromEntries(
      post.params
        .slice(0, 100)
        .flatMap((item) => (isRecord(item) ? [[String(item.name), decoded(textOf(item.value) ?? '')]] : [])),
    );
  const text = textOf(post.text) ?? '';
  return text.includes('=') && !text.trimStart().startsWith('{') ? fieldsOfForm(text.slice(0, BODY_LIMIT)) : {};
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A lone per cent sign is text and no encoding.
    return text;
  }
}

function nameValues(list: unknown): Header[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, 500)
    .flatMap((item) => (isRecord(item) ? [{ name: String(item.name).toLowerCase(), value: String(item.value) }] : []));
}
