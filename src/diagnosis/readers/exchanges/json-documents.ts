// JSON that stands for HTTP: a body pasted alone, a pretty-printed entry of the log serializer.
import { type Part, placeOf } from '../../intake/part.ts';
import type { StructuredDocument } from '../configs/document.ts';
import { isRecord } from '../configs/document.ts';
import { serializerEntry } from '../lines/serializer-entry.ts';
import { exchangeOf, loggedOf } from '../lines/serializer-json.ts';
import { oauthErrorOfJson } from '../oauth/oauth-error.ts';
import type { Reading } from '../reader.ts';
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
  const entry = serializerEntry(document.value);
  if (entry === undefined || line === undefined) return false;
  const logged = loggedOf(entry, line);
  reading.emit({ kind: 'request', line: placeOf(line), text: line.text, logged });
  if (logged.status >= 400) reading.emit(exchangeOf(entry, logged, line, reading));
  return true;
}
