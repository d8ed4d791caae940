// Secrets of Kubernetes: which keys they have, how their values end, and the credential that they are.
import { shown } from '../../redact/redact.ts';
import type { SecretKind } from '../../redact/redacted.ts';
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitEntity } from './entity.ts';

/** Credential types by the name of `konghq.com/credential` or `kongCredType`. Source: Kong Ingress Controller 3.x. */
const CREDENTIALS: Readonly<Record<string, EntityType>> = {
  'key-auth': 'key-auth-credential',
  keyauth: 'key-auth-credential',
  'basic-auth': 'basic-auth-credential',
  basicauth: 'basic-auth-credential',
  'hmac-auth': 'hmac-auth-credential',
  hmacauth: 'hmac-auth-credential',
  jwt: 'jwt-credential',
  acl: 'acl-group',
  oauth2: 'oauth2-credential',
  'mtls-auth': 'mtls-auth-credential',
};

/** Which keys of a credential are secret; all others say whom it belongs to. */
const SECRET_KEYS: Readonly<Record<string, Readonly<Record<string, SecretKind>>>> = {
  'key-auth-credential': { key: 'api-key' },
  'basic-auth-credential': { password: 'password' },
  'hmac-auth-credential': { secret: 'hmac-secret' },
  'jwt-credential': { secret: 'jwt-secret' },
  'acl-group': {},
  'oauth2-credential': { client_secret: 'client-secret' },
  'mtls-auth-credential': {},
};
const PLAIN_KEYS = new Set([
  'kongCredType',
  'credType',
  'algorithm',
  'username',
  'group',
  'rsa_public_key',
  'tls.crt',
  'ca.crt',
  'cert',
]);

/** A Secret manifest. */
export interface SecretManifest {
  readonly value: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly document: StructuredDocument;
  readonly kubernetes: NonNullable<EntityObservation['kubernetes']>;
  /** metadata.name */
  readonly resource: string;
}

/**
 * Emits the secret (`decoded`: its keys with replaced values, `oddities`: sentences about values that end with a line
 * break or are no base64) and, when it says what it is, the credential. Values of `data` are base64 (Kubernetes v1 Secret).
 */
export function readCredentialSecret(manifest: SecretManifest, reading: Reading): void {
  const { value, path, document, kubernetes, resource } = manifest;
  const entries = entriesOf(value, path);
  const said = kubernetes.labels['konghq.com/credential'] ?? entries.find(({ key }) => key === 'kongCredType')?.text;
  const type = CREDENTIALS[said?.trim() ?? ''];
  const decoded: Record<string, unknown> = {};
  const oddities: string[] = [];
  for (const entry of entries) {
    const kind = secretKindOfKey(entry.key, entry.text, type);
    const text = entry.text.trim();
    const { place } = document.sightingOf(entry.at);
    if (kind !== undefined && entry.raw !== entry.text) reading.redactor.secret(kind, entry.raw.trim(), place);
    decoded[entry.key] = kind === undefined ? text : shown(reading.redactor.secret(kind, text, place));
    if (entry.oddity !== undefined) oddities.push(`${entry.key} ${entry.oddity}`);
  }
  const { data: _data, stringData: _stringData, ...rest } = value;
  const at = new Map(entries.map((entry) => [entry.key, entry.at]));
  const base = { notation: 'kubernetes', path, document, kubernetes, name: resource } as const;
  const fieldAt = (field: string): string | undefined => at.get(field.replace(/^decoded\./, ''));
  emitEntity({ ...base, type: 'secret', value: { ...rest, resource, decoded, oddities }, fieldAt }, reading);
  if (type === undefined) return;
  const { kongCredType: _type, ...fields } = decoded;
  emitEntity({ ...base, type, value: { ...fields, resource }, fieldAt }, reading);
}

interface SecretEntry {
  readonly key: string;
  /** As it stands in the manifest. */
  readonly raw: string;
  readonly text: string;
  readonly at: string;
  readonly oddity?: string;
}

function entriesOf(value: Readonly<Record<string, unknown>>, path: string): readonly SecretEntry[] {
  return (['data', 'stringData'] as const).flatMap((field) => {
    const given = value[field];
    if (!isRecord(given)) return [];
    return Object.entries(given).map(([key, inner]): SecretEntry => {
      const raw = textOf(inner) ?? '';
      const at = path === '' ? `${field}.${key}` : `${path}.${field}.${key}`;
      if (field === 'stringData') return { key, raw, text: raw, at, ...lineBreak(raw) };
      const compact = raw.replace(/\s/g, '');
      const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(compact) && compact.length % 4 === 0;
      if (!isBase64) return { key, raw, text: raw, at, oddity: 'is not base64, as data must be' };
      const text = Buffer.from(compact, 'base64').toString('utf8');
      return { key, raw, text, at, ...lineBreak(text) };
    });
  });
}

/** `echo secret | base64` encodes a line break too, and Kong compares it. PEM text ends with one by right. */
function lineBreak(text: string): { oddity?: string } {
  return /[\r\n]$/.test(text) && !text.startsWith('-----BEGIN') ? { oddity: 'ends with a line break' } : {};
}

function secretKindOfKey(key: string, text: string, type: EntityType | undefined): SecretKind | undefined {
  if (key === 'kongCredType' || key === 'credType') return undefined;
  const known = type === undefined ? undefined : SECRET_KEYS[type];
  if (known !== undefined) return known[key];
  if (PLAIN_KEYS.has(key) || (key === 'key' && text.startsWith('http'))) return undefined;
  if (text.includes('PRIVATE KEY')) return 'private-key';
  return text.includes('-----BEGIN') ? undefined : 'other-secret';
}
