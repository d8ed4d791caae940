// Tokens are decoded, never verified: what is in header and claims, and what is odd about the form.
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { decodeJwt } from 'jose/jwt/decode';
import type { Sighting } from '../../intake/place.ts';
import type { CredentialOddity, TokenObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Segments beyond this many characters are not decoded: no server accepts such a header. */
const SEGMENT_LIMIT = 65_536;
/** Claims nested deeper are cut, so that nobody who walks them later runs out of stack. */
const CLAIM_DEPTH = 12;

type Json = Readonly<Record<string, unknown>>;

/**
 * Classifies and decodes one token and registers it as a secret. A half-broken token yields what can be read of it.
 * JWS has three segments (RFC 7515 §7.1), JWE five (RFC 7516 §7.1); anything that is not JSON in base64url is opaque.
 * @param value the token without its scheme
 * @param found where it stood
 * @param at ms since 1970 of the exchange or line it stands in
 */
export function readToken(
  value: string,
  found: TokenObservation['found'],
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): TokenObservation {
  const oddities = new Set<CredentialOddity>();
  const token = strippedToken(value, oddities);
  const shortened = oddities.has('truncated');
  const segments = token.split('.', 8);
  const decoded = decodeSegments(token, segments, oddities);
  const form = formOf(segments, decoded.header, decoded.claims);
  if (form === 'opaque') {
    // What an opaque token lacks is no oddity of it: only a token that means to be a JWT is malformed.
    oddities.delete('not-json');
    oddities.delete('not-base64url');
    if (token.startsWith('ey') && !shortened) oddities.add('segments-wrong');
  } else if (segments.length !== (form === 'jwe' ? 5 : 3) && !shortened) {
    oddities.add('segments-wrong');
  }
  const secret = reading.redactor.secret(form === 'opaque' ? 'opaque-token' : form, token, sighting.place);
  // The spelling in the paste (quoted, broken over lines, encoded) must not survive either.
  if (value !== token && value.trim() !== '') reading.redactor.secret(secret.kind, value.trim(), sighting.place);
  return {
    kind: 'token',
    form,
    sighting,
    secret,
    found,
    oddities: [...oddities],
    ...(at === undefined ? {} : { at }),
    ...(form === 'opaque' || decoded.header === undefined ? {} : { header: shownClaims(decoded.header, reading) }),
    ...(form !== 'jwt' || decoded.claims === undefined ? {} : { claims: shownClaims(decoded.claims, reading) }),
  };
}

/** The token without quotes, blanks, ellipsis and URL encoding; each of them is noted. */
function strippedToken(value: string, oddities: Set<CredentialOddity>): string {
  let token = value.trim();
  if (token === '') oddities.add('empty');
  const unquoted = withoutQuotes(token);
  if (unquoted !== token) {
    oddities.add('quoted');
    token = unquoted;
  }
  if (token.endsWith('...') || token.endsWith('…')) {
    oddities.add('truncated');
    token = token.slice(0, token.endsWith('…') ? -1 : -3);
  }
  if (/\s/.test(token)) {
    oddities.add('whitespace-inside');
    token = token.replace(/\s/g, '');
  }
  if (/%[0-9a-f]{2}/i.test(token)) {
    oddities.add('url-encoded');
    try {
      token = decodeURIComponent(token);
    } catch {
      // A lone per cent sign: the token is read as it stands.
    }
  }
  return token;
}

function withoutQuotes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isQuote(text[start])) start++;
  while (end > start && isQuote(text[end - 1])) end--;
  return text.slice(start, end);
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'" || character === '`' || character === '“' || character === '”';
}

function formOf(
  segments: readonly string[],
  header: Json | undefined,
  claims: Json | undefined,
): TokenObservation['form'] {
  if (header !== undefined && 'enc' in header) return 'jwe';
  if (header !== undefined && ('alg' in header || 'typ' in header || 'kid' in header)) {
    return segments.length === 5 && claims === undefined ? 'jwe' : 'jwt';
  }
  if (claims !== undefined) return 'jwt';
  // Broken beyond reading, but its first characters are those of `{"`: somebody's JWT or JWE.
  const looksLikeJson = /^ey[JKI]/.test(segments[0] ?? '');
  if (looksLikeJson && segments.length === 5) return 'jwe';
  return looksLikeJson && segments.length > 1 ? 'jwt' : 'opaque';
}

interface Decoded {
  readonly header: Json | undefined;
  readonly claims: Json | undefined;
}

function decodeSegments(token: string, segments: readonly string[], oddities: Set<CredentialOddity>): Decoded {
  if (token.length > 8 * SEGMENT_LIMIT) return { header: undefined, claims: undefined };
  // Padding is against RFC 7515, but every decoder bears it.
  if (segments.some((segment) => !isBase64url(withoutPadding(segment)))) oddities.add('not-base64url');
  const encrypted = segments.length === 5;
  let header = headerByJose(token, segments.length);
  let claims = encrypted ? undefined : claimsByJose(token, segments.length);
  header ??= decodedSegment(segments[0], segments.length === 1, oddities);
  if (!encrypted && segments.length > 1) {
    claims ??= decodedSegment(segments[1], segments.length === 2, oddities);
  }
  // The first segment alone, or cut off in front: a payload where the header should be.
  if (claims === undefined && header !== undefined && !('alg' in header) && ('iss' in header || 'exp' in header)) {
    return { header: undefined, claims: header };
  }
  return { header, claims };
}

function headerByJose(token: string, segments: number): Json | undefined {
  if (segments !== 3 && segments !== 5) return undefined;
  try {
    return decodeProtectedHeader(token) as Json;
  } catch {
    // Not decodable by the book; decoded with tolerance below.
    return undefined;
  }
}

function claimsByJose(token: string, segments: number): Json | undefined {
  if (segments !== 3) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    // Not decodable by the book; decoded with tolerance below.
    return undefined;
  }
}

function withoutPadding(segment: string): string {
  return segment.endsWith('==') ? segment.slice(0, -2) : segment.endsWith('=') ? segment.slice(0, -1) : segment;
}

/** base64url without padding (RFC 7515 §2). */
function isBase64url(segment: string): boolean {
  for (let i = 0; i < segment.length; i++) {
    const code = segment.charCodeAt(i);
    const fits =
      (code >= 48 && code <= 57) ||
      (code >= 65 && code <= 90) ||
      (code >= 97 && code <= 122) ||
      code === 45 ||
      code === 95;
    if (!fits) return false;
  }
  return true;
}

/** The JSON object in a segment, in base64url or base64. `last` tells that the token ends with it. */
function decodedSegment(segment: string | undefined, last: boolean, oddities: Set<CredentialOddity>): Json | undefined {
  if (segment === undefined || segment === '' || segment.length > SEGMENT_LIMIT) return undefined;
  const text = Buffer.from(segment, 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Not JSON: that is the observation.
  }
  if (last && text.startsWith('{')) oddities.add('truncated');
  oddities.add('not-json');
  return undefined;
}

/** Claims as they may be shown: bounded in depth, tokens inside them replaced. */
function shownClaims(claims: Json, reading: Reading, depth = 0): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(claims)) {
    // `__proto__` in a claim set must stay a name and become no prototype.
    if (name === '__proto__') continue;
    shown[name] = shownValue(value, reading, depth + 1);
  }
  return shown;
}

function shownValue(value: unknown, reading: Reading, depth: number): unknown {
  if (typeof value === 'string')
    return value.includes('ey') && value.includes('.') ? reading.redactor.text(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > CLAIM_DEPTH) return null;
  if (Array.isArray(value)) return value.map((item) => shownValue(item, reading, depth + 1));
  return shownClaims(value as Json, reading, depth);
}

/** A token-shaped string and the index where it begins. */
export interface FoundToken {
  readonly value: string;
  readonly index: number;
}

/**
 * JWT- and JWE-shaped strings in a text: `eyJ` (the base64url of `{"`) at the start of a word, two to five segments.
 * One pass over the text.
 */
export function findTokens(text: string): readonly FoundToken[] {
  const tokens: FoundToken[] = [];
  let from = 0;
  while (tokens.length < 1000) {
    const index = text.indexOf('ey', from);
    if (index === -1) break;
    let end = index;
    while (end < text.length && isTokenCharacter(text.charCodeAt(end))) end++;
    from = end > index ? end : index + 2;
    if (!/[JKI]/.test(text[index + 2] ?? '') || (index > 0 && isTokenCharacter(text.charCodeAt(index - 1)))) continue;
    const value = withoutLastDots(text.slice(index, end));
    const segments = value.split('.', 7);
    if (
      segments.length < 2 ||
      segments.length > 5 ||
      (segments[0] ?? '').length < 9 ||
      (segments[1] ?? '').length < 2
    ) {
      if (segments.length !== 5) continue;
    }
    tokens.push({ value, index });
  }
  return tokens;
}

function isTokenCharacter(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 45 ||
    code === 95 ||
    code === 46
  );
}

/** The full stop of a sentence is no part of a token; the last dot of an unsigned one (`header.claims.`) is. */
function withoutLastDots(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '.') end--;
  const bare = text.slice(0, end);
  return bare.split('.', 3).length === 2 && text.length > end ? `${bare}.` : bare;
}
