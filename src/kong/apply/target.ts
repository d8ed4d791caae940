// The live entity that a change is about, found by id, or by name and scope.
import type { Change, EntityChange, FieldValue, PluginChange } from '../../diagnosis/remedies/change.ts';
import { path } from '../path.ts';
import { type GatewayReading, livePlugin } from '../read.ts';

type Raw = Readonly<Record<string, unknown>>;
type Body = Readonly<Record<string, FieldValue>>;

/** What is to be written where. */
export interface Target {
  readonly how: 'create' | 'update' | 'delete';
  readonly collection: string;
  /** The entity as it is; undefined for a creation. */
  readonly entity: Raw | undefined;
  readonly body: Body;
  readonly subject: string;
}

const COLLECTIONS: Readonly<Record<EntityChange['on'], string>> = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  upstream: 'upstreams',
  certificate: 'certificates',
  'ca-certificate': 'ca_certificates',
};
const SCOPES = ['route', 'service', 'consumer'] as const;

/**
 * The target of a change.
 * @returns a sentence when the bot does not make such a change
 * @throws KongauthError `kong-...` when the gateway cannot be read
 */
export async function targetOf(reading: GatewayReading, change: Change): Promise<Target | string> {
  switch (change.on) {
    case 'plugin':
      return change.how === 'create' ? await newPlugin(reading, change) : await presentPlugin(reading, change);
    case 'service':
    case 'route':
    case 'upstream': {
      if (change.how !== 'update') return 'Only fields of what exists are changed from here; use the snippet.';
      const collection = COLLECTIONS[change.on];
      const entity = await reading.entity(collection, change.nameOrId);
      return { how: 'update', collection, entity, body: change.fields, subject: `the ${change.on} ${nameOf(entity)}` };
    }
    case 'credential':
      return 'Credentials hold secrets, which are never written from here; use the snippet.';
    case 'consumer':
    case 'certificate':
    case 'ca-certificate':
    case 'target':
      return `A ${change.on === 'target' ? 'target of an upstream' : change.on} is not changed from here; use the snippet.`;
    case 'setting':
      return 'That is a setting of the nodes (kong.conf or environment), which the Admin API cannot change; use the snippet.';
    case 'node':
      return 'That is a call on one node, not a change of its configuration; use the snippet.';
  }
}

async function presentPlugin(reading: GatewayReading, change: PluginChange): Promise<Target | string> {
  const found = await pluginsMeant(reading, change);
  const [entity, ...others] = found;
  if (entity === undefined) return `No plugin ${change.plugin} is there ${whereOf(change)}; look with inspect.`;
  if (others.length > 0)
    return `There are ${found.length} plugins ${change.plugin} that this could mean; check the live gateway first, so that the fix has an id.`;
  return {
    how: change.how,
    collection: 'plugins',
    entity,
    body: change.how === 'delete' ? {} : bodyOf(change),
    subject: await subjectOf(reading, change.plugin, entity),
  };
}

async function pluginsMeant(reading: GatewayReading, change: PluginChange): Promise<readonly Raw[]> {
  if (change.id !== undefined) {
    const entity = await reading.ifThere(reading.entity('plugins', change.id));
    return entity?.name === change.plugin ? [entity] : [];
  }
  const scope = await idsOf(reading, change.scope);
  if (scope === undefined) return [];
  const all = await reading.list(path('plugins'));
  return all.filter((raw) => {
    if (raw.name !== change.plugin) return false;
    const attached = livePlugin(raw, {}).scope;
    return SCOPES.every((kind) => attached[kind] === scope[kind]) && attached.consumerGroup === undefined;
  });
}

async function newPlugin(reading: GatewayReading, change: PluginChange): Promise<Target | string> {
  const scope = await idsOf(reading, change.scope);
  if (scope === undefined) return `What the plugin would be attached to is not there ${whereOf(change)}.`;
  const attached = Object.fromEntries(Object.entries(scope).map(([kind, id]) => [kind, { id }]));
  const body = { name: change.plugin, ...bodyOf(change), ...attached };
  return {
    how: 'create',
    collection: 'plugins',
    entity: undefined,
    body,
    subject: `a new plugin ${change.plugin} ${whereOf(change)}`,
  };
}

function bodyOf(change: PluginChange): Body {
  return {
    ...(Object.keys(change.config).length > 0 ? { config: change.config } : {}),
    ...(change.enabled === undefined ? {} : { enabled: change.enabled }),
    ...(change.protocols === undefined ? {} : { protocols: change.protocols }),
    ...(change.instanceName === undefined ? {} : { instance_name: change.instanceName }),
  };
}

/** Names become ids; undefined when one of them is not there. */
async function idsOf(
  reading: GatewayReading,
  scope: PluginChange['scope'],
): Promise<PluginChange['scope'] | undefined> {
  const ids: { route?: string; service?: string; consumer?: string } = {};
  for (const kind of SCOPES) {
    const name = scope[kind];
    if (name === undefined) continue;
    const entity = await reading.ifThere(reading.entity(COLLECTIONS[kind], name));
    if (typeof entity?.id !== 'string') return undefined;
    ids[kind] = entity.id;
  }
  return ids;
}

function whereOf({ scope }: PluginChange): string {
  const parts = SCOPES.flatMap((kind) => (scope[kind] === undefined ? [] : [`the ${kind} ${scope[kind]}`]));
  return parts.length === 0 ? 'for every request' : `on ${parts.join(' and ')}`;
}

async function subjectOf(reading: GatewayReading, plugin: string, entity: Raw): Promise<string> {
  const { scope } = livePlugin(entity, {});
  const parts: string[] = [];
  for (const kind of SCOPES) {
    const id = scope[kind];
    if (id === undefined) continue;
    const owner = await reading.ifTold(reading.ifThere(reading.entity(COLLECTIONS[kind], id)));
    parts.push(`the ${kind} ${owner === undefined ? id : nameOf(owner)}`);
  }
  return `the plugin ${plugin} ${parts.length === 0 ? 'for every request' : `on ${parts.join(' and ')}`}`;
}

function nameOf(entity: Raw): string {
  return String(entity.name ?? entity.username ?? entity.id ?? '');
}
