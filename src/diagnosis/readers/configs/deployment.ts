// Settings inside deployments: compose environments, Helm values, env lists of Kubernetes containers.
import type { Reading } from '../reader.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import { emitSetting } from './settings.ts';

/** kong.conf names that Helm's `env:` block commonly holds; one of them tells that the block is Kong's. */
const CONF_NAMES = new Set([
  'database',
  'proxy_listen',
  'admin_listen',
  'trusted_ips',
  'real_ip_header',
  'pg_host',
  'log_level',
  'plugins',
  'role',
  'nginx_worker_processes',
  'headers',
  'declarative_config',
  'router_flavor',
  'lua_ssl_trusted_certificate',
  'untrusted_lua',
  'ssl_cert',
  'cluster_control_plane',
  'nginx_proxy_large_client_header_buffers',
  'nginx_http_large_client_header_buffers',
  'prefix',
]);

/** Reads any KONG_* variable in a structured document (compose map or list, env name/value); false when there is none. */
export function readEnvironmentList(document: StructuredDocument, reading: Reading): boolean {
  let found = 0;
  const walk = (value: unknown, path: string, depth: number): void => {
    if (depth > 14 || found > 500) return;
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) {
        const inner = path === '' ? String(at) : `${path}.${at}`;
        if (typeof item === 'string') {
          const equals = item.indexOf('=');
          if (item.startsWith('KONG_') && equals > 0) take(item.slice(0, equals), item.slice(equals + 1), inner);
        } else if (isRecord(item) && typeof item['name'] === 'string' && item['name'].startsWith('KONG_')) {
          take(item['name'], textOf(item['value']) ?? '', inner);
        } else walk(item, inner, depth + 1);
      }
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        const inner = path === '' ? key : `${path}.${key}`;
        if (key.startsWith('KONG_') && !isRecord(item)) take(key, String(item ?? ''), inner);
        else walk(item, inner, depth + 1);
      }
    }
  };
  const take = (name: string, value: string, path: string): void => {
    found++;
    emitSetting(name.slice(5).toLowerCase(), value, 'compose', document.sightingOf(path), reading);
  };
  walk(document.value, '', 0);
  return found > 0;
}

/** Reads Helm values: an `env:` block with kong.conf names. False when there is none. */
export function readHelmValues(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  let found = 0;
  const visit = (node: unknown, path: string, depth: number): void => {
    if (!isRecord(node) || depth > 6) return;
    for (const [key, item] of Object.entries(node)) {
      const inner = path === '' ? key : `${path}.${key}`;
      if (key === 'env' && isRecord(item) && Object.keys(item).some((name) => CONF_NAMES.has(name))) {
        for (const [name, setting] of Object.entries(item)) {
          if (isRecord(setting)) continue;
          found++;
          emitSetting(name, String(setting ?? ''), 'helm-values', document.sightingOf(`${inner}.${name}`), reading);
        }
      } else visit(item, inner, depth + 1);
    }
  };
  visit(value, '', 0);
  return found > 0;
}
