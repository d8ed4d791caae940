// Answers of a token endpoint (RFC 6749 §5.1): the tokens in them, each known by its own name from here on.
import { isRecord, type StructuredDocument } from '../configs/document.ts';
import type { Reading } from '../reader.ts';
import { readToken } from '../tokens/token.ts';

/** Reads a token answer; false when it is none. */
export function readTokenAnswer(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value) || typeof value.access_token !== 'string' || 'config' in value || 'headers' in value)
    return false;
  if (typeof value.refresh_token === 'string' && !value.refresh_token.startsWith('ey'))
    reading.redactor.secret('refresh-token', value.refresh_token, document.sightingOf('refresh_token').place);
  for (const name of ['access_token', 'id_token'])
    if (typeof value[name] === 'string')
      reading.emit(readToken(value[name], 'token-answer', document.sightingOf(name), undefined, reading));
  return true;
}
