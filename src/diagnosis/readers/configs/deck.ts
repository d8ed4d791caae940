// decK and declarative configuration, whole or as a fragment: nested routes, plugins, consumers and credentials.
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitEntity } from './entity.ts';
import { isPlugin, PLUGIN_NAMES, pluginByFields } from './plugin-names.ts';

/** Lists of a declarative file and what their items are (Kong 3.9 `kong/db/declarative`, decK 1.x). */
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
  snis: 'sni',
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

/** Keys that no other file format has. */
const MARKS = ['_format_version', '_transform', '_plugin_configs', '_konnect', '_workspace'];

/** Reads a declarative document; false when it is none. */
export function readDeck(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (Array.isArray(value)) return readBareList(value, document, reading);
  if (!isRecord(value) || 'apiVersion' in value || 'openapi' in value) return false;
  const lists = Object.keys(value).filter((key) => isList(key, value[key]));
  const marked = MARKS.some((mark) => mark in value);
  if (marked || lists.some((list) => looksLikeKong(list, value[list]))) {
    const walk: Walk = {
      document,
      reading,
      shared: isRecord(value._plugin_configs) ? value._plugin_configs : {},
    };
    readInfo(value, walk);
    for (const list of lists) readList(value[list], list, list, {}, walk);
    return marked || lists.length > 0;
  }
  return readItemAlone(value, document, reading) || readFragment(value, document, reading);
}

interface Walk {
  readonly document: StructuredDocument;
  readonly reading: Reading;
  /** `_plugin_configs`: configs that plugins share by `_config`. */
  readonly shared: Readonly<Record<string, unknown>>;
}

function isList(key: string, value: unknown): value is readonly unknown[] {
  return Object.hasOwn(LISTS, key) && Array.isArray(value);
}

/** Other files have `services`, `plugins`, `routes` too; only Kong's items have these fields. */
function looksLikeKong(list: string, items: unknown): boolean {
  const type = LISTS[list];
  return type !== undefined && Array.isArray(items) && items.some((item) => isRecord(item) && fits(type, item));
}

function fits(type: EntityType, item: Readonly<Record<string, unknown>>): boolean {
  const has = (...fields: readonly string[]): boolean => fields.some((field) => field in item);
  const name = textOf(item.name);
  switch (type) {
    case 'plugin':
      return isPlugin(item) || (name !== undefined && isRecord(item.config));
    case 'service':
      return (
        (has('url', 'host') && (name !== undefined || has('routes', 'plugins', 'protocol'))) ||
        has('upstream_url') ||
        ['routes', 'plugins'].some((inner) => looksLikeKong(inner, item[inner]))
      );
    case 'route':
      return (
        ['paths', 'hosts', 'methods', 'snis', 'protocols'].some((field) => Array.isArray(item[field])) ||
        (has('expression') && has('priority', 'protocols', 'name')) ||
        has('strip_path', 'preserve_host') ||
        looksLikeKong('plugins', item.plugins)
      );
    case 'consumer':
      return has('username', 'custom_id') && !has('email', 'topics', 'queue');
    case 'consumer-group':
      return name !== undefined && has('consumers', 'plugins');
    case 'upstream':
      return name !== undefined && has('targets', 'algorithm', 'healthchecks', 'slots', 'hash_on');
    case 'certificate':
    case 'ca-certificate':
      return has('cert');
    case 'vault':
      return has('prefix') && name !== undefined;
    case 'acl-group':
      return has('group');
    case 'key-auth-credential':
    case 'jwt-credential':
      return has('key');
    case 'basic-auth-credential':
    case 'hmac-auth-credential':
      return has('username');
    case 'oauth2-credential':
      return has('client_id');
    default:
      return false;
  }
}

/** Version, workspace, defaults and tags of the file. */
function readInfo(value: Readonly<Record<string, unknown>>, { document, reading }: Walk): void {
  const workspace = textOf(value._workspace);
  if (workspace !== undefined)
    emitEntity(
      {
        type: 'workspace',
        notation: 'deck',
        value: { name: workspace },
        path: '',
        document,
        fieldAt: (field) => (field === 'name' ? '_workspace' : undefined),
      },
      reading,
    );
  const fields = Object.fromEntries(
    Object.entries(value).filter(([key]) => ['_format_version', '_transform', '_info', '_konnect'].includes(key)),
  );
  if (Object.keys(fields).length > 0)
    emitEntity({ type: 'gateway-info', notation: 'deck', value: fields, path: '', document }, reading);
}

function readList(items: unknown, list: string, path: string, scope: EntityObservation['scope'], walk: Walk): void {
  const type = LISTS[list];
  if (type === undefined || !Array.isArray(items)) return;
  for (const [at, item] of items.entries()) readItem(item, type, `${path}.${at}`, scope, walk);
}

function readItem(item: unknown, type: EntityType, path: string, scope: EntityObservation['scope'], walk: Walk): void {
  if (!isRecord(item)) return;
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(item)) if (!isNested(type, key, value)) own[key] = value;
  const shared = walk.shared[textOf(item._config) ?? ''];
  if (type === 'plugin' && isRecord(shared)) own.config = { ...shared, ...(isRecord(own.config) ? own.config : {}) };
  emitEntity(
    {
      type,
      notation: 'deck',
      value: type === 'target' ? { ...own, ...parentUpstream(path, walk) } : own,
      path,
      document: walk.document,
      scope,
    },
    walk.reading,
  );
  const inner = innerScope(type, item, scope, path);
  for (const [key, value] of Object.entries(item)) {
    if (isNested(type, key, value)) readList(value, key, path === '' ? key : `${path}.${key}`, inner, walk);
  }
}

/** Whether a field holds entities of its own. A consumer group's `consumers` only name them; so do a route's snis. */
function isNested(type: EntityType, key: string, value: unknown): boolean {
  if (!isList(key, value) || !value.some(isRecord)) return false;
  if (key === 'snis') return type === 'certificate';
  if (key === 'keys') return type === 'key-set';
  return type !== 'plugin' && !(type === 'consumer-group' && key === 'consumers');
}

function parentUpstream(path: string, walk: Walk): Record<string, unknown> {
  const parts = path.split('.');
  const upstreams = isRecord(walk.document.value) ? walk.document.value.upstreams : undefined;
  const parent = parts[0] === 'upstreams' && Array.isArray(upstreams) ? upstreams[Number(parts[1])] : undefined;
  const name = isRecord(parent) ? textOf(parent.name) : undefined;
  return name === undefined ? {} : { upstream: name };
}

function innerScope(
  type: EntityType,
  item: Readonly<Record<string, unknown>>,
  scope: EntityObservation['scope'],
  path: string,
): EntityObservation['scope'] {
  const paths = item.paths;
  const name =
    textOf(item.name) ??
    textOf(item.username) ??
    textOf(item.custom_id) ??
    textOf(item.id) ??
    // A nested plugin of a nameless route must not look global.
    (Array.isArray(paths) ? textOf(paths[0]) : undefined) ??
    path;
  if (type === 'service') return { ...scope, service: name };
  if (type === 'route') return { ...scope, route: name };
  if (type === 'consumer') return { ...scope, consumer: name };
  if (type === 'consumer-group') return { ...scope, consumerGroup: name };
  return scope;
}

const BARE: readonly EntityType[] = ['plugin', 'route', 'service', 'consumer', 'upstream'];

/** A list of plugins, consumers, routes or services pasted without its key. */
function readBareList(items: readonly unknown[], document: StructuredDocument, reading: Reading): boolean {
  let found = false;
  for (const [at, item] of items.entries()) {
    if (!isRecord(item)) continue;
    const type = typeAlone(item);
    if (type === undefined) continue;
    found = true;
    readItem(item, type, String(at), {}, { document, reading, shared: {} });
  }
  return found;
}

/** One service, route, consumer or upstream pasted without its list. Plugins alone are fragments. */
function readItemAlone(
  value: Readonly<Record<string, unknown>>,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const type = typeAlone(value);
  if (type === undefined || type === 'plugin') return false;
  readItem(value, type, '', {}, { document, reading, shared: {} });
  return true;
}

function typeAlone(item: Readonly<Record<string, unknown>>): EntityType | undefined {
  if (isPlugin(item)) return 'plugin';
  return BARE.find((type) => type !== 'plugin' && Object.keys(item).length > 1 && fits(type, item) && !isForeign(item));
}

/** Lists of things with a name and url or username are common; Kong's carry nothing of these. */
function isForeign(item: Readonly<Record<string, unknown>>): boolean {
  return [
    'email',
    'version',
    'image',
    'repository',
    'type',
    'description',
    'password',
    'uri',
    'upstream',
    'match',
  ].some((field) => field in item);
}

/** One plugin, or only its config block. */
function readFragment(
  value: Readonly<Record<string, unknown>>,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const { config } = value;
  if (isPlugin(value)) {
    emitEntity({ type: 'plugin', notation: 'deck', value, path: '', document }, reading);
    return true;
  }
  if (isRecord(config)) {
    const named = textOf(value.plugin);
    const name = named !== undefined && PLUGIN_NAMES.has(named) ? named : pluginByFields(config, true);
    if (name === undefined) return false;
    emitEntity({ type: 'plugin', notation: 'deck', value: { name, ...value }, path: '', document, name }, reading);
    return true;
  }
  const keyed = pluginAsKey(value);
  if (keyed !== undefined) {
    const [name, inner] = keyed;
    emitEntity({ type: 'plugin', notation: 'deck', value: { name, ...inner }, path: name, document, name }, reading);
    return true;
  }
  // `jq .config.replace`: of the blocks of request-transformer only this one has a uri.
  if (['headers', 'querystring', 'body', 'uri'].every((field) => field in value) && Object.keys(value).length === 4) {
    const transformer = { name: 'request-transformer', config: { replace: value } };
    emitEntity(
      { type: 'plugin', notation: 'deck', value: transformer, path: '', document, name: 'request-transformer' },
      reading,
    );
    return true;
  }
  const name = pluginByFields(value, false);
  if (name === undefined) return false;
  emitEntity(
    {
      type: 'plugin',
      notation: 'deck',
      value: { name, config: value },
      path: '',
      document,
      name,
      fieldAt: (field) => (field.startsWith('config.') ? field.slice('config.'.length) : undefined),
    },
    reading,
  );
  return true;
}

/** `key-auth: {config: {...}}`: the plugin's name as the key, as people write it by heart. */
function pluginAsKey(
  value: Readonly<Record<string, unknown>>,
): readonly [string, Readonly<Record<string, unknown>>] | undefined {
  const [only, ...others] = Object.entries(value);
  if (only === undefined || others.length > 0) return undefined;
  const [name, inner] = only;
  if (!PLUGIN_NAMES.has(name) || !name.includes('-') || !isRecord(inner)) return undefined;
  return [name, isRecord(inner.config) ? inner : { config: inner }];
}
