// Tokens are decoded, never verified: what is in header and claims, and what is odd about the form.
import type { Sighting } from '../../intake/place.ts';
import type { CredentialOddity, TokenObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

const SEGMENT = /^[A-Za-z0-9_-]*$/;

/**
 * Classifies and decodes one token and registers it as a secret.
 * @param value the token without its scheme
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
  let token = value.trim();
  if (/^["'].*["']$/.test(token) || /^["']|["']$/.test(token)) {
    oddities.add('quoted');
    token = token.replace(/^["']+|["']+$/g, '');
  }
  if (/\s/.test(token)) {
    oddities.add('whitespace-inside');
    token = token.replace(/\s+/g, '');
  }
  if (/%[0-9a-f]{2}/i.test(token)) oddities.add('url-encoded');
  if (token.endsWith('...') || token.endsWith('…')) oddities.add('truncated');
  const segments = token.split('.');
  const looksJose = token.startsWith('ey') && segments.length > 1;
  const form: TokenObservation['form'] = looksJose ? (segments.length === 5 ? 'jwe' : 'jwt') : 'opaque';
  const secret = reading.redactor.secret(form === 'opaque' ? 'opaque-token' : form, token, sighting.place);
  const base = { kind: 'token' as const, form, sighting, secret, found, ...(at === undefined ? {} : { at }) };
  if (form === 'opaque') {
    if (token.startsWith('ey')) oddities.add('segments-wrong');
    return { ...base, oddities: [...oddities] };
  }
  if (form === 'jwt' && segments.length !== 3) oddities.add('segments-wrong');
  if (segments.some((segment) => !SEGMENT.test(segment.replace(/=+$/, '')))) oddities.add('not-base64url');
  const header = decodedSegment(segments[0], oddities);
  const claims = form === 'jwt' ? decodedSegment(segments[1], oddities) : undefined;
  return {
    ...base,
    oddities: [...oddities],
    ...(header === undefined ? {} : { header }),
    ...(claims === undefined ? {} : { claims }),
  };
}

function decodedSegment(
  segment: string | undefined,
  oddities: Set<CredentialOddity>,
): Record<string, unknown> | undefined {
  if (segment === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Not JSON: that is the observation.
  }
  oddities.add('not-json');
  return undefined;
}

const TOKEN = /(?<![\w.-])ey[JK][\w-]{6,16000}\.[\w-]{2,32000}(?:\.[\w-]{0,16000}){0,3}/g;

/** JWT- and JWE-shaped strings in a text. */
export function findTokens(text: string): readonly { readonly value: string; readonly index: number }[] {
  if (!text.includes('ey')) return [];
  return [...text.matchAll(TOKEN)].map((match) => ({ value: match[0], index: match.index }));
}
