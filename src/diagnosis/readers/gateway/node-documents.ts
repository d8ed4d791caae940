// What gateways say of themselves in JSON: root and status answers, data planes, health of upstream targets.
import { isConfName } from '../configs/conf-names.ts';
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import { emitSetting } from '../configs/settings.ts';
import type { NodeObservation, TargetHealthObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Reads `GET /` and `GET /status`; false when it is neither. */
export function readNodeStatus(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const version = textOf(value.version);
  if (version !== undefined && ('tagline' in value || 'lua_version' in value || isKongConfiguration(value)))
    return readRoot(value, version, document, reading);
  const database = value.database;
  const hash = textOf(value.configuration_hash);
  if (!isRecord(database) || typeof database.reachable !== 'boolean') {
    if (hash === undefined || !('server' in value || 'memory' in value)) return false;
    reading.emit({ kind: 'node', sighting: document.sightingOf('configuration_hash'), configHash: hash });
    return true;
  }
  reading.emit({
    kind: 'node',
    sighting: document.sightingOf(
      hash !== undefined && database.reachable ? 'configuration_hash' : 'database.reachable',
    ),
    databaseReachable: database.reachable,
    ...(hash === undefined ? {} : { configHash: hash }),
  });
  return true;
}

/** Other programs have a version and a configuration too; only Kong's is of kong.conf's names. */
function isKongConfiguration({ configuration }: Readonly<Record<string, unknown>>): boolean {
  return (
    isRecord(configuration) &&
    ['proxy_listen', 'proxy_listeners', 'nginx_conf', 'loaded_plugins'].some((name) => name in configuration)
  );
}

function readRoot(
  value: Readonly<Record<string, unknown>>,
  version: string,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const configuration = isRecord(value.configuration) ? value.configuration : {};
  const name = textOf(value.hostname);
  const edition =
    value.edition === 'community' || value.edition === 'enterprise'
      ? value.edition
      : version.includes('enterprise')
        ? 'enterprise'
        : undefined;
  const role = roleOf(configuration);
  reading.emit({
    kind: 'node',
    sighting: document.sightingOf('version'),
    version,
    ...(edition === undefined ? {} : { edition }),
    ...(role === undefined ? {} : { role }),
    ...(name === undefined ? {} : { name }),
  });
  for (const [key, given] of Object.entries(configuration)) {
    const text = settingText(given);
    if (text !== undefined && isConfName(key))
      emitSetting(key, text, 'admin-api', document.sightingOf(`configuration.${key}`), reading);
  }
  emitPlugins(value.plugins, document, reading);
  return true;
}

function roleOf(configuration: Readonly<Record<string, unknown>>): NodeObservation['role'] {
  const { role, database } = configuration;
  if (role === 'control_plane' || role === 'data_plane') return role;
  if (database === 'off') return 'dbless';
  return role === 'traditional' ? role : undefined;
}

/** A setting as kong.conf would write it; nothing for derived values and unset ones. */
function settingText(given: unknown): string | undefined {
  if (typeof given === 'string' || typeof given === 'number') return String(given);
  if (typeof given === 'boolean') return given ? 'on' : 'off';
  const plain = Array.isArray(given) && given.length > 0 && given.every((item) => typeof item === 'string');
  return plain ? given.join(', ') : undefined;
}

/** Which plugins the node has and which are in use somewhere. */
function emitPlugins(plugins: unknown, document: StructuredDocument, reading: Reading): void {
  if (!isRecord(plugins)) return;
  const names = (list: unknown): readonly string[] =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string') : isRecord(list) ? Object.keys(list) : [];
  const available = names(plugins.available_on_server);
  const enabled = names(plugins.enabled_in_cluster);
  if (available.length === 0 && enabled.length === 0) return;
  reading.emit({
    kind: 'entity',
    type: 'gateway-info',
    notation: 'admin-api',
    sighting: document.sightingOf('plugins.available_on_server'),
    fields: { available_plugins: available, enabled_plugins: enabled },
    scope: {},
    lines: {
      available_plugins: document.sightingOf('plugins.available_on_server'),
      enabled_plugins: document.sightingOf('plugins.enabled_in_cluster'),
    },
  });
}

/** Reads `/clustering/data-planes`, the older `/clustering/status` and Konnect's nodes; false when it is none. */
export function readDataPlanes(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const listed = Array.isArray(value.data)
    ? ['data', value.data]
    : Array.isArray(value.items)
      ? ['items', value.items]
      : undefined;
  const list: readonly (readonly [string, unknown])[] =
    listed === undefined
      ? Object.entries(value).filter(([id]) => /^[0-9a-f]{8}-[0-9a-f-]{20,40}$/i.test(id))
      : (listed[1] as readonly unknown[]).map((item, at) => [`${String(listed[0])}.${at}`, item] as const);
  const planes = list.filter(([, item]) => isRecord(item) && 'config_hash' in item);
  if (planes.length === 0) return readOnePlane(value, document, reading);
  for (const [path, item] of planes) {
    if (!isRecord(item)) continue;
    const sighting = document.sightingOf(`${path}.config_hash`);
    reading.emit({ kind: 'node', role: 'data_plane', sighting, ...planeOf(item) });
  }
  return true;
}

function readOnePlane(
  value: Readonly<Record<string, unknown>>,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  if (!('config_hash' in value) || !('hostname' in value)) return false;
  const sighting = document.sightingOf('config_hash');
  reading.emit({ kind: 'node', role: 'data_plane', sighting, ...planeOf(value) });
  return true;
}

function planeOf(item: Readonly<Record<string, unknown>>): Partial<NodeObservation> {
  const name = textOf(item.hostname) ?? textOf(item.id);
  const version = textOf(item.version);
  const hash = textOf(item.config_hash);
  // Konnect calls it last_ping; both are seconds since 1970.
  const seen = [item.last_seen, item.last_ping].find((at) => typeof at === 'number');
  const state = isRecord(item.compatibility_status) ? textOf(item.compatibility_status.state) : undefined;
  const sync = textOf(item.sync_status) ?? state;
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(hash === undefined ? {} : { configHash: hash }),
    ...(typeof seen === 'number' ? { lastSeen: seen } : {}),
    ...(sync === undefined ? {} : { syncStatus: sync }),
  };
}

const HEALTH: Readonly<Record<string, TargetHealthObservation['health']>> = {
  HEALTHY: 'healthy',
  UNHEALTHY: 'unhealthy',
  DNS_ERROR: 'dns_error',
  HEALTHCHECKS_OFF: 'healthchecks_off',
};

/** Reads the health answer of an upstream, by target or of the whole balancer; false when it is none. */
export function readUpstreamHealth(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  if (isRecord(value.data)) return readBalancerHealth(value.data, document, reading);
  if (!Array.isArray(value.data)) return false;
  let found = false;
  for (const [at, item] of value.data.entries()) {
    if (!isRecord(item)) continue;
    const health = HEALTH[(textOf(item.health) ?? '').toUpperCase()];
    const target = textOf(item.target);
    if (health === undefined || target === undefined) continue;
    found = true;
    const upstream = isRecord(item.upstream) ? (textOf(item.upstream.name) ?? textOf(item.upstream.id)) : undefined;
    const named = upstream === undefined ? {} : { upstream };
    reading.emit({
      kind: 'target-health',
      sighting: document.sightingOf(`data.${at}.health`),
      target,
      health,
      ...named,
    });
    const addresses = isRecord(item.data) && Array.isArray(item.data.addresses) ? item.data.addresses : [];
    for (const [index, address] of addresses.entries()) {
      if (!isRecord(address)) continue;
      // Logs name the address, not the target's host name.
      const name = addressOf(address);
      const own = HEALTH[(textOf(address.health) ?? '').toUpperCase()];
      if (name === undefined || name === target || own === undefined) continue;
      const sighting = document.sightingOf(`data.${at}.data.addresses.${index}.health`);
      reading.emit({ kind: 'target-health', sighting, target: name, health: own, ...named });
    }
  }
  return found;
}

/** `?balancer_health=1`: hosts and their addresses with `healthy`. */
function readBalancerHealth(
  data: Readonly<Record<string, unknown>>,
  document: StructuredDocument,
  reading: Reading,
): boolean {
  const { details } = data;
  if (!('balancer_health' in data) || !isRecord(details) || !Array.isArray(details.hosts)) return false;
  const upstream = textOf(data.name) ?? textOf(data.id);
  for (const [at, host] of details.hosts.entries()) {
    if (!isRecord(host) || !Array.isArray(host.addresses)) continue;
    for (const [index, address] of host.addresses.entries()) {
      const target = isRecord(address) ? addressOf(address) : undefined;
      if (!isRecord(address) || target === undefined || typeof address.healthy !== 'boolean') continue;
      reading.emit({
        kind: 'target-health',
        sighting: document.sightingOf(`data.details.hosts.${at}.addresses.${index}.healthy`),
        target,
        health: address.healthy ? 'healthy' : 'unhealthy',
        ...(upstream === undefined ? {} : { upstream }),
      });
    }
  }
  return true;
}

function addressOf(address: Readonly<Record<string, unknown>>): string | undefined {
  const ip = textOf(address.ip);
  return ip === undefined
    ? undefined
    : `${ip.includes(':') && !ip.startsWith('[') ? `[${ip}]` : ip}:${String(address.port)}`;
}
