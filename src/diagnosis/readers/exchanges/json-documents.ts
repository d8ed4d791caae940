// JSON that stands for HTTP: a body pasted alone, a HAR, a pretty-printed entry of the log serializer.
import { type Part, placeOf } from '../../intake/part.ts';
import type { StructuredDocument } from '../configs/document.ts';
import { isRecord, textOf } from '../configs/document.ts';
import { exchangeOf, loggedOf, SerializerEntry } from '../lines/serializer-json.ts';
import { oauthErrorOfJson } from '../oauth/oauth-error.ts';
import { challengesOf } from '../oauth/www-authenticate.ts';
import type { Reading } from '../reader.ts';
import { readBody } from './body.ts';
import { type headersOf, partsOfUrl, presentedCredentials } from './request.ts';
import { bodyOnly } from './transcript.ts';

/** Reads the body of an error answer; false when the object is no error. */
export function readErrorBody(document: StructuredDocument, reading: Reading, part: Part): boolean {
  const { value } = document;
  if (!isRecord(value) || 'apiVersion' in value) return false;
  const status = [value.status, value.statusCode, value.code].find(
    (code) => typeof code === 'number' && code >= 400 && code < 600,
  );
  const said = ['message', 'error', 'error_description', 'errorSummary', 'detail', 'errorCode', 'msg'].some(
    (field) => typeof value[field] === 'string',
  );
  const claim = ['exp', 'nbf'].some((field) => typeof value[field] === 'string' && Number.isNaN(Number(value[field])));
  if (!said && !claim) return false;
  const sighting = document.sightingOf('message');
  reading.emit(bodyOnly(part.text.slice(0, 20_000), typeof status === 'number' ? status : 0, sighting));
  const error = oauthErrorOfJson(value);
  if (error !== undefined)
    reading.emit({ kind: 'oauth-error', sighting: document.sightingOf('error'), error, found: 'body' });
  return true;
}

/** Reads a pretty-printed entry of the log serializer; false when it is none. */
export function readSerializerDocument(document: StructuredDocument, reading: Reading, part: Part): boolean {
  const [line] = part.lines;
  const entry = SerializerEntry.safeParse(document.value);
  if (!entry.success || line === undefined) return false;
  const logged = loggedOf(entry.data, line);
  reading.emit({ kind: 'request', line: placeOf(line), text: line.text, logged });
  if (logged.status >= 400) reading.emit(exchangeOf(entry.data, logged, line, reading));
  return true;
}

/** Reads a HAR 1.2 document; false when it is none. At most 500 entries. */
export function readHar(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value) || !isRecord(value.log) || !Array.isArray(value.log.entries)) return false;
  for (const [at, entry] of value.log.entries.slice(0, 500).entries()) {
    if (!isRecord(entry) || !isRecord(entry.request) || !isRecord(entry.response)) continue;
    const { request, response } = { request: entry.request, response: entry.response };
    const sighting = document.sightingOf(`log.entries.${at}.response.status`);
    const started = Date.parse(textOf(entry.startedDateTime) ?? '');
    const time = Number.isNaN(started) ? undefined : started;
    const url = partsOfUrl(textOf(request.url) ?? '/');
    const presented = presentedCredentials(nameValues(request.headers), url.target, {}, sighting, time, reading);
    const headers = nameValues(response.headers);
    const content = isRecord(response.content) ? (textOf(response.content.text) ?? '') : '';
    reading.emit({
      kind: 'exchange',
      form: 'har',
      sighting,
      statusAt: sighting,
      ...(time === undefined ? {} : { at: time }),
      request: {
        method: textOf(request.method) ?? 'GET',
        path: url.path,
        ...presented,
        ...(url.host === undefined ? {} : { host: url.host }),
        ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
      },
      response: {
        status: Number(response.status) || 0,
        headers,
        challenges: challengesOf(headers),
        ...readBody(content.slice(0, 20_000)),
      },
      remarks: [],
    });
  }
  return true;
}

function nameValues(list: unknown): ReturnType<typeof headersOf> {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) =>
    isRecord(item) ? [{ name: String(item.name).toLowerCase(), value: String(item.value) }] : [],
  );
}
