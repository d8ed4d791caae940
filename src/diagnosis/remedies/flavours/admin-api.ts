// A change as curl calls of the Admin API (Kong 2.x to 3.15).
import type { Change, CredentialChange, EntityChange, FieldValue, PluginChange } from '../change.ts';
import { pathSegment, shellWord } from './shell.ts';

const BASE = 'http://localhost:8001';
const PATHS: Readonly<Record<EntityChange['on'], string>> = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  upstream: 'upstreams',
  target: 'targets',
  certificate: 'certificates',
  'ca-certificate': 'ca_certificates',
};

function call(method: string, path: string, body?: Readonly<Record<string, FieldValue>>): string {
  const url = shellWord(`${BASE}${path}`);
  if (body === undefined) return method === 'GET' ? `curl -s ${url}` : `curl -s -X ${method} ${url}`;
  return `curl -s -X ${method} ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellWord(JSON.stringify(body))}`;
}

/** The collection that a plugin of this scope is created in and listed from. */
function pluginPath(change: PluginChange): string {
  const { route, service, consumer } = change.scope;
  if (route !== undefined) return `/routes/${pathSegment(route)}/plugins`;
  if (service !== undefined) return `/services/${pathSegment(service)}/plugins`;
  if (consumer !== undefined) return `/consumers/${pathSegment(consumer)}/plugins`;
  return '/plugins';
}

function plugin(change: PluginChange): string {
  const body: Record<string, FieldValue> = {};
  if (Object.keys(change.config).length > 0) body.config = change.config;
  if (change.enabled !== undefined) body.enabled = change.enabled;
  if (change.how === 'create') return call('POST', pluginPath(change), { name: change.plugin, ...body });
  const id = change.id ?? '<PLUGIN_ID>';
  const find = change.id === undefined ? `# the plugin's id:\n${call('GET', pluginPath(change))}\n` : '';
  return (
    find +
    (change.how === 'delete'
      ? call('DELETE', `/plugins/${pathSegment(id)}`)
      : call('PATCH', `/plugins/${pathSegment(id)}`, body))
  );
}

function entity(change: EntityChange): string {
  const path = `/${PATHS[change.on]}`;
  if (change.how === 'create') return call('POST', path, change.fields);
  const one = `${path}/${pathSegment(change.nameOrId)}`;
  return change.how === 'delete' ? call('DELETE', one) : call('PATCH', one, change.fields);
}

function credential(change: CredentialChange): string {
  const path = `/consumers/${pathSegment(change.consumer)}/${change.type}`;
  if (change.how === 'create') return call('POST', path, change.fields);
  const one = `${path}/${pathSegment(change.id ?? '<CREDENTIAL_ID>')}`;
  return change.how === 'delete' ? call('DELETE', one) : call('PATCH', one, change.fields);
}

/** The calls, or undefined for node settings, which the Admin API cannot change. */
export function adminApiSnippet(change: Change): string | undefined {
  switch (change.on) {
    case 'plugin':
      return plugin(change);
    case 'credential':
      return credential(change);
    case 'setting':
      return undefined;
    case 'node':
      return call(change.method, change.path);
    default:
      return entity(change);
  }
}
