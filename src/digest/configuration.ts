// A gateway's configuration as flat fields with secrets replaced, and the difference between two of them.
import type { EntityType } from '../diagnosis/readers/observation.ts';
import { fingerprint } from '../diagnosis/redact/fingerprint.ts';
import type { GatewayReading } from '../kong/read.ts';
import type { CredentialCollection, GatewaySnapshot, RawEntity } from '../kong/snapshot.ts';
import type { ConfiguredEntity, DigestSnapshot } from './snapshot.ts';

type Configuration = NonNullable<DigestSnapshot['configuration']>;

const CREDENTIAL_TYPES: Readonly<Record<CredentialCollection, EntityType>> = {
  'key-auths': 'key-auth-credential',
  'basic-auths': 'basic-auth-credential',
  jwts: 'jwt-credential',
  'hmac-auths': 'hmac-auth-credential',
  oauth2: 'oauth2-credential',
  'mtls-auths': 'mtls-auth-credential',
  acls: 'acl-group',
};
/** Entities that are kept at most; a gateway with more is compared by its first ones. */
const ENTITIES = 20_000;
/** Characters of one value. */
const VALUE = 300;
/** Fields that say nothing about what the entity does. */
const SKIPPED = new Set(['id', 'created_at', 'updated_at', 'ws_id']);

/**
 * The configuration for keeping.
 * @param key of the fingerprints
 */
export function configurationOf(snapshot: GatewaySnapshot, reading: GatewayReading, key: Uint8Array): Configuration {
  const names = namesOf(snapshot);
  const lists: readonly (readonly [EntityType, readonly RawEntity[]])[] = [
    ['service', snapshot.services],
    ['route', snapshot.routes],
    ['plugin', snapshot.plugins.map(({ raw }) => raw)],
    ['consumer', snapshot.consumers],
    ['upstream', snapshot.upstreams ?? []],
    ['certificate', snapshot.certificates ?? []],
    ['ca-certificate', snapshot.caCertificates ?? []],
    ...Object.entries(snapshot.credentials).map(
      ([collection, list]) => [CREDENTIAL_TYPES[collection as CredentialCollection], list] as const,
    ),
  ];
  const all = lists.flatMap(([type, list]) => list.map((raw) => [type, raw] as const));
  if (all.length > ENTITIES)
    reading.notes.push(`Configuration changes are looked for in the first ${ENTITIES} of ${all.length} entities.`);
  return {
    key: fingerprint(key, 'kongauth digest'),
    entities: all.slice(0, ENTITIES).map(([type, raw]) => entityFrom(type, raw, reading, names)),
  };
}

function namesOf({ services, routes, consumers }: GatewaySnapshot): ReadonlyMap<string, string> {
  return new Map(
    [...services, ...routes, ...consumers].flatMap((raw) => {
      const name = raw.name ?? raw.username ?? raw.custom_id;
      return typeof raw.id === 'string' && typeof name === 'string' ? [[raw.id, name] as const] : [];
    }),
  );
}

function entityFrom(
  type: EntityType,
  raw: RawEntity,
  reading: GatewayReading,
  names: ReadonlyMap<string, string>,
): ConfiguredEntity {
  const { fields } = reading.seen(type, raw);
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (!SKIPPED.has(name)) flatten(name, value, flat, 0);
  const on = attachedTo(raw, names);
  const isGroup = type === 'acl-group';
  const name = isGroup ? raw.group : (raw.name ?? raw.username ?? raw.custom_id);
  const isSecretName = type.endsWith('-credential') && type !== 'oauth2-credential';
  return {
    type,
    name: typeof name === 'string' && !isSecretName ? name : String(raw.id ?? ''),
    ...(typeof raw.id === 'string' ? { id: raw.id } : {}),
    ...(on === undefined ? {} : { on }),
    fields: flat,
  };
}

/** `the route orders`, with the consumer where both are named. */
function attachedTo(raw: RawEntity, names: ReadonlyMap<string, string>): string | undefined {
  const parts = ['route', 'service', 'consumer'].flatMap((kind) => {
    const reference = raw[kind];
    if (typeof reference !== 'object' || reference === null || !('id' in reference)) return [];
    const id = String(reference.id);
    return [`the ${kind} ${names.get(id) ?? id}`];
  });
  return parts.length === 0 ? undefined : parts.join(' and ');
}

function flatten(path: string, value: unknown, flat: Record<string, string>, depth: number): void {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isPlain && depth < 8 && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) flatten(`${path}.${name}`, inner, flat, depth + 1);
    return;
  }
  if (value === null || value === undefined) return;
  const text = JSON.stringify(value);
  // Of a long value (a PEM, a script) the beginning is shown; its change is seen by all of it.
  flat[path] = text.length <= VALUE ? text : `${text.slice(0, VALUE)}… (${text.length} characters, sum ${sumOf(text)})`;
}

/** FNV-1a, to see a change in what is too long to keep; redacted before. */
function sumOf(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return sum.toString(16);
}

export interface FieldChange {
  readonly field: string;
  /** As JSON; undefined: it had no value. A secret reads `(secret)`. */
  readonly from?: string;
  readonly to?: string;
}

export interface EntityChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly on?: string;
  readonly fields: readonly FieldChange[];
}

const FINGERPRINT = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/;
const FINGERPRINTS = /\[([a-z-]{3,20}) fp:[0-9a-f]{8}\]/g;

/**
 * What became different. Secrets are compared only where both snapshots were made with the same key.
 * @returns changes in the order of the later configuration, removed ones last
 */
export function differenceOf(before: Configuration, now: Configuration): readonly EntityChange[] {
  const keyOf = ({ type, id, name, on }: ConfiguredEntity): string => `${type} ${id ?? `${name} ${on}`}`;
  const known = new Map(before.entities.map((entity) => [keyOf(entity), entity]));
  const changes: EntityChange[] = [];
  for (const entity of now.entities) {
    const earlier = known.get(keyOf(entity));
    known.delete(keyOf(entity));
    if (earlier === undefined) {
      changes.push({ change: 'added', ...labelOf(entity), fields: [] });
      continue;
    }
    const fields = fieldChanges(earlier.fields, entity.fields, before.key === now.key);
    if (fields.length > 0) changes.push({ change: 'changed', ...labelOf(entity), fields });
  }
  for (const entity of known.values()) changes.push({ change: 'removed', ...labelOf(entity), fields: [] });
  return changes;
}

function labelOf({ type, name, id, on }: ConfiguredEntity): Omit<EntityChange, 'change' | 'fields'> {
  return { type, name, ...(id === undefined ? {} : { id }), ...(on === undefined ? {} : { on }) };
}

function fieldChanges(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  isSameKey: boolean,
): readonly FieldChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((field) => {
    const [from, to] = [before[field], now[field]];
    if (from === to) return [];
    const isSecret = FINGERPRINT.test(from ?? '') || FINGERPRINT.test(to ?? '');
    if (isSecret && !isSameKey && shownSecret(from) === shownSecret(to)) return [];
    return [
      {
        field,
        ...(from === undefined ? {} : { from: isSecret ? '(secret)' : from }),
        ...(to === undefined ? {} : { to: isSecret ? '(secret)' : to }),
      },
    ];
  });
}

function shownSecret(value: string | undefined): string | undefined {
  return value?.replace(FINGERPRINTS, '[$1]').replace(/, sum [0-9a-f]{1,8}\)/, ')');
}
