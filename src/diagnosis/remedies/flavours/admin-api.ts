// A change as curl calls of the Admin API (Kong 2.x to 3.15).
import type { Change, CredentialChange, EntityChange, FieldValue, PluginChange, TargetChange } from '../change.ts';
import { commentLine, pathSegment, shellWord } from './shell.ts';

/** Where a node's Admin API listens unless the paste shows another address. */
export const LOCAL_ADMIN_API = 'http://localhost:8001';

const PATHS: Readonly<Record<EntityChange['on'], string>> = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  upstream: 'upstreams',
  certificate: 'certificates',
  'ca-certificate': 'ca_certificates',
};

type Body = Readonly<Record<string, FieldValue>>;
type Call = (method: string, path: string, body?: Body) => string;

function callsOf(adminUrl: string): Call {
  return (method, path, body) => {
    const url = shellWord(`${adminUrl}${path}`);
    if (body === undefined) return method === 'GET' ? `curl -s ${url}` : `curl -s -X ${method} ${url}`;
    return `curl -s -X ${method} ${url} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellWord(JSON.stringify(body))}`;
  };
}

/** The collection that a plugin of this scope is created in and listed from. */
function pluginPath(change: PluginChange): string {
  const { route, service, consumer } = change.scope;
  if (route !== undefined) return `/routes/${pathSegment(route)}/plugins`;
  if (service !== undefined) return `/services/${pathSegment(service)}/plugins`;
  if (consumer !== undefined) return `/consumers/${pathSegment(consumer)}/plugins`;
  return '/plugins';
}

function plugin(change: PluginChange, call: Call): string {
  const body: Body = {
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
    ...(change.protocols === undefined ? {} : { protocols: change.protocols }),
    ...(change.instanceName === undefined ? {} : { instance_name: change.instanceName }),
  };
  if (change.how === 'create') return call('POST', pluginPath(change), { name: change.plugin, ...body });
  const one = `/plugins/${pathSegment(change.id ?? '<PLUGIN_ID>')}`;
  const find =
    change.id === undefined
      ? `${commentLine(`id of the ${change.plugin} plugin (in /plugins when it is on another scope):`)}\n${call('GET', pluginPath(change))}\n`
      : '';
  return find + (change.how === 'delete' ? call('DELETE', one) : call('PATCH', one, body));
}

/** A child or an entity of its own: create in the collection, change or delete by name. */
function written(
  change: EntityChange | TargetChange | CredentialChange,
  collection: string,
  name: string,
  call: Call,
): string {
  if (change.how === 'create') return call('POST', collection, change.fields);
  const one = `${collection}/${pathSegment(name)}`;
  return change.how === 'delete' ? call('DELETE', one) : call('PATCH', one, change.fields);
}

function credential(change: CredentialChange, call: Call): string {
  const collection = `/consumers/${pathSegment(change.consumer)}/${change.type}`;
  const find =
    change.how !== 'create' && change.id === undefined
      ? `${commentLine('id of the credential:')}\n${call('GET', collection)}\n`
      : '';
  return find + written(change, collection, change.id ?? '<CREDENTIAL_ID>', call);
}

/** The calls, or undefined for node settings, which the Admin API cannot change. */
export function adminApiSnippet(change: Change, adminUrl: string = LOCAL_ADMIN_API): string | undefined {
  const call = callsOf(adminUrl);
  switch (change.on) {
    case 'plugin':
      return plugin(change, call);
    case 'credential':
      return credential(change, call);
    case 'setting':
      return undefined;
    case 'node':
      return call(change.method, change.path);
    case 'target':
      return written(change, `/upstreams/${pathSegment(change.upstream)}/targets`, change.target, call);
    default:
      return written(change, `/${PATHS[change.on]}`, change.nameOrId, call);
  }
}
