// An entity from a parsed object: names, scope, places of its values, secrets replaced.
import type { Sighting } from '../../intake/place.ts';
import { isNoSecret, secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SecretKind } from '../../redact/redacted.ts';
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';

export interface EntityDraft {
  readonly type: EntityType;
  readonly notation: EntityObservation['notation'];
  readonly value: Readonly<Record<string, unknown>>;
  /** Path of the object in its document. */
  readonly path: string;
  readonly document: StructuredDocument;
  readonly scope?: EntityObservation['scope'];
  readonly name?: string;
  readonly kubernetes?: EntityObservation['kubernetes'];
}

/** Fields that are secrets only in this type of entity. */
const SECRET_FIELDS: Partial<Record<EntityType, Readonly<Record<string, SecretKind>>>> = {
  'key-auth-credential': { key: 'api-key' },
  'basic-auth-credential': { password: 'password' },
  'jwt-credential': { secret: 'jwt-secret' },
  'hmac-auth-credential': { secret: 'hmac-secret' },
  'oauth2-credential': { client_secret: 'client-secret' },
  plugin: {
    client_secret: 'client-secret',
    session_secret: 'session-secret',
    provision_key: 'provision-key',
    secret: 'session-secret',
    password: 'password',
  },
};

/** Emits one entity. */
export function emitEntity(draft: EntityDraft, reading: Reading): void {
  const { value, document, path } = draft;
  const lines: Record<string, Sighting> = {};
  const fields = clean(value, draft.type, path, '', draft, lines, reading, 0) as Record<string, unknown>;
  const id = textOf(value['id']);
  const name = draft.name ?? textOf(value['name']) ?? textOf(value['username']) ?? textOf(value['custom_id']);
  reading.emit({
    kind: 'entity',
    type: draft.type,
    notation: draft.notation,
    sighting: lines['name'] ?? document.sightingOf(path),
    fields,
    scope: { ...scopeOf(value), ...draft.scope },
    lines,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(draft.kubernetes === undefined ? {} : { kubernetes: draft.kubernetes }),
  });
}

function clean(
  value: unknown,
  type: EntityType,
  base: string,
  path: string,
  draft: EntityDraft,
  lines: Record<string, Sighting>,
  reading: Reading,
  depth: number,
): unknown {
  const full = path === '' ? base : base === '' ? path : `${base}.${path}`;
  if (path !== '' && depth < 8) lines[path] = draft.document.sightingOf(full);
  if (Array.isArray(value))
    return value
      .slice(0, 2000)
      .map((item, at) => clean(item, type, base, `${path}.${at}`, draft, lines, reading, depth + 1));
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        clean(inner, type, base, path === '' ? key : `${path}.${key}`, draft, lines, reading, depth + 1),
      ]),
    );
  }
  const kind = secretField(type, path);
  if (kind === undefined || (typeof value !== 'string' && typeof value !== 'number')) return value;
  const text = String(value);
  if (isNoSecret(text) && !(type === 'key-auth-credential' || type === 'basic-auth-credential')) return value;
  return shown(reading.redactor.secret(kind, text, draft.document.sightingOf(full).place));
}

function secretField(type: EntityType, path: string): SecretKind | undefined {
  const parts = path.split('.').filter((part) => !/^\d+$/.test(part));
  const last = parts.at(-1) ?? '';
  const own = SECRET_FIELDS[type]?.[last];
  if (own !== undefined && !(type === 'plugin' && parts[0] !== 'config')) return own;
  // Names such as key_names, anonymous or client_auth are no secrets; `key` is one only where the type says so.
  return last === 'key' || last === 'jwt' || last === 'session_id' ? undefined : secretKindOf(last);
}

function scopeOf(value: Readonly<Record<string, unknown>>): EntityObservation['scope'] {
  const scope: { service?: string; route?: string; consumer?: string; consumerGroup?: string } = {};
  const reference = (field: string, old: string): string | undefined => {
    const found = value[field] ?? value[old];
    if (isRecord(found)) return textOf(found['name']) ?? textOf(found['username']) ?? textOf(found['id']);
    return textOf(found);
  };
  const service = reference('service', 'service_id') ?? textOf(value['api_id']);
  const route = reference('route', 'route_id');
  const consumer = reference('consumer', 'consumer_id');
  const group = reference('consumer_group', 'consumer_group_id');
  if (service !== undefined) scope.service = service;
  if (route !== undefined) scope.route = route;
  if (consumer !== undefined) scope.consumer = consumer;
  if (group !== undefined) scope.consumerGroup = group;
  return scope;
}
