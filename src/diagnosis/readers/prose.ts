// What people write, and lines that nobody knew: statements, with the tokens, bodies, errors and settings inside them.
import { type Line, placeOf } from '../intake/part.ts';
import { readBody } from './exchanges/body.ts';
import { bodyOnly } from './exchanges/transcript.ts';
import { oauthErrorsInText } from './oauth/oauth-error.ts';
import { parseChallenges } from './oauth/www-authenticate.ts';
import type { DocumentReader, Reading } from './reader.ts';
import { findTokens, readToken } from './tokens/token.ts';

const STATUS =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)? |status(?: code)?:? ?|returned error: |gets? (?:a |an )?|returns? (?:a |an )?|response:? |code )(4\d\d|5\d\d)\b/i;
const KEYCLOAK = /type="?([A-Z_]{4,40})"?, (?:realmId|realmName)="?[^",]{1,80}"?,.{0,300}?clientId="?([^",]{1,100})"?/;
const AADSTS = /\b(AADSTS\d{4,7})\b/;

/** Reads prose, tokens alone, and whatever no other reader took. It always takes the part. */
export const proseReader: DocumentReader = {
  kind: 'prose',
  read(part, reading) {
    for (const line of part.lines) readLine(line, reading);
    return part.shape === 'prose' || part.shape === 'token' ? part.lines.length : 0;
  },
};

function readLine(line: Line, reading: Reading): void {
  const { text } = line;
  if (text.trim() === '') return;
  const sighting = { place: placeOf(line), excerpt: text.slice(0, 600) };
  reading.emit({ kind: 'statement', sighting, text: text.slice(0, 20_000) });
  for (const { value } of findTokens(text).slice(0, 20))
    reading.emit(readToken(value, 'loose', sighting, undefined, reading));
  for (const error of oauthErrorsInText(text))
    reading.emit({
      kind: 'oauth-error',
      sighting,
      error,
      found: text.includes('error_description=') || text.includes('?error=') ? 'query' : 'log',
    });
  const status = Number(STATUS.exec(text)?.[1] ?? 0);
  readInnerBody(text, status, sighting, reading);
  const challenge = /www-authenticate: ?(.{3,500})/i.exec(text)?.[1];
  if (challenge !== undefined) {
    const headers = [{ name: 'www-authenticate', value: challenge }];
    reading.emit({
      kind: 'exchange',
      form: 'body-only',
      sighting,
      response: { status, headers, challenges: parseChallenges(challenge) },
      remarks: [],
    });
  }
  const keycloak = KEYCLOAK.exec(text);
  if (keycloak !== null) {
    const error = /error="?([\w-]{3,60})"?/.exec(text)?.[1];
    reading.emit({
      kind: 'idp-event',
      product: 'keycloak',
      event: keycloak[1] ?? '',
      sighting,
      details: {},
      clientId: keycloak[2] ?? '',
      ...(error === undefined ? {} : { error }),
    });
  }
  const aadsts = AADSTS.exec(text);
  if (aadsts !== null)
    reading.emit({ kind: 'idp-event', product: 'entra', event: aadsts[1] ?? '', sighting, details: {} });
}

/** `response: {"message":"Unauthorized"}` and `"message": "Your IP address is not allowed"` inside a sentence. */
function readInnerBody(
  text: string,
  status: number,
  sighting: { place: ReturnType<typeof placeOf>; excerpt: string },
  reading: Reading,
): void {
  const open = text.indexOf('{"');
  const loose = open === -1 ? text.indexOf('{ "') : open;
  if (loose !== -1) {
    const close = text.lastIndexOf('}');
    if (close > loose) {
      const body = text.slice(loose, close + 1).replaceAll('\\"', '"');
      const read = readBody(body);
      if (read.json !== undefined && read.message !== undefined) reading.emit(bodyOnly(body, status, sighting));
      return;
    }
  }
  const field = /^\s*"?message"? ?[:=] ?"([^"]{3,300})"/.exec(text)?.[1];
  if (field !== undefined) reading.emit(bodyOnly(JSON.stringify({ message: field }), status, sighting));
}
