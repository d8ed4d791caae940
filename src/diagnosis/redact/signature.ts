// Whether a token's signature verifies with a key, and how the key would have to be read for it. Sees raw values, keeps none.
import { constants, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** How the characters of a shared secret can become the bytes of a key. */
export const SECRET_READINGS = [
  'as text',
  'base64-decoded',
  'hex-decoded',
  'base64-encoded',
  'with a line break at the end',
  'without the blanks and quotes around it',
] as const;
export type SecretReading = (typeof SECRET_READINGS)[number];

/** What became of a check: the readings that were tried stand in the order they were tried in. */
export type SignatureCheck =
  | { readonly verifies: true; readonly reading: SecretReading | 'as it is' }
  | { readonly verifies: false; readonly tried: readonly SecretReading[]; readonly demo?: string }
  /** HS256 beside a public key, RS256 beside an elliptic curve: this key cannot have made such a signature. */
  | { readonly unfit: 'algorithm' };

/** A key in the clear. `publicKey` is SPKI in PEM. */
export type Key = { readonly secret: string } | { readonly publicKey: string };

/** Secrets that are printed in public documentation and therefore sign many a token. */
const DEMO_SECRETS: readonly (readonly [string, string])[] = [
  ['your-super-secret-jwt-token-with-at-least-32-characters-long', 'the demo secret of self-hosted Supabase'],
  ['super-secret-jwt-token-with-at-least-32-characters-long', 'the demo secret of the Supabase command line'],
  ['your-256-bit-secret', 'the demo secret of jwt.io'],
  ['a-string-secret-at-least-256-bits-long', 'the demo secret of jwt.io'],
  ['secret', 'the word secret'],
];

const HASH = { 256: 'sha256', 384: 'sha384', 512: 'sha512' } as const;
/** Bytes of a signature by algorithm (RFC 7518 §3, RFC 8037 §3.1); RSA's are as long as the key. */
const SIGNATURE_BYTES: Readonly<Record<string, readonly number[]>> = {
  HS256: [32],
  HS384: [48],
  HS512: [64],
  ES256: [64],
  ES256K: [64],
  ES384: [96],
  ES512: [132],
  EdDSA: [64, 114],
  Ed25519: [64],
};
const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES256K: 'secp256k1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
};
/** Longer tokens are not checked: no header that carries one gets through. */
const TOKEN_LIMIT = 100_000;

interface Signed {
  readonly alg: string;
  readonly input: string;
  readonly signature: Buffer;
  readonly written: string;
}

/**
 * Checks a JWS in compact form (RFC 7515 §5.2). A secret is tried in every reading, as it stands first.
 * @param first the reading that the configuration asks for; it is tried before the others
 * @returns undefined for what is no signed token of an algorithm that Kong or its neighbours know, or no usable key
 */
export function checkSignature(token: string, key: Key, first: SecretReading = 'as text'): SignatureCheck | undefined {
  const signed = signedParts(token);
  if (signed === undefined) return undefined;
  const keyed = /^HS(256|384|512)$/.exec(signed.alg);
  if ('publicKey' in key) return keyed === null ? checkPublic(signed, key.publicKey) : { unfit: 'algorithm' };
  if (keyed === null) return { unfit: 'algorithm' };
  const hash = HASH[Number(keyed[1]) as keyof typeof HASH];
  const tried: SecretReading[] = [];
  for (const reading of [first, ...SECRET_READINGS.filter((other) => other !== first)]) {
    const readings = bytesOf(key.secret, reading);
    if (readings.length === 0) continue;
    tried.push(reading);
    if (readings.some((bytes) => signs(bytes, hash, signed))) return { verifies: true, reading };
  }
  const demo = DEMO_SECRETS.find(([secret]) => signs(Buffer.from(secret), hash, signed))?.[1];
  return { verifies: false, tried, ...(demo === undefined ? {} : { demo }) };
}

/**
 * Whether the signature can be one: of its algorithm's length, in canonical base64url, and no text that somebody typed.
 * False for most signatures that were made up for a question, and for those that were cut or altered.
 */
export function isWholeSignature(token: string): boolean {
  const signed = signedParts(token);
  if (signed === undefined) return false;
  const { signature, alg, written } = signed;
  const lengths = SIGNATURE_BYTES[alg];
  if (
    lengths === undefined ? signature.length < 128 || signature.length % 8 !== 0 : !lengths.includes(signature.length)
  )
    return false;
  if (signature.toString('base64url') !== written.replace(/=+$/, '')) return false;
  // Bytes of a real signature are printable text about once in 2^40; few different characters are a run of x.
  return !signature.every((byte) => byte >= 32 && byte < 127) && new Set(written).size >= 12;
}

function signedParts(token: string): Signed | undefined {
  if (token.length > TOKEN_LIMIT) return undefined;
  const [header = '', claims = '', written = '', ...more] = token.split('.', 5);
  if (more.length > 0 || claims === '' || written === '') return undefined;
  let alg: unknown;
  try {
    alg = (JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { alg?: unknown }).alg;
  } catch {
    // A header that cannot be read says no algorithm.
    return undefined;
  }
  if (typeof alg !== 'string' || !/^(?:[HRPE]S(?:256|384|512)|ES256K|EdDSA|Ed25519)$/.test(alg)) return undefined;
  return { alg, input: `${header}.${claims}`, signature: Buffer.from(written, 'base64url'), written };
}

function signs(secret: Buffer, hash: string, { input, signature }: Signed): boolean {
  const expected = createHmac(hash, secret).update(input).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

function bytesOf(secret: string, reading: SecretReading): readonly Buffer[] {
  switch (reading) {
    case 'as text':
      return [Buffer.from(secret)];
    case 'base64-decoded':
      return /^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(secret) ? [Buffer.from(secret, 'base64')] : [];
    case 'hex-decoded':
      return /^(?:[0-9a-f]{2}){8,}$/i.test(secret) ? [Buffer.from(secret, 'hex')] : [];
    case 'base64-encoded': {
      const bytes = Buffer.from(secret);
      return [Buffer.from(bytes.toString('base64')), Buffer.from(bytes.toString('base64url'))];
    }
    case 'with a line break at the end':
      return [Buffer.from(`${secret}\n`), Buffer.from(`${secret}\r\n`)];
    case 'without the blanks and quotes around it': {
      const bare = secret
        .replace(/^[\s"']+/, '')
        .trimEnd()
        .replace(/["']+$/, '');
      return bare === secret || bare === '' ? [] : [Buffer.from(bare)];
    }
  }
}

function checkPublic(signed: Signed, pem: string): SignatureCheck | undefined {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    // A key that cannot be loaded is the reader's observation, not a verdict on the token.
    return undefined;
  }
  if (!fits(signed.alg, key)) return { unfit: 'algorithm' };
  return verifiesWith(signed, key) ? { verifies: true, reading: 'as it is' } : { verifies: false, tried: [] };
}

function fits(alg: string, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  if (alg.startsWith('RS')) return type === 'rsa';
  if (alg.startsWith('PS')) return type === 'rsa' || type === 'rsa-pss';
  if (alg.startsWith('Ed')) return type === 'ed25519' || type === 'ed448';
  return type === 'ec' && key.asymmetricKeyDetails?.namedCurve === CURVES[alg];
}

function verifiesWith({ alg, input, signature }: Signed, key: KeyObject): boolean {
  const content = Buffer.from(input);
  const hash = alg === 'ES256K' ? 'sha256' : HASH[Number(alg.slice(2)) as keyof typeof HASH];
  try {
    if (alg.startsWith('Ed')) return verify(null, content, key, signature);
    if (alg.startsWith('ES')) return verify(hash, content, { key, dsaEncoding: 'ieee-p1363' }, signature);
    if (alg.startsWith('RS')) return verify(hash, content, key, signature);
    return verify(
      hash,
      content,
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature,
    );
  } catch {
    // OpenSSL throws for a signature of an impossible length: it does not verify.
    return false;
  }
}
