// PEM: public keys, certificates and private keys, alone or as the value of a config field. Private keys are secrets.
import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import type { KeyObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';
import { thumbprintOf } from './jwks.ts';

/** Longer blocks are not loaded: no key that Kong takes has this many characters. */
const BLOCK_LIMIT = 20_000;
const BLOCKS_LIMIT = 50;
const BEGIN = '-----BEGIN ';

/** Reads PEM blocks. */
export const pemReader: DocumentReader = {
  kind: 'pem',
  read(part, reading) {
    if (part.shape !== 'pem' && !(part.shape === 'prose' && part.text.includes(BEGIN))) return 0;
    const blocks = blocksOf(part.text);
    for (const block of blocks) emitBlock(block.text, sightingAt(part, block.index), undefined, reading);
    return blocks.length > 0 && part.shape === 'pem' ? part.lines.length : 0;
  },
};

/**
 * Looks at a PEM given as the value of a field such as `rsa_public_key` or `cert` and emits the key.
 * @param field name or dotted path of the field; a field for public keys that holds something else is a problem
 */
export function readPemValue(value: string, field: string, sighting: Sighting, reading: Reading): void {
  const blocks = blocksOf(value);
  for (const block of blocks) emitBlock(block.text, sighting, field, reading);
  if (blocks.length > 0 || !field.endsWith('public_key') || value.trim() === '') return;
  const problem =
    value.startsWith('@') || /^[./~]/.test(value)
      ? `${field} holds the name of a file instead of the key itself.`
      : `${field} has no line "-----BEGIN PUBLIC KEY-----".`;
  reading.emit({ kind: 'key', form: 'public-key', sighting, problem });
}

interface Block {
  readonly text: string;
  readonly index: number;
}

/** The blocks of a text from BEGIN to END (or to the end of the text when END is missing). */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let from = text.indexOf(BEGIN);
  while (from !== -1 && blocks.length < BLOCKS_LIMIT) {
    const next = text.indexOf(BEGIN, from + BEGIN.length);
    const last = text.indexOf('-----END ', from);
    const close = last === -1 || (next !== -1 && last > next) ? -1 : text.indexOf('-----', last + 9);
    const end = close === -1 ? (next === -1 ? text.length : next) : close + 5;
    blocks.push({ text: text.slice(from, end), index: from });
    from = next;
  }
  return blocks;
}

function sightingAt(part: Part, index: number): Sighting {
  let offset = 0;
  for (const line of part.lines) {
    offset += line.text.length + 1;
    if (offset > index) return { place: placeOf(line), excerpt: line.text.trim().slice(0, 80) };
  }
  return { place: { source: part.source, line: 1 }, excerpt: '' };
}

function emitBlock(block: string, sighting: Sighting, field: string | undefined, reading: Reading): void {
  const label = block.slice(BEGIN.length, block.indexOf('-----', BEGIN.length)).trim();
  const body = bodyOf(block);
  const wantsPublic = field?.endsWith('public_key') === true;
  if (label.includes('PRIVATE KEY')) {
    reading.redactor.secret('private-key', body, sighting.place);
    for (const line of block.split(/\\n|\n/))
      if (line.length >= 40) reading.redactor.secret('private-key', line.trim(), sighting.place);
    reading.emit({
      kind: 'key',
      form: 'private-key',
      sighting,
      ...(wantsPublic ? { problem: `${field} holds a private key; a public key is expected.` } : {}),
    });
    return;
  }
  const form = label.includes('CERTIFICATE') ? 'certificate' : 'public-key';
  const problems: string[] = [];
  if (wantsPublic && form === 'certificate') problems.push(`${field} holds a certificate; a public key is expected.`);
  const damage = damageOf(block);
  if (damage !== undefined) problems.push(damage);
  const repaired = `${BEGIN}${label}-----\n${body.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END ${label}-----\n`;
  const loaded =
    block.length > BLOCK_LIMIT
      ? { problem: 'The key is too long to be one.' }
      : form === 'certificate'
        ? certificateOf(repaired)
        : publicKeyOf(repaired);
  const all = [...problems, ...(loaded.problem === undefined ? [] : [loaded.problem])];
  reading.emit({ kind: 'key', form, sighting, ...loaded, ...(all.length === 0 ? {} : { problem: all.join(' ') }) });
}

/** The base64 between the lines, whatever became of the line breaks. */
function bodyOf(block: string): string {
  const open = block.indexOf('-----', BEGIN.length) + 5;
  const close = block.indexOf('-----END ');
  return block
    .slice(open, close === -1 ? block.length : close)
    .replaceAll('\\n', '')
    .replaceAll('\\r', '')
    .replace(/[^A-Za-z0-9+/=]/g, '');
}

function damageOf(block: string): string | undefined {
  if (!block.includes('-----END ')) return 'The key is cut off: its END line is missing.';
  if (block.includes('\\n')) return undefined;
  if (!block.trim().includes('\n')) return 'The line breaks of the key were lost; it stands on one line.';
  return undefined;
}

type Loaded = Partial<Omit<KeyObservation, 'kind' | 'form' | 'sighting'>>;

function certificateOf(pem: string): Loaded {
  try {
    const certificate = new X509Certificate(pem);
    return {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
      ...factsOf(certificate.publicKey),
    };
  } catch {
    // OpenSSL's words ("asn1 wrong tag") tell a user nothing.
    return { problem: 'The certificate cannot be loaded.' };
  }
}

function publicKeyOf(pem: string): Loaded {
  try {
    return factsOf(createPublicKey(pem));
  } catch {
    // OpenSSL's words ("DECODER routines::unsupported") tell a user nothing.
    return { problem: 'The public key cannot be loaded.' };
  }
}

function factsOf(key: KeyObject): Loaded {
  const jwk: unknown = jwkOf(key);
  const publicKey = key.export({ type: 'spki', format: 'pem' }).toString();
  if (typeof jwk !== 'object' || jwk === null) {
    return {
      publicKey,
      thumbprint: createHash('sha256')
        .update(key.export({ type: 'spki', format: 'der' }))
        .digest('base64url'),
    };
  }
  const record = jwk as Record<string, unknown>;
  const thumbprint = thumbprintOf(record);
  return {
    publicKey,
    ...(typeof record.kty === 'string' ? { kty: record.kty } : {}),
    ...(thumbprint === undefined ? {} : { thumbprint }),
  };
}

function jwkOf(key: KeyObject): unknown {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    // DSA and other types that have no JWK form.
    return undefined;
  }
}

function oneLine(name: string): string {
  return name.split('\n').reverse().join(', ');
}
