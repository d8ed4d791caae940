// What the gateway says about what a diagnosis speaks of: routes, services, consumers and plugins as they are now.
import { z } from 'zod';
import type { DiagnosisInput } from '../diagnosis/diagnose.ts';
import { type CredentialSubject, namesNothing, type Subjects } from '../diagnosis/facts/subjects.ts';
import type { EntityType } from '../diagnosis/readers/observation.ts';
import { KongauthError } from '../errors.ts';
import type { AdminClient } from './client.ts';
import { executionAt, type Spot } from './execution.ts';
import { withoutAddress } from './failure.ts';
import { CREDENTIALS } from './inspect.ts';
import { routesFor } from './live-routes.ts';
import { routerOf } from './match.ts';
import { path } from './path.ts';
import { GatewayReading, type LivePlugin, livePlugin, type Root } from './read.ts';

type Raw = Readonly<Record<string, unknown>>;
const AnyRecord = z.record(z.string(), z.unknown());

/** Of each kind that are looked up: with what belongs to them some sixty calls at most, pages of lists aside. */
const ROUTES = 5;
const SERVICES = 5;
const CONSUMERS = 3;
const CREDENTIALS_ASKED = 5;
/** Milliseconds after which nothing more is asked: whoever waits has an incident. */
const LONGEST = 60_000;
/** Instances of a plugin that is named without a place. */
const INSTANCES = 5;

export interface LiveOptions {
  /** Key of the fingerprints: that of the diagnosis, so that equal secrets look equal. */
  readonly key: Uint8Array;
  /** ms since 1970; the clock when absent. */
  readonly now?: () => number;
}

/** An entity that was found. */
export interface Resolved {
  readonly type: 'route' | 'service' | 'consumer' | 'plugin';
  readonly name: string;
  readonly id: string;
}

export interface LiveReading {
  /** For the diagnosis, which replaces the secrets in them; nothing else may show them. */
  readonly inputs: readonly DiagnosisInput[];
  readonly resolved: readonly Resolved[];
  /** What could not be looked up, and why; sentences without the Admin API's address. */
  readonly notes: readonly string[];
}

/**
 * Looks up what a diagnosis speaks of.
 * @param subjects of that diagnosis
 * @throws KongauthError `kong-...` when the gateway cannot be reached or tells nothing at all; what single calls are
 *   not told becomes a note
 */
export async function readLive(client: AdminClient, subjects: Subjects, options: LiveOptions): Promise<LiveReading> {
  return await new LiveLook(client, options).at(subjects);
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly raw: Raw;
}

/** One look at a gateway. */
class LiveLook {
  private readonly reading: GatewayReading;
  private readonly now: () => number;
  private readonly startedAt: number;
  private readonly resolved = new Map<string, Resolved>();
  private readonly notes: string[] = [];
  private refused: KongauthError | undefined;
  /** The connection went in the middle: what was read stays, nothing more is asked. */
  private isLost = false;
  private readonly unknownConsumers: string[] = [];

  constructor(client: AdminClient, options: LiveOptions) {
    this.reading = new GatewayReading(client, options.key);
    this.now = options.now ?? Date.now;
    this.startedAt = this.now();
  }

  async at(subjects: Subjects): Promise<LiveReading> {
    const root = await this.reading.root();
    const status = await this.told(() => this.reading.ifThere(this.reading.get(path('status'), AnyRecord)));
    if (status !== undefined) this.reading.feed('GET /status', status);
    if (namesNothing(subjects)) {
      this.notes.push('The paste names no route, service, consumer or plugin, and no failing request to find one by.');
      return await this.whole();
    }
    const routes = await this.routes(subjects, root);
    const services = await this.services(subjects, routes);
    const named = await this.consumers(subjects);
    const plugins = (await this.told(() => this.reading.list(path('plugins')))) ?? [];
    const met = this.plugins(
      plugins.map((raw) => livePlugin(raw, root)),
      subjects,
      { routes, services, consumers: named },
    );
    const owners = await this.owners(subjects.credentials, met, root.version !== undefined);
    const consumers = distinct([...named, ...owners]).slice(0, CONSUMERS);
    await Promise.all(consumers.map((consumer) => this.credentials(consumer)));
    return await this.whole();
  }

  private async whole(): Promise<LiveReading> {
    const { inputs } = this.reading;
    if (inputs.length === 0 && this.refused !== undefined) throw this.refused;
    const notes = [...new Set([...this.reading.notes, ...this.notes].map(withoutAddress))];
    const sealed = await this.reading.sealed({ resolved: [...this.resolved.values()], notes });
    return { inputs, ...sealed };
  }

  /** Undefined, with a note, for what this call was not told. */
  private async told<T>(call: () => Promise<T>): Promise<T | undefined> {
    if (this.isLost) return undefined;
    if (this.now() - this.startedAt > LONGEST) {
      this.isLost = true;
      this.notes.push('The gateway is slow: after a minute nothing more was asked; press or ask again.');
      return undefined;
    }
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof KongauthError)) throw error;
      if (error.code === 'kong-unreachable') this.isLost = true;
      this.refused ??= error;
      this.notes.push(
        error.code === 'usage' ? `A name of the material cannot be asked for: ${error.message}` : error.message,
      );
      return undefined;
    }
  }

  /** The entity of that name or id; a note where there is none. */
  private async find(type: 'route' | 'service' | 'consumer', name: string): Promise<Found | undefined> {
    const answer = await this.told(async () => {
      const at = path(`${type}s`, name);
      const raw = await this.reading.ifThere(this.reading.get(at, AnyRecord));
      return { at, raw };
    });
    if (answer === undefined) return undefined;
    if (answer.raw !== undefined) return this.found(type, answer.raw, `GET ${answer.at}`);
    // The user of an access log may be that of a basic-auth credential.
    if (type === 'consumer') this.unknownConsumers.push(name);
    else this.noteMissing(type, name);
    return undefined;
  }

  private noteMissing(type: string, name: string): void {
    this.notes.push(`The gateway has no ${type} of the name or id ${name} in this workspace.`);
  }

  private found(type: 'route' | 'service' | 'consumer', raw: Raw, call: string): Found {
    this.reading.feed(call, raw);
    return this.known(type, raw);
  }

  private known(type: Resolved['type'], raw: Raw): Found {
    // Its secrets are learned, so that notes and names cannot repeat one.
    const seen = this.reading.seen(type, raw);
    const id = seen.id ?? '';
    const name = seen.name ?? id;
    this.resolved.set(`${type} ${id}`, { type, name, id });
    return { id, name, raw };
  }

  private async routes({ routes, requests }: Subjects, root: Root): Promise<readonly Found[]> {
    const named = await this.each(routes, ROUTES, 'routes', (name) => this.find('route', name));
    if (named.length > 0 || requests.length === 0) return named;
    const all = await this.told(() => this.reading.list(path('routes')));
    if (all === undefined) return [];
    const { found, notes } = routesFor(requests, all, routerOf(root));
    this.notes.push(...notes);
    return found.slice(0, ROUTES).map((raw) => this.found('route', raw, `GET ${path('routes', String(raw.id))}`));
  }

  private async services({ services }: Subjects, routes: readonly Found[]): Promise<readonly Found[]> {
    const ofRoutes = routes.flatMap(({ raw }) => idOf(raw.service) ?? []);
    // A service that is named by its route is asked for once, by its id.
    const wanted = routes.length > 0 ? ofRoutes : services;
    return distinct(await this.each([...new Set(wanted)], SERVICES, 'services', (name) => this.find('service', name)));
  }

  private async consumers({ consumers }: Subjects): Promise<readonly Found[]> {
    return distinct(await this.each(consumers, CONSUMERS, 'consumers', (name) => this.find('consumer', name)));
  }

  /** Looks a few up side by side; the connections of the client bound how many at once. */
  private async each(
    names: readonly string[],
    most: number,
    what: string,
    look: (name: string) => Promise<Found | undefined>,
  ): Promise<readonly Found[]> {
    if (names.length > most)
      this.notes.push(`Of ${names.length} ${what} that are named the first ${most} were looked up.`);
    const found = await Promise.all(names.slice(0, most).map(look));
    return found.filter((one) => one !== undefined);
  }

  /** What runs where the failing requests go, in execution order; without a place the instances of the plugins named. */
  private plugins(
    all: readonly LivePlugin[],
    subjects: Subjects,
    at: Readonly<Record<'routes' | 'services' | 'consumers', readonly Found[]>>,
  ): readonly LivePlugin[] {
    const callers = new Set(at.consumers.map(({ id }) => id));
    const met = spotsOf(at).flatMap((spot) => {
      const { running, sometimes } = executionAt(all, spot);
      return [
        ...running,
        ...sometimes.filter(({ scope }) => scope.consumer === undefined || callers.has(scope.consumer)),
      ];
    });
    const ids = new Set(subjects.plugins.flatMap(({ id }) => id ?? []));
    const byId = all.filter(({ id }) => id !== undefined && ids.has(id));
    const names = met.length + byId.length === 0 ? [...new Set(subjects.plugins.map(({ name }) => name))] : [];
    const byName = names.flatMap((name) => {
      const instances = all.filter((plugin) => plugin.name === name);
      if (instances.length === 0) this.notes.push(`The gateway has no plugin ${name} in this workspace.`);
      if (instances.length > INSTANCES)
        this.notes.push(
          `The plugin ${name} is configured ${instances.length} times; the paste does not tell which one acted.`,
        );
      return instances.length > INSTANCES ? [] : instances;
    });
    const shown = [...new Set([...met, ...byId, ...byName])];
    if (shown.length > 0) this.reading.feed('GET /plugins', { data: shown.map(({ raw }) => raw), next: null });
    for (const { raw } of shown) this.known('plugin', raw);
    return shown;
  }

  /** The consumers of credentials that a plugin which runs there looks up; `isNode` as against Konnect. */
  private async owners(
    credentials: readonly CredentialSubject[],
    plugins: readonly LivePlugin[],
    isNode: boolean,
  ): Promise<readonly Found[]> {
    const running = new Set(plugins.map(({ name }) => name));
    const users = this.unknownConsumers.map((identifier) => ({ type: 'basic-auth', identifier }) as const);
    if (!running.has('basic-auth')) for (const name of this.unknownConsumers) this.noteMissing('consumer', name);
    const wanted = [...credentials, ...users].filter(({ type }) => running.has(type));
    const asked = [...new Map(wanted.map((one) => [`${one.type} ${one.identifier}`, one])).values()].slice(
      0,
      CREDENTIALS_ASKED,
    );
    const found = await Promise.all(
      asked.map(async ({ type, identifier }) => {
        const answer = await this.told(async () => {
          const at = path(`${type}s`, identifier, 'consumer');
          return { at, raw: await this.reading.ifThere(this.reading.get(at, AnyRecord)) };
        });
        if (answer === undefined) return undefined;
        if (answer.raw !== undefined) return this.found('consumer', answer.raw, `GET ${answer.at}`);
        // Konnect, which tells nothing of a node, may not look credentials up so: its 404 proves nothing.
        if (!isNode) this.notes.push(`Whose the ${type} credential ${identifier} is could not be looked up here.`);
        else this.reading.feed(`GET ${answer.at}`, undefined, { type: `${type}-credential`, of: { identifier } });
        return undefined;
      }),
    );
    return found.filter((one) => one !== undefined);
  }

  private async credentials({ id, name }: Found): Promise<void> {
    await Promise.all(
      CREDENTIALS.map(async ([collection, type]) => {
        const at = path('consumers', id, collection);
        const list = await this.told(() => this.reading.ifThere(this.reading.list(at)));
        if (list === undefined) return;
        for (const raw of list) this.reading.seen(type, raw);
        // One list of another edition for the same type says nothing of the other one.
        const asked = collection === 'key-auth-enc' ? undefined : { type: type as EntityType, of: { consumer: name } };
        this.reading.feed(`GET ${at}`, { data: list, next: null }, asked);
      }),
    );
  }
}

/** Routes with their services, else services, else what runs for everything of these consumers. */
function spotsOf(at: Readonly<Record<'routes' | 'services' | 'consumers', readonly Found[]>>): readonly Spot[] {
  if (at.routes.length > 0)
    return at.routes.map(({ id, raw }) => {
      const service = idOf(raw.service);
      return service === undefined ? { route: id } : { route: id, service };
    });
  if (at.services.length > 0) return at.services.map(({ id }) => ({ service: id }));
  return at.consumers.map(({ id }) => ({ consumer: id }));
}

function idOf(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null || !('id' in reference)) return undefined;
  return typeof reference.id === 'string' ? reference.id : undefined;
}

function distinct(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [one.id, one])).values()];
}
