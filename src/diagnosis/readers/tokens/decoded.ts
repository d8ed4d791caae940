// Tokens that people decoded before they pasted them: a header {"alg","typ"} or a payload with registered claims.
import { isRecord, type StructuredDocument } from '../configs/document.ts';
import type { Reading } from '../reader.ts';

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
];

/** Reads a decoded header or payload (RFC 7519); false when it is neither. */
export function readDecodedToken(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  if ('header' in value && 'payload' in value && isRecord(value['header']) && isRecord(value['payload'])) {
    emit(value['header'], value['payload'], document, reading);
    return true;
  }
  const isHeader = 'alg' in value && ('typ' in value || 'kid' in value) && !('kty' in value);
  const claims = CLAIMS.filter((claim) => claim in value);
  const isPayload =
    !isHeader &&
    !('token_endpoint' in value) &&
    !('active' in value) &&
    claims.length >= 1 &&
    ('iss' in value || 'exp' in value || 'aud' in value || claims.length >= 3);
  if (!isHeader && !isPayload) return false;
  emit(isHeader ? value : undefined, isPayload ? value : undefined, document, reading);
  return true;
}

function emit(
  header: Record<string, unknown> | undefined,
  claims: Record<string, unknown> | undefined,
  document: StructuredDocument,
  reading: Reading,
): void {
  const sighting = document.sightingOf('iss') ?? document.sightingOf('');
  const secret = reading.redactor.secret('jwt', '', sighting.place);
  reading.emit({
    kind: 'token',
    form: 'jwt',
    sighting,
    // A decoded token has no secret part; the reference only keeps two of them apart.
    secret: { ...secret, fingerprint: `${secret.fingerprint}:${sighting.place.line}` },
    found: 'loose',
    oddities: [],
    ...(header === undefined ? {} : { header }),
    ...(claims === undefined ? {} : { claims }),
  });
}
