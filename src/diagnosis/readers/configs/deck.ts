// decK and declarative configuration, whole or as a fragment: nested routes, plugins, consumers and credentials.
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { pluginByFields } from './admin-api.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitEntity } from './entity.ts';

/** Lists of a declarative file and what their items are. */
const LISTS: Readonly<Record<string, EntityType>> = {
  services: 'service',
  apis: 'service',
  routes: 'route',
  plugins: 'plugin',
  consumers: 'consumer',
  consumer_groups: 'consumer-group',
  upstreams: 'upstream',
  targets: 'target',
  certificates: 'certificate',
  ca_certificates: 'ca-certificate',
  vaults: 'vault',
  keys: 'key',
  key_sets: 'key-set',
  keyauth_credentials: 'key-auth-credential',
  keyauth_enc_credentials: 'key-auth-credential',
  basicauth_credentials: 'basic-auth-credential',
  jwt_secrets: 'jwt-credential',
  hmacauth_credentials: 'hmac-auth-credential',
  oauth2_credentials: 'oauth2-credential',
  acls: 'acl-group',
  mtls_auth_credentials: 'mtls-auth-credential',
};
const TOP = new Set(Object.keys(LISTS));

/** Reads a declarative document; false when it is none. */
export function readDeck(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (Array.isArray(value)) return readBareList(value, document, reading);
  if (!isRecord(value)) return false;
  const lists = Object.keys(value).filter((key) => TOP.has(key) && Array.isArray(value[key]));
  if ('_format_version' in value || lists.length > 0) {
    if (!('_format_version' in value) && !looksLikeKong(value, lists)) return false;
    for (const list of lists) readList(value[list], list, list, {}, document, reading);
    return true;
  }
  return readFragment(value, document, reading);
}

/** Compose files have `services` too, as a map; Kong's are lists of objects with a name, url, host, paths or config. */
function looksLikeKong(value: Readonly<Record<string, unknown>>, lists: readonly string[]): boolean {
  return lists.some((list) => {
    const items = value[list];
    return (
      Array.isArray(items) &&
      items.some(
        (item) =>
          isRecord(item) &&
          [
            'name',
            'url',
            'host',
            'paths',
            'hosts',
            'config',
            'username',
            'custom_id',
            'key',
            'group',
            'uris',
            'upstream_url',
          ].some((field) => field in item),
      )
    );
  });
}

function readList(
  items: unknown,
  list: string,
  path: string,
  scope: EntityObservation['scope'],
  document: StructuredDocument,
  reading: Reading,
): void {
  const type = LISTS[list];
  if (type === undefined || !Array.isArray(items)) return;
  for (const [at, item] of items.entries()) readItem(item, type, `${path}.${at}`, scope, document, reading);
}

function readItem(
  item: unknown,
  type: EntityType,
  path: string,
  scope: EntityObservation['scope'],
  document: StructuredDocument,
  reading: Reading,
): void {
  if (!isRecord(item)) return;
  const own = Object.fromEntries(
    Object.entries(item).filter(([key, value]) => !(TOP.has(key) && Array.isArray(value) && key !== 'keys')),
  );
  emitEntity({ type, notation: 'deck', value: own, path, document, scope }, reading);
  const inner = innerScope(type, item, scope, path);
  for (const [key, value] of Object.entries(item)) {
    if (TOP.has(key) && Array.isArray(value)) readList(value, key, `${path}.${key}`, inner, document, reading);
  }
}

function innerScope(
  type: EntityType,
  item: Readonly<Record<string, unknown>>,
  scope: EntityObservation['scope'],
  path: string,
): EntityObservation['scope'] {
  const name =
    textOf(item['name']) ?? textOf(item['username']) ?? textOf(item['custom_id']) ?? textOf(item['id']) ?? path;
  if (type === 'service') return { ...scope, service: name };
  if (type === 'route') return { ...scope, route: name };
  if (type === 'consumer') return { ...scope, consumer: name };
  if (type === 'consumer-group') return { ...scope, consumerGroup: name };
  return scope;
}

/** A list of plugins, consumers or services pasted without its key. */
function readBareList(items: readonly unknown[], document: StructuredDocument, reading: Reading): boolean {
  const [first] = items;
  if (!isRecord(first)) return false;
  const type: EntityType | undefined =
    'config' in first && 'name' in first
      ? 'plugin'
      : 'username' in first || 'custom_id' in first
        ? 'consumer'
        : 'paths' in first || 'hosts' in first
          ? 'route'
          : 'url' in first && 'name' in first
            ? 'service'
            : undefined;
  if (type === undefined) return false;
  for (const [at, item] of items.entries()) readItem(item, type, String(at), {}, document, reading);
  return true;
}

/** One plugin, or only its config block. */
function readFragment(
  value: Readonly<Record<string, unknown>>,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  if ('config' in value && isRecord(value['config']) && !('apiVersion' in value)) {
    const name = textOf(value['name']) ?? textOf(value['plugin']) ?? pluginByFields(value['config']);
    if (name === undefined) return false;
    emitEntity({ type: 'plugin', notation: 'deck', value, path: '', document, name }, reading);
    return true;
  }
  const name = pluginByFields(value);
  if (name === undefined) return false;
  emitEntity({ type: 'plugin', notation: 'deck', value: { name, config: value }, path: '', document, name }, reading);
  return true;
}
