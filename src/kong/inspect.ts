// inspect service, route, consumer, plugin: the entity, what runs on it, credentials, and what is wrong with it.
import { z } from 'zod';
import type { EntityObservation, EntityType } from '../diagnosis/readers/observation.ts';
import { KongauthError } from '../errors.ts';
import type { AdminClient } from './client.ts';
import { type AttachedPlugin, executionAt, type Spot } from './execution.ts';
import { type FailingRequest, failingRequest } from './failing-request.ts';
import type { CredentialSeen, EntityInspection, EntitySeen, Inspected, PluginSeen, PluginsSeen } from './inspection.ts';
import { judge } from './judge.ts';
import { matchRoutes, routerOf } from './match.ts';
import { matchSeen } from './match-words.ts';
import { path } from './path.ts';
import { GatewayReading, type LivePlugin, livePlugin } from './read.ts';

export interface InspectOptions {
  /** Key of the fingerprints, at least 16 bytes. */
  readonly key: Uint8Array;
  /** The instant to judge by, ms since 1970. */
  readonly now: number;
}

type Raw = Readonly<Record<string, unknown>>;

/** Credentials below a consumer: type, and the field by which people know one. Those of other editions answer 404. */
export const CREDENTIALS: readonly (readonly [collection: string, type: EntityType, identifier: string])[] = [
  ['key-auth', 'key-auth-credential', 'id'],
  ['key-auth-enc', 'key-auth-credential', 'id'],
  ['basic-auth', 'basic-auth-credential', 'username'],
  ['jwt', 'jwt-credential', 'key'],
  ['hmac-auth', 'hmac-auth-credential', 'username'],
  ['oauth2', 'oauth2-credential', 'client_id'],
  ['mtls-auth', 'mtls-auth-credential', 'subject_name'],
  ['acls', 'acl-group', 'group'],
];
/** Instances of one plugin whose routes, services and consumers are looked up. */
const NAMED = 20;
const SECRETS = ['key', 'password', 'secret', 'client_secret'];

/**
 * Looks at one entity.
 * @param name its name (a consumer's username) or id; for a plugin its id, instance name or name; for a service or
 *   route also a failing request: `https://api.example.com/orders/7`, `POST api.example.com/orders`, `/orders/7`
 * @throws KongauthError `kong-...`, `usage` for a name that is a path
 */
export async function inspectEntity(
  client: AdminClient,
  inspected: Inspected,
  name: string,
  options: InspectOptions,
): Promise<EntityInspection> {
  const reading = new GatewayReading(client, options.key);
  const look = new Look(reading);
  const found = await look.at(inspected, name);
  const diagnosis = await judge(reading, options);
  return await reading.sealed({ inspected, ...found, notes: reading.notes, diagnosis });
}

type Found = Pick<EntityInspection, 'match' | 'entities' | 'related' | 'plugins' | 'credentials'>;

const Service = z.looseObject({ id: z.string() });

/** One inspection under way. */
class Look {
  private readonly reading: GatewayReading;
  /** Names of entities met, by id. */
  private readonly names = new Map<string, string>();

  constructor(reading: GatewayReading) {
    this.reading = reading;
  }

  async at(inspected: Inspected, name: string): Promise<Found> {
    switch (inspected) {
      case 'service':
      case 'route': {
        const request = failingRequest(name);
        if (request !== undefined) return await this.answering(inspected, request);
        return inspected === 'route' ? await this.route(name) : await this.service(name);
      }
      case 'consumer':
        return await this.consumer(name);
      case 'plugin':
        return await this.plugin(name);
    }
  }

  /** What would answer a request: its route, or that route's service. */
  private async answering(inspected: 'service' | 'route', request: FailingRequest): Promise<Found> {
    const [root, routes] = await Promise.all([this.reading.root(), this.reading.list(path('routes'))]);
    const matches = matchRoutes(routes, request, routerOf(root));
    const match = matchSeen(matches, request);
    const found = matches.matching[0]?.route;
    if (found === undefined) return { match, entities: [], related: [], plugins: undefined, credentials: [] };
    const service = Service.safeParse(found.service);
    if (inspected === 'service' && service.success) return { match, ...(await this.service(service.data.id)) };
    return { match, ...(await this.route(String(found.id))) };
  }

  private async service(name: string): Promise<Found> {
    const service = await this.entity('service', name);
    const at = path('services', name, 'routes');
    const routes = (await this.reading.list(at)).map((route) => this.met('route', route));
    if (routes.length > 0) this.reading.feed(`GET ${at}`, { data: routes.map(({ raw }) => raw), next: null });
    const spot = { service: service.id, routes: routes.map(({ id }) => id) };
    return {
      entities: [this.shown(service.seen)],
      related: routes.map(({ seen, id }) => ({ type: 'route', name: seen.name ?? id })),
      plugins: this.plugins(await this.allPlugins(), spot),
      credentials: [],
    };
  }

  private async route(name: string): Promise<Found> {
    const route = await this.entity('route', name);
    const spot = await this.spotOfRoute(route);
    return {
      entities: [this.shown(route.seen)],
      related: this.related(spot, ['service']),
      plugins: this.plugins(await this.allPlugins(), spot),
      credentials: [],
    };
  }

  private async consumer(name: string): Promise<Found> {
    const consumer = await this.entity('consumer', name);
    const [plugins, credentials] = await Promise.all([this.allPlugins(), this.credentials(consumer.id)]);
    return {
      entities: [this.shown(consumer.seen)],
      related: [],
      plugins: this.plugins(plugins, { consumer: consumer.id }),
      credentials,
    };
  }

  private async plugin(name: string): Promise<Found> {
    const all = await this.allPlugins();
    const named = (field: string) => all.filter(({ raw }) => raw[field] === name);
    const found = [named('id'), named('instance_name'), named('name')].find((plugins) => plugins.length > 0);
    const [only, ...others] = found ?? [];
    if (only === undefined)
      throw new KongauthError(
        'kong-not-found',
        `No plugin has ${encodeURIComponent(name.toWellFormed())} as id, instance name or name; check KONG_WORKSPACE, and that it is configured.`,
      );
    if (others.length > 0) {
      this.reading.notes.push('Several instances have this name; with the id of one, what runs beside it is told too.');
      this.reading.feed('GET /plugins', { data: [only, ...others].map(({ raw }) => raw), next: null });
      // What they are attached to has names, which say more than ids.
      await Promise.all(found?.slice(0, NAMED).map((plugin) => this.reading.ifTold(this.spotOfPlugin(plugin))) ?? []);
      return {
        entities: [only, ...others].map((plugin) => this.shownPlugin(plugin)),
        related: [],
        plugins: undefined,
        credentials: [],
      };
    }
    const spot = await this.spotOfPlugin(only);
    const plugins = this.plugins(all, spot);
    return {
      entities: [this.shownPlugin(only)],
      related: this.related(spot, ['route', 'service', 'consumer']),
      plugins,
      credentials: [],
    };
  }

  private async spotOfPlugin({ scope }: LivePlugin): Promise<Spot> {
    const consumer =
      scope.consumer === undefined ? {} : { consumer: (await this.entity('consumer', scope.consumer)).id };
    if (scope.route !== undefined)
      return { ...(await this.spotOfRoute(await this.entity('route', scope.route))), ...consumer };
    if (scope.service !== undefined) return { service: (await this.entity('service', scope.service)).id, ...consumer };
    return consumer;
  }

  private async spotOfRoute(route: { readonly id: string; readonly seen: EntityObservation }): Promise<Spot> {
    const { service } = route.seen.scope;
    if (service === undefined) return { route: route.id };
    return { route: route.id, service: (await this.entity('service', service)).id };
  }

  private async entity(type: Inspected, name: string) {
    const raw = await this.reading.entity(`${type}s`, name);
    this.reading.feed(`GET ${path(`${type}s`, name)}`, raw);
    return this.met(type, raw);
  }

  private met(type: EntityType, raw: Raw) {
    const seen = this.reading.seen(type, raw);
    const id = seen.id ?? '';
    if (seen.name !== undefined) this.names.set(id, seen.name);
    return { id, raw, seen };
  }

  private async allPlugins(): Promise<readonly LivePlugin[]> {
    const [root, plugins] = await Promise.all([this.reading.root(), this.reading.list(path('plugins'))]);
    return plugins.map((raw) => livePlugin(raw, root));
  }

  /** What runs at a spot; the diagnosis gets these plugins and no others. */
  private plugins(all: readonly LivePlugin[], spot: Spot): PluginsSeen {
    const execution = executionAt(all, spot);
    const met = [...execution.running, ...execution.sometimes];
    // Their secrets are learned, whether their fields are shown or not.
    for (const { raw } of met) this.reading.seen('plugin', raw);
    if (met.length > 0) this.reading.feed('GET /plugins', { data: met.map(({ raw }) => raw), next: null });
    const ordered = met.filter(({ raw }) => raw.ordering != null).map(({ name }) => name);
    if (ordered.length > 0)
      this.reading.notes.push(
        `These plugins have an ordering of their own, which may move them: ${ordered.join(', ')}.`,
      );
    const shown = ({ name, id, priority, scope }: LivePlugin): PluginSeen => ({
      name,
      id,
      priority,
      scope: this.scopeOf(scope),
    });
    return {
      running: execution.running.map(shown),
      sometimes: execution.sometimes.map(shown),
      replaced: execution.replaced.map(shown),
    };
  }

  private async credentials(consumer: string): Promise<readonly CredentialSeen[]> {
    const lists = await Promise.all(
      CREDENTIALS.map(async ([collection, type, identifier]) => {
        const at = path('consumers', consumer, collection);
        const list = (await this.reading.ifTold(this.reading.ifThere(this.reading.list(at)))) ?? [];
        if (list.length > 0) this.reading.feed(`GET ${at}`, { data: list, next: null });
        return list.map((raw): CredentialSeen => {
          const { fields, id } = this.reading.seen(type, raw);
          const secret = SECRETS.map((field) => /fp:[0-9a-f]{8}/.exec(String(fields[field] ?? ''))?.[0]);
          return {
            type: collection,
            identifier: String(fields[identifier] ?? id ?? ''),
            fingerprint: secret.find((fingerprint) => fingerprint !== undefined),
          };
        });
      }),
    );
    return lists.flat();
  }

  private related(spot: Spot, kinds: readonly ('route' | 'service' | 'consumer')[]): EntityInspection['related'] {
    return kinds.flatMap((type) => {
      const id = spot[type];
      return id === undefined ? [] : [{ type, name: this.names.get(id) ?? id }];
    });
  }

  private shownPlugin({ raw, scope }: LivePlugin): EntitySeen {
    return this.shown(this.reading.seen('plugin', raw), this.scopeOf(scope));
  }

  private shown({ id, name, fields }: EntityObservation, scope?: string): EntitySeen {
    return { id, name, scope, fields };
  }

  private scopeOf(scope: AttachedPlugin['scope']): string {
    const parts = (['route', 'service', 'consumer', 'consumerGroup'] as const).flatMap((kind) => {
      const id = scope[kind];
      return id === undefined
        ? []
        : [`the ${kind === 'consumerGroup' ? 'consumer group' : kind} ${this.names.get(id) ?? id}`];
    });
    return parts.length === 0 ? 'every request' : parts.join(' and ');
  }
}
