// What stands inside a line of running text, whoever wrote it: tokens, OAuth errors, answers, challenges, Entra's codes.
import type { Sighting } from '../intake/place.ts';
import { readBody } from './exchanges/body.ts';
import { bodyOnly } from './exchanges/transcript.ts';
import { oauthErrorsInText } from './oauth/oauth-error.ts';
import { parseChallenges } from './oauth/www-authenticate.ts';
import type { TokenObservation } from './observation.ts';
import type { Reading } from './reader.ts';
import { findTokens, readToken } from './tokens/token.ts';

/** Characters of one line that are searched; what comes after is only looked at for phrases. */
const SEARCHED = 20_000;
const STATUS =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)? |status(?:[ _]?code)?["']?(?:: ?| ?= ?| )|returned error: |gets? (?:a |an )?|returns? (?:a |an )?|response:? |code )(4\d\d|5\d\d)\b/i;
const AADSTS = /\b(AADSTS\d{4,7})\b/;

/**
 * Emits what stands inside a line: tokens, OAuth errors, JSON bodies of answers, challenges, Entra's error codes.
 * @param found where tokens count as found: `log` for a program's line, `loose` for a person's
 */
export function readWithin(
  text: string,
  sighting: Sighting,
  reading: Reading,
  found: Extract<TokenObservation['found'], 'log' | 'loose'>,
): void {
  const searched = text.slice(0, SEARCHED);
  for (const { value } of findTokens(searched).slice(0, 20))
    reading.emit(readToken(value, found, sighting, undefined, reading));
  for (const error of oauthErrorsInText(searched))
    reading.emit({
      kind: 'oauth-error',
      sighting,
      error,
      found: searched.includes('error_description=') || searched.includes('?error=') ? 'query' : 'log',
    });
  const status = Number(STATUS.exec(searched)?.[1] ?? 0);
  readInnerBody(searched, status, sighting, reading);
  const challenge = /www-authenticate: ?(.{3,500})/i.exec(searched)?.[1];
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
  const aadsts = AADSTS.exec(searched);
  if (aadsts !== null)
    reading.emit({ kind: 'idp-event', product: 'entra', event: aadsts[1] ?? '', sighting, details: {} });
}

/** `response: {"message":"Unauthorized"}` and `"message": "Your IP address is not allowed"` inside a sentence. */
function readInnerBody(text: string, status: number, sighting: Sighting, reading: Reading): void {
  const open = text.indexOf('{"');
  const loose = open === -1 ? text.indexOf('{ "') : open;
  const escaped = loose === -1 ? text.indexOf('{\\"') : loose;
  if (escaped !== -1) {
    const close = text.lastIndexOf('}');
    if (close > escaped) {
      const body = text.slice(escaped, close + 1).replaceAll('\\"', '"');
      const read = readBody(body);
      if (read.json !== undefined && read.message !== undefined) reading.emit(bodyOnly(body, status, sighting));
      return;
    }
  }
  const field = /^\s*"?message"? ?[:=] ?"([^"]{3,300})"/.exec(text)?.[1];
  if (field !== undefined) reading.emit(bodyOnly(JSON.stringify({ message: field }), status, sighting));
}
