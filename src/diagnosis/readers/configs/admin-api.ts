// The Admin API's JSON: one entity, a list, the declarative dump; also the APIs of Kong before 0.13.
import type { EntityObservation, EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { readJwks } from '../tokens/jwks.ts';
import { readDeck } from './deck.ts';
import { documentsOf, isRecord, reportProblems, type StructuredDocument, textOf } from './document.ts';
import { type EntityDraft, entityOf } from './entity.ts';
import { isPlugin } from './plugin-names.ts';

/** Reads Admin API JSON; false when it is none. */
export function readAdminApi(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (Array.isArray(value)) return document.format === 'json' && readItems(value, '', document, reading);
  if (!isRecord(value)) return false;
  if (Array.isArray(value.data)) return readList(value, value.data, document, reading);
  if (typeof value.config === 'string') return readDump(document, reading);
  if (Array.isArray(value.enabled_plugins)) {
    reading.emit(entityOf(draftOf('gateway-info', value, '', document), reading));
    return true;
  }
  const type = typeOf(value);
  // A plugin in YAML is decK's.
  if (type === undefined || (document.format === 'yaml' && type === 'plugin')) return false;
  for (const draft of draftsOf(type, value, '', document)) reading.emit(entityOf(draft, reading));
  return true;
}

function readList(
  value: Readonly<Record<string, unknown>>,
  data: readonly unknown[],
  document: StructuredDocument,
  reading: Reading,
): boolean {
  // An empty list is an answer too: no such entity exists.
  if (data.length === 0) return 'next' in value || 'total' in value;
  return readItems(data, 'data.', document, reading);
}

function readItems(items: readonly unknown[], prefix: string, document: StructuredDocument, reading: Reading): boolean {
  let found = false;
  for (const [at, item] of items.entries()) {
    if (!isRecord(item)) continue;
    const path = `${prefix}${at}`;
    if (readIssuer(item, path, document, reading)) {
      found = true;
      continue;
    }
    const type = typeOf(item);
    if (type === undefined) continue;
    found = true;
    for (const draft of draftsOf(type, item, path, document)) reading.emit(entityOf(draft, reading));
  }
  return found;
}

/** `GET /config` of a DB-less node: the declarative file as one text. */
function readDump(document: StructuredDocument, reading: Reading): boolean {
  const part = document.partAt('config');
  if (part === undefined || !part.text.includes('_format_version')) return false;
  const read = documentsOf(part).filter((inner) => readDeck(inner, reading));
  for (const inner of read) reportProblems(inner, reading);
  return read.length > 0;
}

/** An item of `/openid-connect/issuers`: what Kong knows of the provider, and its keys. */
function readIssuer(
  item: Readonly<Record<string, unknown>>,
  path: string,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const { configuration, keys } = item;
  if (textOf(item.issuer) === undefined || !isRecord(configuration)) return false;
  reading.emit({
    kind: 'discovery',
    sighting: document.sightingOf(`${path}.configuration.issuer`),
    document: configuration,
  });
  const set = Array.isArray(keys) ? { keys } : keys;
  const base = Array.isArray(keys) ? path : `${path}.keys`;
  readJwks({ ...document, value: set, sightingOf: (inner) => document.sightingOf(`${base}.${inner}`) }, reading);
  return true;
}

function draftOf(
  type: EntityType,
  value: Readonly<Record<string, unknown>>,
  path: string,
  document: StructuredDocument,
): EntityDraft {
  return { type, notation: 'admin-api', value, path, document };
}

const PLUGIN_OWN =
  /^(?:id|name|tags|enabled|protocols|service|route|consumer|consumer_group|ordering|instance_name|created_at|updated_at|partials|run_on|_config|\w+_id|config\..*)$/;

/** `jq '{name, route, add: .config.add.headers}'`: fields of the config that stand beside the name go back below config. */
function withConfig(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const projected = Object.entries(value).filter(([key]) => !PLUGIN_OWN.test(key));
  if ('config' in value || projected.length === 0) return value;
  const config = projected.map(([key, inner]) => [
    key,
    /^(?:add|append|replace|remove|rename)$/.test(key) && Array.isArray(inner) ? { headers: inner } : inner,
  ]);
  return {
    ...Object.fromEntries(Object.entries(value).filter(([key]) => PLUGIN_OWN.test(key))),
    config: Object.fromEntries(config),
  };
}

/** The entity, or the service and route that an API of Kong 0.x is today. */
export function draftsOf(
  type: EntityType,
  value: Readonly<Record<string, unknown>>,
  path: string,
  document: Pick<StructuredDocument, 'sightingOf'>,
  notation: EntityObservation['notation'] = 'admin-api',
): readonly EntityDraft[] {
  const draft: EntityDraft = { type, notation, value: type === 'plugin' ? withConfig(value) : value, path, document };
  if (type !== 'service' || !('upstream_url' in value)) return [draft];
  const renamed = (old: string): unknown => value[old];
  const hosts = renamed('hosts') ?? renamed('request_host');
  const paths = renamed('uris') ?? renamed('request_path');
  const strip = renamed('strip_uri') ?? renamed('strip_request_path');
  const name = textOf(value.name) ?? textOf(value.id) ?? 'api';
  const at = (field: string): string => (path === '' ? field : `${path}.${field}`);
  const OLD: Readonly<Record<string, readonly string[]>> = {
    hosts: ['hosts', 'request_host'],
    paths: ['uris', 'request_path'],
    strip_path: ['strip_uri', 'strip_request_path'],
  };
  const fieldAt = (field: string): string | undefined => {
    const [head = '', ...rest] = field.split('.');
    const old = OLD[head]?.find((candidate) => candidate in value);
    return old === undefined ? undefined : at([old, ...rest].join('.'));
  };
  const route: Record<string, unknown> = { name };
  if (hosts !== undefined) route.hosts = listOf(hosts);
  if (paths !== undefined) route.paths = listOf(paths);
  if (strip !== undefined) route.strip_path = strip;
  for (const field of ['methods', 'preserve_host']) if (field in value) route[field] = value[field];
  return [
    {
      ...draft,
      value: { ...value, url: value.upstream_url },
      fieldAt: (field) => (field === 'url' ? at('upstream_url') : undefined),
    },
    { ...draft, type: 'route', value: route, scope: { service: name }, fieldAt },
  ];
}

/** Lists of Kong 0.x were texts with commas at times. */
function listOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
}

const PROTOCOLS = new Set(['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss']);
const CONSUMER_FIELDS = new Set([
  'id',
  'username',
  'custom_id',
  'created_at',
  'updated_at',
  'tags',
  'type',
  'groups',
  'username_lower',
  'plugins',
  'consumer_groups',
]);

/** What an object is, by the fields that only its type has (Kong 0.10 to 3.15). */
export function typeOf(value: Readonly<Record<string, unknown>>): EntityType | undefined {
  if ('apiVersion' in value || 'kty' in value || 'openapi' in value || 'swagger' in value) return undefined;
  const has = (...fields: readonly string[]): boolean => fields.every((field) => field in value);
  const owned = has('consumer') || has('consumer_id');
  const stored = has('id') || has('created_at');
  if (has('config', 'name', 'prefix')) return 'vault';
  if (isPlugin(value)) return 'plugin';
  if (has('rsa_public_key', 'key') || (has('algorithm', 'key') && (has('secret') || owned))) return 'jwt-credential';
  if (has('client_id') && (has('redirect_uris') || has('redirect_uri') || has('hash_secret')) && (owned || stored))
    return 'oauth2-credential';
  if (has('username', 'password') && owned) return 'basic-auth-credential';
  if (has('username', 'secret') && owned) return 'hmac-auth-credential';
  if (has('subject_name') && owned) return 'mtls-auth-credential';
  if (has('group') && owned) return 'acl-group';
  if (has('key') && owned) return 'key-auth-credential';
  if (isRoute(value)) return 'route';
  if (isService(value)) return 'service';
  if (has('name') && (has('slots') || has('healthchecks')) && (has('algorithm') || has('hash_on') || has('slots')))
    return 'upstream';
  if (has('target', 'weight') && !has('health')) return 'target';
  if (has('cert_digest', 'cert')) return 'ca-certificate';
  if (has('cert', 'key') && String(value.cert).includes('CERTIFICATE')) return 'certificate';
  if (has('certificate', 'name') && stored) return 'sni';
  if (has('username') || has('custom_id')) {
    const own = Object.keys(value).every((key) => CONSUMER_FIELDS.has(key));
    return own && (stored || has('username', 'custom_id')) ? 'consumer' : undefined;
  }
  if (has('kid') && (has('jwk') || has('pem'))) return 'key';
  return undefined;
}

function isRoute(value: Readonly<Record<string, unknown>>): boolean {
  if (typeof value.expression === 'string' && 'protocols' in value) return true;
  if ('upstream_url' in value || 'uris' in value) return false;
  const lists = ['paths', 'hosts', 'methods', 'snis', 'protocols'].filter((field) => Array.isArray(value[field]));
  const own = [
    'strip_path',
    'preserve_host',
    'regex_priority',
    'path_handling',
    'https_redirect_status_code',
    'service',
  ].filter((field) => field in value);
  return (lists.length > 0 && own.length > 0) || (Array.isArray(value.paths) && lists.length > 1);
}

/** Whether an object is a service (or an API of Kong 0.x): where it leads to, and Kong's other fields. */
function isService(value: Readonly<Record<string, unknown>>): boolean {
  if ('upstream_url' in value)
    return 'name' in value || 'uris' in value || 'request_host' in value || 'request_path' in value;
  if (!('host' in value)) return false;
  const own = ['retries', 'connect_timeout', 'read_timeout', 'write_timeout', 'tls_verify', 'client_certificate'];
  return PROTOCOLS.has(String(value.protocol)) && ('port' in value || own.some((field) => field in value));
}
