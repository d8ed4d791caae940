// The live entity that a change is about, found by id, or by name and scope.
import { randomUUID } from 'node:crypto';
import type { Change, EntityChange, FieldValue, PluginChange, TargetChange } from '../../diagnosis/remedies/change.ts';
import { path } from '../path.ts';
import { type GatewayReading, livePlugin } from '../read.ts';

type Raw = Readonly<Record<string, unknown>>;
type Body = Readonly<Record<string, FieldValue>>;

/** What is to be written where. */
export interface Target {
  readonly how: 'create' | 'update' | 'delete';
  /** `plugins`, or below its owner: `upstreams/ID/targets`. */
  readonly collection: string;
  /** The entity as it is; undefined for a creation. */
  readonly entity: Raw | undefined;
  readonly body: Body;
  readonly subject: string;
  /** What a new plugin is attached to, or whose part the entity is: whoever owns that owns this. */
  readonly owners: readonly { readonly called: string; readonly entity: Raw }[];
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
      return {
        how: 'update',
        collection,
        entity,
        body: change.fields,
        subject: `the ${change.on} ${nameOf(entity)}`,
        owners: [],
      };
    }
    case 'target':
      return await targetOfUpstream(reading, change);
    case 'credential':
      return 'Credentials hold secrets, which are never written from here; use the snippet.';
    case 'consumer':
    case 'certificate':
    case 'ca-certificate':
      return `A ${change.on} is not changed from here; use the snippet.`;
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
    owners: [],
  };
}

async function pluginsMeant(reading: GatewayReading, change: PluginChange): Promise<readonly Raw[]> {
  if (change.id !== undefined) {
    const entity = await reading.ifThere(reading.entity('plugins', change.id));
    return entity?.name === change.plugin ? [entity] : [];
  }
  const scope = idsOf(await scopeOf(reading, change.scope));
  if (scope === undefined) return [];
  const all = await reading.list(path('plugins'));
  return all.filter((raw) => {
    if (raw.name !== change.plugin) return false;
    const attached = livePlugin(raw, {}).scope;
    return SCOPES.every((kind) => attached[kind] === scope[kind]) && attached.consumerGroup === undefined;
  });
}

async function newPlugin(reading: GatewayReading, change: PluginChange): Promise<Target | string> {
  const scope = await scopeOf(reading, change.scope);
  const ids = idsOf(scope);
  if (scope === undefined || ids === undefined)
    return `What the plugin would be attached to is not there (${whereOf(change)}).`;
  if ((await pluginsMeant(reading, { ...change, scope: ids })).length > 0)
    return `There is a plugin ${change.plugin} ${whereOf(change)} already; look at it with inspect.`;
  const attached = Object.fromEntries(Object.entries(ids).map(([kind, id]) => [kind, { id }]));
  return {
    how: 'create',
    collection: 'plugins',
    entity: undefined,
    // With an id of ours it is found again when Kong's answer is lost.
    body: { id: randomUUID(), name: change.plugin, ...bodyOf(change), ...attached },
    subject: `a new plugin ${change.plugin} ${whereOf(change)}`,
    owners: [...scope].map(([kind, entity]) => ({ called: `the ${kind} ${nameOf(entity)}`, entity })),
  };
}

async function targetOfUpstream(reading: GatewayReading, change: TargetChange): Promise<Target | string> {
  if (change.how !== 'update') return 'Only fields of what exists are changed from here; use the snippet.';
  const upstream = await reading.entity(COLLECTIONS.upstream, change.upstream);
  const id = String(upstream.id);
  const all = await reading.list(path('upstreams', id, 'targets'));
  const [entity, ...others] = all.filter((one) => one.target === change.target || one.id === change.target);
  if (entity === undefined)
    return `The upstream ${nameOf(upstream)} has no target ${change.target}; look with inspect.`;
  if (others.length > 0) return `The upstream ${nameOf(upstream)} has that target more than once; use the snippet.`;
  return {
    how: 'update',
    collection: `upstreams/${id}/targets`,
    entity,
    body: change.fields,
    subject: `the target ${String(entity.target)} of the upstream ${nameOf(upstream)}`,
    owners: [{ called: `the upstream ${nameOf(upstream)}`, entity: upstream }],
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

/** What a plugin is attached to, read by name or id; undefined when one of them is not there. */
async function scopeOf(
  reading: GatewayReading,
  scope: PluginChange['scope'],
): Promise<ReadonlyMap<(typeof SCOPES)[number], Raw> | undefined> {
  const entities = new Map<(typeof SCOPES)[number], Raw>();
  for (const kind of SCOPES) {
    const name = scope[kind];
    if (name === undefined) continue;
    const entity = await reading.ifThere(reading.entity(COLLECTIONS[kind], name));
    if (typeof entity?.id !== 'string') return undefined;
    entities.set(kind, entity);
  }
  return entities;
}

function idsOf(scope: ReadonlyMap<string, Raw> | undefined): PluginChange['scope'] | undefined {
  return scope === undefined
    ? undefined
    : Object.fromEntries([...scope].map(([kind, entity]) => [kind, String(entity.id)]));
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
