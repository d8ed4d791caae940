// An entity from a parsed object: names, scope, places of its values, secrets replaced, keys inside it looked at.
import type { Sighting } from '../../intake/place.ts';
import { isNoSecret, secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SecretKind } from '../../redact/redacted.ts';
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { readPemValue } from '../tokens/pem.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';

/** An object that is an entity, before its secrets are replaced. */
export interface EntityDraft {
  readonly type: EntityType;
  readonly notation: EntityObservation['notation'];
  readonly value: Readonly<Record<string, unknown>>;
  /** Path of the object in its document. */
  readonly path: string;
  readonly document: Pick<StructuredDocument, 'sightingOf'>;
  readonly scope?: EntityObservation['scope'];
  readonly name?: string;
  readonly kubernetes?: EntityObservation['kubernetes'];
  /** Where a field's value stands in the document, when it is not at its own path below `path` (normalised fields). */
  readonly fieldAt?: (field: string) => string | undefined;
}

/** Fields that are secrets only in this type of entity. */
const SECRET_FIELDS: Partial<Record<EntityType, Readonly<Record<string, SecretKind>>>> = {
  'key-auth-credential': { key: 'api-key' },
  'basic-auth-credential': { password: 'password' },
  'jwt-credential': { secret: 'jwt-secret' },
  'hmac-auth-credential': { secret: 'hmac-secret' },
  'oauth2-credential': { client_secret: 'client-secret' },
  certificate: { key: 'private-key', key_alt: 'private-key' },
  key: { private_key: 'private-key', jwk: 'private-key' },
  vault: { token: 'cloud-key', approle_secret_id: 'cloud-key' },
  plugin: {
    client_secret: 'client-secret',
    session_secret: 'session-secret',
    provision_key: 'provision-key',
    secret: 'session-secret',
    password: 'password',
    authorization: 'opaque-token',
    'proxy-authorization': 'opaque-token',
    authorization_value: 'opaque-token',
    http_proxy_authorization: 'opaque-token',
    https_proxy_authorization: 'opaque-token',
  },
};

/** Private members of a JWK (RFC 7518 §6). */
const PRIVATE_MEMBERS = new Set(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']);

/** Items of one list that are looked at; more are counted by nobody. */
const ITEM_LIMIT = 2000;
const PLACED_DEPTH = 8;

/** The observation of one entity; keys inside it (`rsa_public_key`, `cert`) are emitted. */
export function entityOf(draft: EntityDraft, reading: Reading): EntityObservation {
  const { value, type } = draft;
  const lines: Record<string, Sighting> = {};
  const cleaner: Cleaner = { draft, lines, reading };
  const fields = cleanRecord(value, '', cleaner, 0);
  const id = textOf(value.id);
  const name = draft.name ?? textOf(value.name) ?? textOf(value.username) ?? textOf(value.custom_id);
  return {
    kind: 'entity',
    type,
    notation: draft.notation,
    sighting: lines.name ?? lines.username ?? draft.document.sightingOf(draft.path),
    fields,
    scope: { ...scopeOf(value), ...draft.scope },
    lines,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(draft.kubernetes === undefined ? {} : { kubernetes: draft.kubernetes }),
  };
}

/** Emits one entity. */
export function emitEntity(draft: EntityDraft, reading: Reading): void {
  reading.emit(entityOf(draft, reading));
}

interface Cleaner {
  readonly draft: EntityDraft;
  readonly lines: Record<string, Sighting>;
  readonly reading: Reading;
}

function cleanRecord(
  value: Readonly<Record<string, unknown>>,
  path: string,
  cleaner: Cleaner,
  depth: number,
): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    // `__proto__` as a key must not become a prototype.
    if (key === '__proto__') continue;
    cleaned[key] = clean(inner, path === '' ? key : `${path}.${key}`, cleaner, depth + 1);
  }
  return cleaned;
}

function clean(value: unknown, path: string, cleaner: Cleaner, depth: number): unknown {
  if (depth <= PLACED_DEPTH) cleaner.lines[path] = sightingOfField(path, cleaner.draft);
  if (Array.isArray(value))
    return value.slice(0, ITEM_LIMIT).map((item, at) => clean(item, `${path}.${at}`, cleaner, depth + 1));
  if (isRecord(value)) return cleanRecord(value, path, cleaner, depth);
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  return cleanScalar(value, path, cleaner);
}

function cleanScalar(value: string | number, path: string, { draft, reading }: Cleaner): unknown {
  const text = String(value);
  const kind = secretField(draft.type, path);
  if (kind !== undefined && !isShown(text)) {
    const credential = draft.type.endsWith('-credential');
    if (text === '' || isReference(text) || (isNoSecret(text) && !credential)) return value;
    return shown(reading.redactor.secret(kind, text, sightingOfField(path, draft).place));
  }
  if (typeof value === 'number') return value;
  if (text.includes('-----BEGIN ') || isPublicKeyField(path)) {
    if (!isReference(text)) readPemValue(text, path, sightingOfField(path, draft), reading);
    if (text.includes('PRIVATE KEY'))
      return shown(reading.redactor.secret('private-key', text, sightingOfField(path, draft).place));
    return value;
  }
  // A header list may hold a credential (`Authorization:Basic ...`); names, ids and plain words cannot.
  return mayHoldSecret(text) ? String(reading.redactor.text(text, sightingOfField(path, draft).place)) : value;
}

function sightingOfField(path: string, draft: EntityDraft): Sighting {
  const given = draft.fieldAt?.(path);
  return draft.document.sightingOf(given ?? (draft.path === '' ? path : `${draft.path}.${path}`));
}

function secretField(type: EntityType, path: string): SecretKind | undefined {
  const parts = path.split('.').filter((part) => !/^\d+$/.test(part));
  const last = parts.at(-1) ?? '';
  const own = SECRET_FIELDS[type]?.[last.toLowerCase()];
  if (own !== undefined && !(type === 'plugin' && parts[0] !== 'config')) return own;
  if (parts.some((part) => part.includes('jwk')) && PRIVATE_MEMBERS.has(last)) return 'private-key';
  // Names such as key_names, anonymous or client_auth are no secrets; `key` is one only where the type says so.
  if (last === 'key' || last === 'jwt' || last === 'session_id') return undefined;
  // Names of headers and arguments below `config` are values that other fields refer to.
  return secretKindOf(last);
}

function isPublicKeyField(path: string): boolean {
  return path === 'rsa_public_key' || path.endsWith('.rsa_public_key');
}

function isReference(text: string): boolean {
  return /^(?:\{vault:|\{\{|\$\{|\$[A-Z_][A-Z0-9_]{2,80}$)/.test(text);
}

function isShown(text: string): boolean {
  return text.startsWith('[') && text.includes(' fp:') && text.endsWith(']');
}

function mayHoldSecret(text: string): boolean {
  if (text.length < 8) return false;
  return /[:=]|\bbasic |\bbearer |ey[JK]|^xox|^AKIA|^ASIA|^AIza|^hvs\.|^gh[pousr]_|^kpat_|^spat_/i.test(text);
}

function scopeOf(value: Readonly<Record<string, unknown>>): EntityObservation['scope'] {
  const scope: { service?: string; route?: string; consumer?: string; consumerGroup?: string } = {};
  const reference = (field: string, old: string): string | undefined => {
    const found = value[field] ?? value[old];
    if (isRecord(found)) return textOf(found.name) ?? textOf(found.username) ?? textOf(found.id);
    return textOf(found);
  };
  const service = reference('service', 'service_id') ?? textOf(value.api_id);
  const route = reference('route', 'route_id');
  const consumer = reference('consumer', 'consumer_id');
  const group = reference('consumer_group', 'consumer_group_id');
  if (service !== undefined) scope.service = service;
  if (route !== undefined) scope.route = route;
  if (consumer !== undefined) scope.consumer = consumer;
  if (group !== undefined) scope.consumerGroup = group;
  return scope;
}
