// A snapshot by name and place: which plugins run on which route, what they are called, and what their fields say.
import { AUTH_PLUGINS, defaultOf, oldNamesOf } from '../diagnosis/facts/plugin-defaults.ts';
import { parseVersion } from '../diagnosis/versions.ts';
import { executionAt } from '../kong/execution.ts';
import type { LivePlugin } from '../kong/read.ts';
import type { GatewaySnapshot, RawEntity } from '../kong/snapshot.ts';
import type { Subject } from './check.ts';

/** A value of a plugin's config: given, or the default of the running version where we know it. */
export interface FieldValue {
  readonly from: 'given' | 'default' | 'unknown';
  readonly value: unknown;
}

/** The requests of one route. */
export interface Spot {
  readonly route: RawEntity;
  readonly service: RawEntity | undefined;
  /** In execution order. */
  readonly running: readonly LivePlugin[];
  /** Those of them that authenticate; session is none. */
  readonly authenticating: readonly LivePlugin[];
}

/** How the node keeps what it generates. */
export type Deployment = 'database' | 'db-less' | 'hybrid' | 'unknown';

const AUTHENTICATING = new Set(AUTH_PLUGINS.filter((name) => name !== 'session'));
const known = new WeakMap<GatewaySnapshot, GatewayMap>();

/** The map of a snapshot; all checks share one. */
export function mapOf(gateway: GatewaySnapshot): GatewayMap {
  const before = known.get(gateway);
  if (before !== undefined) return before;
  const map = new GatewayMap(gateway);
  known.set(gateway, map);
  return map;
}

/** Whether a plugin establishes who calls. */
export function authenticates(plugin: string): boolean {
  return AUTHENTICATING.has(plugin);
}

/** The id that a reference field (`service: { id }`) holds. */
export function referenced(entity: RawEntity, field: string): string | undefined {
  const reference = entity[field];
  if (typeof reference !== 'object' || reference === null || !('id' in reference)) return undefined;
  return typeof reference.id === 'string' ? reference.id : undefined;
}

/** A field's texts: of a list, or the one. */
export function textsIn(value: unknown): readonly string[] {
  return [value].flat().filter((item): item is string => typeof item === 'string');
}

/** Whether a value comes from a vault or the environment, which the Admin API does not resolve. */
export function isReference(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('{vault://');
}

export class GatewayMap {
  readonly version: readonly number[] | undefined;
  readonly deployment: Deployment;
  private readonly gateway: GatewaySnapshot;
  private readonly byId = new Map<string, RawEntity>();
  private readonly everywhere: LivePlugin[] = [];
  private readonly attached = new Map<string, LivePlugin[]>();
  private readonly consumers = new Map<string, RawEntity>();
  private spotsMade: readonly Spot[] | undefined;
  private byPlugin: Map<LivePlugin, Spot[]> | undefined;

  constructor(gateway: GatewaySnapshot) {
    this.gateway = gateway;
    this.version = parseVersion(gateway.root.version ?? '');
    this.deployment = deploymentOf(gateway);
    for (const list of [gateway.services, gateway.routes, gateway.consumers])
      for (const entity of list) if (typeof entity.id === 'string') this.byId.set(entity.id, entity);
    for (const plugin of gateway.plugins) {
      const at = plugin.scope.route ?? plugin.scope.service;
      if (at === undefined) this.everywhere.push(plugin);
      else listAt(this.attached, at).push(plugin);
    }
    for (const consumer of gateway.consumers) {
      if (typeof consumer.username === 'string') this.consumers.set(consumer.username, consumer);
      if (typeof consumer.id === 'string') this.consumers.set(consumer.id, consumer);
    }
  }

  /** Enabled plugins of these names. */
  pluginsNamed(...names: readonly string[]): readonly LivePlugin[] {
    return this.gateway.plugins.filter(({ name, enabled }) => enabled && names.includes(name));
  }

  /** Every route with what runs on it. */
  spots(): readonly Spot[] {
    this.spotsMade ??= this.gateway.routes.map((route) => this.spotOf(route));
    return this.spotsMade;
  }

  /** The routes on which this very instance runs. */
  spotsOf(plugin: LivePlugin): readonly Spot[] {
    if (this.byPlugin === undefined) {
      this.byPlugin = new Map();
      for (const spot of this.spots()) for (const running of spot.running) listAt(this.byPlugin, running).push(spot);
    }
    return this.byPlugin.get(plugin) ?? [];
  }

  entity(id: string | undefined): RawEntity | undefined {
    return id === undefined ? undefined : this.byId.get(id);
  }

  /** A consumer by id or username, as `anonymous` names it. */
  consumerNamed(name: string): RawEntity | undefined {
    return this.consumers.get(name);
  }

  field(plugin: LivePlugin, field: string): FieldValue {
    const { config } = plugin.raw;
    const given =
      valueAt(config, field) ??
      oldNamesOf(plugin.name, field)
        .map((name) => valueAt(config, name))
        .find((value) => value != null);
    if (given !== undefined && given !== null) return { from: 'given', value: given };
    const { known, value } = defaultOf(plugin.name, field, this.version);
    return known ? { from: 'default', value } : { from: 'unknown', value: undefined };
  }

  /** `the route orders`, `every request`. */
  whereOf({ scope }: LivePlugin): string {
    const parts = (['route', 'service', 'consumer'] as const).flatMap((kind) => {
      const id = scope[kind];
      return id === undefined ? [] : [`the ${kind} ${nameOf(this.byId.get(id), id)}`];
    });
    if (scope.consumerGroup !== undefined) parts.push(`the consumer group ${scope.consumerGroup}`);
    return parts.length === 0 ? 'every request' : parts.join(' and ');
  }

  subjectOf(plugin: LivePlugin): Subject {
    const name = `${plugin.name} on ${this.whereOf(plugin)}`;
    return { type: 'plugin', name, ...(plugin.id === undefined ? {} : { id: plugin.id }) };
  }

  private spotOf(route: RawEntity): Spot {
    const service = referenced(route, 'service');
    const id = String(route.id ?? '');
    const candidates = [
      ...this.everywhere,
      ...(this.attached.get(id) ?? []),
      ...(service === undefined ? [] : (this.attached.get(service) ?? [])),
    ];
    const { running } = executionAt(candidates, { route: id, ...(service === undefined ? {} : { service }) });
    return {
      route,
      service: this.entity(service),
      running,
      authenticating: running.filter(({ name }) => AUTHENTICATING.has(name)),
    };
  }
}

/** The list at a key, begun where there is none. */
export function listAt<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

/** The name that people know an entity by. */
export function nameOf(entity: RawEntity | undefined, id = ''): string {
  for (const field of ['name', 'username', 'custom_id', 'id'])
    if (typeof entity?.[field] === 'string' && entity[field] !== '') return entity[field];
  return id;
}

/** The subject for an entity. */
export function subjectFor(type: Subject['type'], entity: RawEntity): Subject {
  return { type, name: nameOf(entity), ...(typeof entity.id === 'string' ? { id: entity.id } : {}) };
}

/** `orders`; `orders and billing`; `orders, billing, users and 17 more`. */
export function listed(names: readonly string[], most = 3): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The value of a setting that `GET /` tells. */
export function settingOf(gateway: GatewaySnapshot, name: string): unknown {
  const { configuration } = gateway.root;
  return configuration !== undefined && Object.hasOwn(configuration, name) ? configuration[name] : undefined;
}

/** Whether the node itself listens with TLS; undefined where it does not tell. */
export function listensWithTls(gateway: GatewaySnapshot): boolean | undefined {
  const listeners = settingOf(gateway, 'proxy_listeners');
  if (!Array.isArray(listeners)) return undefined;
  return listeners.some((listener: unknown) => valueAt(listener, 'ssl') === true);
}

function deploymentOf({ root, dataPlanes }: GatewaySnapshot): Deployment {
  const { role, database } = root.configuration ?? {};
  if (role === 'control_plane' || role === 'data_plane' || (dataPlanes?.length ?? 0) > 0) return 'hybrid';
  if (database === undefined) return 'unknown';
  return database === 'off' ? 'db-less' : 'database';
}

/** The value at a path of dots; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path.includes('.') ? path.split('.').reduce(memberOf, value) : memberOf(value, path);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
