// What gateways say of themselves in JSON: root and status answers, data planes, health of upstream targets.
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import { emitSetting } from '../configs/settings.ts';
import type { NodeObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';

/** Reads `GET /` and `GET /status`; false when it is neither. */
export function readNodeStatus(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const version = textOf(value.version);
  if (version !== undefined && ('tagline' in value || 'configuration' in value || 'lua_version' in value)) {
    const configuration = isRecord(value.configuration) ? value.configuration : {};
    const name = textOf(value.hostname);
    reading.emit({
      kind: 'node',
      sighting: document.sightingOf('version'),
      version,
      ...(value.edition === 'community' || value.edition === 'enterprise' ? { edition: value.edition } : {}),
      ...(configuration.database === 'off' ? { role: 'dbless' as const } : {}),
      ...(name === undefined ? {} : { name }),
    });
    for (const [key, setting] of Object.entries(configuration)) {
      if (typeof setting === 'string' || typeof setting === 'number' || typeof setting === 'boolean')
        emitSetting(key, String(setting), 'admin-api', document.sightingOf(`configuration.${key}`), reading);
    }
    return true;
  }
  const database = value.database;
  if (!isRecord(database) || typeof database.reachable !== 'boolean') return false;
  const hash = textOf(value.configuration_hash);
  reading.emit({
    kind: 'node',
    sighting: document.sightingOf('database.reachable'),
    databaseReachable: database.reachable,
    ...(hash === undefined ? {} : { configHash: hash }),
  });
  return true;
}

/** Reads `/clustering/data-planes` and the older `/clustering/status`; false when it is neither. */
export function readDataPlanes(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const list = Array.isArray(value.data)
    ? value.data.map((item, at) => [`data.${at}`, item] as const)
    : Object.entries(value);
  const planes = list.filter(([, item]) => isRecord(item) && 'config_hash' in item);
  if (planes.length === 0) return false;
  for (const [path, item] of planes) {
    if (!isRecord(item)) continue;
    reading.emit({
      kind: 'node',
      role: 'data_plane',
      sighting: document.sightingOf(`${path}.config_hash`),
      ...planeOf(item),
    });
  }
  return true;
}

function planeOf(item: Readonly<Record<string, unknown>>): Partial<NodeObservation> {
  const name = textOf(item.hostname) ?? textOf(item.id);
  const version = textOf(item.version);
  const hash = textOf(item.config_hash);
  const seen = typeof item.last_seen === 'number' ? item.last_seen : undefined;
  const sync = textOf(item.sync_status);
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(hash === undefined ? {} : { configHash: hash }),
    ...(seen === undefined ? {} : { lastSeen: seen }),
    ...(sync === undefined ? {} : { syncStatus: sync }),
  };
}

const HEALTH: Readonly<Record<string, 'healthy' | 'unhealthy' | 'dns_error' | 'healthchecks_off'>> = {
  HEALTHY: 'healthy',
  UNHEALTHY: 'unhealthy',
  DNS_ERROR: 'dns_error',
  HEALTHCHECKS_OFF: 'healthchecks_off',
};

/** Reads the health answer of an upstream; false when it is none. */
export function readUpstreamHealth(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value) || !Array.isArray(value.data)) return false;
  let found = false;
  for (const [at, item] of value.data.entries()) {
    if (!isRecord(item)) continue;
    const health = HEALTH[textOf(item.health) ?? ''];
    const target = textOf(item.target);
    if (health === undefined || target === undefined) continue;
    found = true;
    reading.emit({ kind: 'target-health', sighting: document.sightingOf(`data.${at}.health`), target, health });
  }
  return found;
}
