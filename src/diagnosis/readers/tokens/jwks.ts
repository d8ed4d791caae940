// JWK and JWKS documents (RFC 7517): which keys there are. Private parts are secrets.
import { createHash, createPublicKey } from 'node:crypto';
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import type { KeyObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Keys of one set that are looked at. */
const KEY_LIMIT = 500;
/** Members that only a private or symmetric key has (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi'];
/** Members that make the thumbprint, by key type, in the order of RFC 7638 §3.2 and RFC 8037 §2. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** Reads a JWK or a JWKS; false when it is none. */
export function readJwks(document: Pick<StructuredDocument, 'value' | 'sightingOf'>, reading: Reading): boolean {
  const { value } = document;
  if (Array.isArray(value)) return readKeys(value, '', document, reading);
  if (!isRecord(value)) return false;
  if ('kty' in value) return readKeys([value], undefined, document, reading);
  // A provider that has no keys answers an empty set; that is worth knowing.
  if (Array.isArray(value.keys) && value.keys.length === 0) return Object.keys(value).length === 1;
  return Array.isArray(value.keys) && readKeys(value.keys, 'keys.', document, reading);
}

function readKeys(
  keys: readonly unknown[],
  prefix: string | undefined,
  document: Pick<StructuredDocument, 'sightingOf'>,
  reading: Reading,
): boolean {
  let found = false;
  for (const [at, key] of keys.slice(0, KEY_LIMIT).entries()) {
    if (!isRecord(key) || textOf(key.kty) === undefined) continue;
    found = true;
    const path = prefix === undefined ? '' : `${prefix}${at}`;
    const field = 'kid' in key ? 'kid' : 'kty';
    reading.emit(keyOf(key, document.sightingOf(path === '' ? field : `${path}.${field}`), reading));
  }
  return found;
}

function keyOf(
  key: Readonly<Record<string, unknown>>,
  sighting: KeyObservation['sighting'],
  reading: Reading,
): KeyObservation {
  for (const member of PRIVATE_MEMBERS) {
    const secret = textOf(key[member]);
    if (secret !== undefined) reading.redactor.secret('private-key', secret, sighting.place);
  }
  const symmetric = textOf(key.kty) === 'oct' ? textOf(key.k) : undefined;
  const publicKey = publicKeyOf(key);
  const kid = textOf(key.kid);
  const alg = textOf(key.alg);
  const kty = textOf(key.kty);
  const use = textOf(key.use);
  const thumbprint = thumbprintOf(key);
  const problem = problemOf(key, kty);
  return {
    kind: 'key',
    form: 'jwk',
    sighting,
    ...(kid === undefined ? {} : { kid }),
    ...(alg === undefined ? {} : { alg }),
    ...(kty === undefined ? {} : { kty }),
    ...(use === undefined ? {} : { use }),
    ...(thumbprint === undefined ? {} : { thumbprint }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(symmetric === undefined ? {} : { secret: reading.redactor.secret('private-key', symmetric, sighting.place) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** SHA-256 thumbprint of the public part, base64url (RFC 7638); undefined for symmetric and incomplete keys. */
export function thumbprintOf(key: Readonly<Record<string, unknown>>): string | undefined {
  const members = THUMBPRINT_MEMBERS[textOf(key.kty) ?? ''];
  if (members === undefined || members.some((member) => typeof key[member] !== 'string')) return undefined;
  const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, key[member]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

function publicKeyOf(key: Readonly<Record<string, unknown>>): string | undefined {
  const members = THUMBPRINT_MEMBERS[textOf(key.kty) ?? ''];
  if (members === undefined) return undefined;
  const publicPart = Object.fromEntries(members.map((member) => [member, key[member]]));
  try {
    return createPublicKey({ key: publicPart, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    // Incomplete or made up: `problem` says what can be said of it.
    return undefined;
  }
}

function problemOf(key: Readonly<Record<string, unknown>>, kty: string | undefined): string | undefined {
  const members = THUMBPRINT_MEMBERS[kty ?? ''];
  const missing = members?.filter((member) => typeof key[member] !== 'string' || key[member] === '') ?? [];
  if (missing.length > 0) return `The key lacks ${missing.join(' and ')}.`;
  const odd = members?.find((member) => /[^A-Za-z0-9_-]/.test(String(key[member]).replace(/-\d+$/, '')));
  return odd === undefined || odd === 'crv' ? undefined : `The member ${odd} of the key is not base64url.`;
}
