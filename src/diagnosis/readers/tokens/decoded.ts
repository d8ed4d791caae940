// Tokens that people decoded before they pasted them: a header {"alg","typ"} or a payload with registered claims.
import { isRecord, type StructuredDocument } from '../configs/document.ts';
import type { TokenObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Registered claims (RFC 7519 §4.1), those of access tokens (RFC 9068) and of the common providers. */
const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'azp',
  'scope',
  'scp',
  'client_id',
  'cid',
  'realm_access',
  'preferred_username',
  'roles',
  'groups',
  'token_use',
  'tid',
  'oid',
];

/** What these documents have and a set of claims has not: provider metadata, introspection, token answers, keys, configs. */
const OTHERS = [
  'token_endpoint',
  'jwks_uri',
  'active',
  'access_token',
  'id_token',
  'kty',
  'config',
  'apiVersion',
  '_format_version',
  'message',
  'error',
  'request',
  'client_auth',
];

/** A payload that follows its header within this many lines belongs to it (jwt.io shows them one below the other). */
const NEAR_LINES = 12;
/** The last decoded header of each reading. Bounded: one token a reading, gone with it. */
const lastHeader = new WeakMap<Reading, TokenObservation>();

/** Reads a decoded header or payload (RFC 7519), or both in one object; false when it is neither. */
export function readDecodedToken(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const payload = value.payload ?? value.claims ?? value.body;
  if (isRecord(value.header) && isRecord(payload) && 'alg' in value.header) {
    const key = 'payload' in value ? 'payload' : 'claims' in value ? 'claims' : 'body';
    emit(value.header, payload, `${key}.${claimOf(payload)}`, document, reading);
    return true;
  }
  if (OTHERS.some((field) => field in value)) return false;
  if ('alg' in value && ('typ' in value || 'kid' in value || Object.keys(value).length === 1)) {
    lastHeader.set(reading, emit(value, undefined, 'alg', document, reading));
    return true;
  }
  // `{"exp":"token expired"}` is what Kong's jwt plugin answers.
  if (['exp', 'nbf'].some((claim) => typeof value[claim] === 'string' && Number.isNaN(Number(value[claim]))))
    return false;
  const claims = CLAIMS.filter((claim) => claim in value);
  const registered = ['iss', 'exp', 'aud', 'iat'].filter((claim) => claim in value);
  if (registered.length === 0 ? claims.length < 3 : Object.keys(value).length > 3 && claims.length < 2) return false;
  const header = headerBefore(document, reading);
  emit(header?.header, value, claimOf(value), document, reading);
  return true;
}

function headerBefore(document: StructuredDocument, reading: Reading): TokenObservation | undefined {
  const header = lastHeader.get(reading);
  const { place } = document.sightingOf('');
  if (header?.sighting.place.source !== place.source) return undefined;
  const distance = place.line - header.sighting.place.line;
  if (distance < 0 || distance > NEAR_LINES) return undefined;
  lastHeader.delete(reading);
  return header;
}

function claimOf(claims: Readonly<Record<string, unknown>>): string {
  return CLAIMS.find((claim) => claim in claims) ?? '';
}

function emit(
  header: Readonly<Record<string, unknown>> | undefined,
  claims: Readonly<Record<string, unknown>> | undefined,
  at: string,
  document: StructuredDocument,
  reading: Reading,
): TokenObservation {
  const sighting = document.sightingOf(at);
  const secret = reading.redactor.secret('jwt', '', sighting.place);
  const observation: TokenObservation = {
    kind: 'token',
    form: header !== undefined && 'enc' in header ? 'jwe' : 'jwt',
    sighting,
    // A decoded token has no secret part; the reference only keeps two of them apart.
    secret: { ...secret, fingerprint: `${secret.fingerprint}:${sighting.place.line}` },
    found: 'loose',
    oddities: [],
    ...(header === undefined ? {} : { header }),
    ...(claims === undefined ? {} : { claims }),
  };
  reading.emit(observation);
  return observation;
}
