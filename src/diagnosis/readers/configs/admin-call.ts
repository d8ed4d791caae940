// A pasted Admin API call that creates or changes something counts as the entity that it makes.
import type { Sighting } from '../../intake/place.ts';
import type { EntityObservation, EntityType, ExchangeObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { draftsOf } from './admin-api.ts';
import { isRecord, textOf } from './document.ts';
import { entityOf } from './entity.ts';

/** Collections of the Admin API (Kong 0.x to 3.15) and the entities in them. */
const COLLECTIONS: Readonly<Record<string, EntityType>> = {
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
  'key-sets': 'key-set',
  workspaces: 'workspace',
  'key-auth': 'key-auth-credential',
  keyauth: 'key-auth-credential',
  'key-auths': 'key-auth-credential',
  'basic-auth': 'basic-auth-credential',
  basicauth: 'basic-auth-credential',
  jwt: 'jwt-credential',
  jwts: 'jwt-credential',
  'hmac-auth': 'hmac-auth-credential',
  oauth2: 'oauth2-credential',
  acls: 'acl-group',
  'mtls-auth': 'mtls-auth-credential',
};
const PARENTS: Readonly<Record<string, keyof EntityObservation['scope']>> = {
  services: 'service',
  apis: 'service',
  routes: 'route',
  consumers: 'consumer',
  consumer_groups: 'consumerGroup',
};

/**
 * The entities that a call makes or changes; empty for reads, deletions and other paths.
 * @param path path of the call, with or without workspace and Konnect prefix; a query is ignored
 * @param fields as sent: flat form fields (`config.key_names[]`, `paths[1]`) or the parsed JSON body
 */
export function entitiesOfAdminCall(
  method: string,
  path: string,
  fields: Readonly<Record<string, unknown>>,
  sighting: Sighting,
  reading: Reading,
): readonly EntityObservation[] {
  if (!['POST', 'PUT', 'PATCH'].includes(method.toUpperCase())) return [];
  const called = calledOf(path);
  if (called === undefined || Object.keys(fields).length === 0) return [];
  const { type, scope, nameOrId } = called;
  const value = unflattened(fields);
  const named =
    nameOrId === undefined || type.endsWith('-credential') || type === 'acl-group'
      ? {}
      : type === 'consumer'
        ? { username: nameOrId }
        : type === 'plugin'
          ? { id: nameOrId }
          : { name: nameOrId };
  // A PATCH of a plugin by id says nothing about which plugin it is.
  if (type === 'plugin' && textOf(value.name) === undefined) return [];
  const document = { sightingOf: () => sighting };
  return draftsOf(type, { ...named, ...value }, '', document).map((draft) =>
    entityOf({ ...draft, scope: { ...draft.scope, ...scope } }, reading),
  );
}

/**
 * The entities that an exchange with the Admin API makes; empty for other exchanges and for refused calls.
 * Admin API: port 8001 or 8444, Konnect's host, `/admin-api`, or Kong's own header on the answer.
 */
export function entitiesOfExchange(
  { request, response, requestAt, sighting }: ExchangeObservation,
  reading: Reading,
): readonly EntityObservation[] {
  if (request === undefined || (response !== undefined && response.status >= 400)) return [];
  const host = request.host ?? '';
  const admin =
    request.port === 8001 ||
    request.port === 8444 ||
    /:(?:8001|8444)$|\.api\.konghq\.com$|^kong-admin/.test(host) ||
    request.path.startsWith('/admin-api/') ||
    response?.headers.some(({ name }) => name === 'x-kong-admin-latency') === true;
  if (!admin) return [];
  return entitiesOfAdminCall(request.method, request.path, request.fields, requestAt ?? sighting, reading);
}

interface Called {
  readonly type: EntityType;
  readonly scope: EntityObservation['scope'];
  readonly nameOrId?: string;
}

function calledOf(path: string): Called | undefined {
  const [plain = ''] = path.split(/[?#]/);
  const parts = plain
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  // Workspace and Konnect prefixes stand before the first collection.
  const start = parts.findIndex((part, at) => part in COLLECTIONS && at <= 6);
  if (start === -1) return undefined;
  const [collection = '', parent, inner, own, ...rest] = parts.slice(start);
  if (rest.length > 0) return undefined;
  if (inner === undefined) return called(COLLECTIONS[collection], {}, parent);
  const scoped = PARENTS[collection];
  if (scoped === undefined || parent === undefined) {
    return inner === 'targets' ? called('target', {}, undefined) : undefined;
  }
  return called(COLLECTIONS[inner], { [scoped]: parent }, own);
}

function called(
  type: EntityType | undefined,
  scope: EntityObservation['scope'],
  nameOrId: string | undefined,
): Called | undefined {
  if (type === undefined) return undefined;
  return { type, scope, ...(nameOrId === undefined ? {} : { nameOrId }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone per cent sign is text and no encoding.
    return text;
  }
}

/** `config.key_names[]=x` as nested objects and lists (Kong's form notation, `kong/api/arguments.lua` of 3.9). */
function unflattened(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [flat, given] of Object.entries(fields)) {
    // `rsa_public_key=@key.pem`: curl sends the file's content, which is not in the paste.
    if (typeof given === 'string' && /^@[\w./~-]/.test(given)) continue;
    const list = /\[\d{0,4}\]$/.test(flat);
    const keys = flat
      .replace(/\[\d{0,4}\]$/, '')
      .split('.')
      .slice(0, 8);
    let node = result;
    for (const key of keys.slice(0, -1)) {
      if (key === '__proto__') continue;
      const next = isRecord(node[key]) ? node[key] : {};
      node[key] = next;
      node = next as Record<string, unknown>;
    }
    const last = keys.at(-1) ?? '';
    if (last === '__proto__') continue;
    const value = typeof given === 'string' ? scalar(given, last) : given;
    if (!list) node[last] = value;
    else node[last] = [node[last] ?? [], value].flat();
  }
  return withLists(result) as Record<string, unknown>;
}

/** `{0: a, 1: b}`, as flattened lists of JSON bodies come, is a list again. */
function withLists(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, withLists(inner)] as const);
  const list = entries.length > 0 && entries.every(([key], at) => key === String(at));
  return list ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Fields of Kong that are lists; a form gives one item, or several with commas. */
const LIST_FIELDS = new Set(
  `paths hosts methods protocols snis tags key_names header_names uri_param_names cookie_names claims_to_verify allow deny
  whitelist blacklist scopes auth_methods client_id client_secret client_auth redirect_uris audience_required
  scopes_required consumer_by consumer_claim algorithms enforce_headers uris origins headers exposed_headers`.split(
    /\s+/,
  ),
);

function scalar(text: string, field: string): unknown {
  if (LIST_FIELDS.has(field) && text !== '') return text.split(',').map((item) => item.trim());
  if (text === 'true') return true;
  if (text === 'false') return false;
  // An empty value in a form means null.
  if (text === '') return null;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}
