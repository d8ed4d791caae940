// Keys: JWK and JWKS documents, PEM keys and certificates. Private parts are secrets.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { placeOf } from '../../intake/part.ts';
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import type { KeyObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';

/** Reads a JWK or a JWKS (RFC 7517); false when it is none. */
export function readJwks(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const keys = Array.isArray(value['keys']) ? value['keys'] : 'kty' in value ? [value] : [];
  const jwks = keys.filter((key) => isRecord(key)).filter((key) => 'kty' in key);
  if (jwks.length === 0) return false;
  for (const [at, key] of jwks.entries()) {
    const sighting = document.sightingOf('kty' in value ? '' : `keys.${at}.kid`);
    for (const part of ['d', 'k', 'p', 'q']) {
      const secret = textOf(key[part]);
      if (secret !== undefined) reading.redactor.secret('private-key', secret, sighting.place);
    }
    const pick = (field: 'kid' | 'alg' | 'kty' | 'use'): Partial<KeyObservation> => {
      const text = textOf(key[field]);
      return text === undefined ? {} : { [field]: text };
    };
    reading.emit({
      kind: 'key',
      form: 'jwk',
      sighting,
      ...pick('kid'),
      ...pick('alg'),
      ...pick('kty'),
      ...pick('use'),
    });
  }
  return true;
}

/** Reads PEM blocks. */
export const pemReader: DocumentReader = {
  kind: 'pem',
  read(part, reading) {
    if (part.shape !== 'pem') return 0;
    const [first] = part.lines;
    if (first === undefined) return 0;
    const sighting = { place: placeOf(first), excerpt: first.text.slice(0, 600) };
    const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(part.text)?.[1] ?? '';
    if (label.includes('PRIVATE')) {
      reading.redactor.secret('private-key', part.text.replace(/-----[A-Z0-9 ]+-----/g, '').trim(), sighting.place);
      reading.emit({ kind: 'key', form: 'private-key', sighting });
    } else if (label.includes('CERTIFICATE'))
      reading.emit({ kind: 'key', form: 'certificate', sighting, ...certificateOf(part.text) });
    else reading.emit({ kind: 'key', form: 'public-key', sighting, ...publicKeyOf(part.text) });
    return part.lines.length;
  },
};

function certificateOf(pem: string): Partial<KeyObservation> {
  try {
    const certificate = new X509Certificate(pem);
    return {
      subject: certificate.subject,
      issuer: certificate.issuer,
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
    };
  } catch (error) {
    return { problem: `The certificate cannot be loaded: ${error instanceof Error ? error.message : 'unknown form'}.` };
  }
}

function publicKeyOf(pem: string): Partial<KeyObservation> {
  try {
    const type = createPublicKey(pem).asymmetricKeyType;
    return type === undefined ? {} : { kty: type.toUpperCase() };
  } catch (error) {
    return { problem: `The public key cannot be loaded: ${error instanceof Error ? error.message : 'unknown form'}.` };
  }
}
