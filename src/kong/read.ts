// Readings of the Admin API: what was answered, kept for the diagnosis, and as entities with their secrets replaced.
import { z } from 'zod';
import type { DiagnosisInput, LiveAnswer } from '../diagnosis/diagnose.ts';
import { priorityOf } from '../diagnosis/facts/plugin-defaults.ts';
import { entityOf } from '../diagnosis/readers/configs/entity.ts';
import type { EntityObservation, EntityType } from '../diagnosis/readers/observation.ts';
import { createRedactor, type Redactor } from '../diagnosis/redact/redact.ts';
import { secretlintSpans } from '../diagnosis/redact/secretlint.ts';
import { parseVersion } from '../diagnosis/versions.ts';
import { KongauthError } from '../errors.ts';
import type { AdminClient } from './client.ts';
import type { AttachedPlugin } from './execution.ts';
import { type AdminPath, path } from './path.ts';

type Raw = Readonly<Record<string, unknown>>;

const AnyRecord = z.record(z.string(), z.unknown());

/** `GET /`: fields that some editions or versions lack are optional. */
const Root = z.looseObject({
  version: z.string().optional(),
  edition: z.string().optional(),
  hostname: z.string().optional(),
  node_id: z.string().optional(),
  configuration: z
    .looseObject({ database: z.string().optional(), role: z.string().optional(), router_flavor: z.string().optional() })
    .optional(),
  plugins: z
    .looseObject({
      // `true` before 3.0; an empty Lua table is a list.
      available_on_server: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    })
    .optional(),
});
export type Root = z.infer<typeof Root>;
export type LivePlugin = AttachedPlugin & { readonly raw: Raw };

const Available = z.looseObject({ priority: z.number() });

/** One session of reading: what was answered feeds the diagnosis, under the name of its call. */
export class GatewayReading {
  readonly redactor: Redactor;
  readonly inputs: DiagnosisInput[] = [];
  readonly notes: string[] = [];
  private readonly client: AdminClient;

  /** @param key of the fingerprints; the diagnosis gets the same, so that equal secrets look equal */
  constructor(client: AdminClient, key: Uint8Array) {
    this.client = client;
    this.redactor = createRedactor(key);
  }

  /** What the node says of itself; empty where it does not (Konnect). */
  async root(): Promise<Root> {
    const root = await this.ifTold(this.ifThere(this.client.get(path(), Root)));
    // Version and settings decide which defaults and known issues apply.
    if (root !== undefined) this.feed('GET /', root);
    return root ?? {};
  }

  async get<T>(at: AdminPath, shape: z.ZodType<T>): Promise<T> {
    return await this.client.get(at, shape);
  }

  async list(at: AdminPath): Promise<readonly Raw[]> {
    return await this.client.list(at);
  }

  /**
   * One entity by name or id.
   * @throws KongauthError `kong-not-found`
   */
  async entity(collection: string, name: string): Promise<Raw> {
    const at = path(collection, name);
    const found = await this.ifThere(this.client.get(at, AnyRecord));
    if (found !== undefined) return found;
    throw new KongauthError(
      'kong-not-found',
      `GET ${at} was answered 404: there is none of that name or id; check the spelling and KONG_WORKSPACE.`,
    );
  }

  /** Undefined for a 404. */
  async ifThere<T>(call: Promise<T>): Promise<T | undefined> {
    return await caught(call, (error) => error.code === 'kong-not-found');
  }

  /** Undefined, with a note, for what this token or node does not tell; a lost connection still throws. */
  async ifTold<T>(call: Promise<T>): Promise<T | undefined> {
    return await caught(call, (error) => {
      if (error.code === 'kong-unreachable') return false;
      this.notes.push(error.message);
      return true;
    });
  }

  /**
   * Gives an answer to the diagnosis, once a call and one value a line, so that evidence has a place.
   * @param answer undefined for a 404
   * @param asked what the gateway has none of when the answer holds none
   */
  feed(call: string, answer: unknown, asked?: LiveAnswer['asked']): void {
    if (this.inputs.some(({ source }) => source === call)) return;
    const bytes = answer === undefined ? '' : linesOf(answer);
    this.inputs.push({ source: call, bytes, live: asked === undefined ? {} : { asked } });
  }

  /** The entity with its secrets replaced. */
  seen(type: EntityType, value: Raw): EntityObservation {
    const sightingOf = () => ({ place: { source: type, line: 0 }, excerpt: '' });
    const draft = { type, notation: 'live', value, path: '', document: { sightingOf } } as const;
    return entityOf(draft, { redactor: this.redactor, emit: () => undefined });
  }

  /** A copy in which every text is redacted by all that was learned. */
  async sealed<T>(value: T): Promise<T> {
    const text = JSON.stringify(value);
    for (const span of await secretlintSpans(text))
      this.redactor.secret('other-secret', text.slice(span.start, span.end), { source: '', line: 0 });
    // Once to learn: what only a later text gives away is then replaced in the earlier ones too.
    this.redactor.text(text);
    return this.redacted(value) as T;
  }

  private redacted(value: unknown): unknown {
    if (typeof value === 'string') return this.redactor.text(value);
    if (Array.isArray(value)) return value.map((item) => this.redacted(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [this.redactor.text(key), this.redacted(inner)]),
    );
  }
}

/** One value a line, lists of plain values on one: evidence shows the line, which should say something. */
function linesOf(answer: unknown): string {
  return JSON.stringify(answer, null, 2).replace(/\[\n([^[\]{}]*)\n *\]/g, (_, items: string) => {
    const joined = items.split('\n').map((item) => item.trim());
    return `[${joined.join(' ')}]`;
  });
}

async function caught<T>(call: Promise<T>, isFine: (error: KongauthError) => boolean): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof KongauthError && isFine(error)) return undefined;
    throw error;
  }
}

/** The priority that the node itself tells (since 3.0), else the one that we know of that version. */
function livePriority(name: string, root: Root): number {
  const available = root.plugins?.available_on_server;
  const told = Available.safeParse(Array.isArray(available) ? undefined : available?.[name]);
  if (told.success) return told.data.priority;
  return priorityOf(name, parseVersion(root.version ?? ''));
}

/** Of thousands of plugins only a few are shown, so the others are looked at as far as order and scope need. */
export function livePlugin(raw: Raw, root: Root): LivePlugin {
  const name = String(raw.name ?? '');
  const scope = {
    ...attachedTo(raw, 'service', 'service'),
    ...attachedTo(raw, 'route', 'route'),
    ...attachedTo(raw, 'consumer', 'consumer'),
    ...attachedTo(raw, 'consumer_group', 'consumerGroup'),
  };
  return {
    name,
    id: typeof raw.id === 'string' ? raw.id : undefined,
    enabled: raw.enabled !== false,
    priority: livePriority(name, root),
    scope,
    raw,
  };
}

function attachedTo(raw: Raw, field: string, kind: keyof AttachedPlugin['scope']): AttachedPlugin['scope'] {
  const reference = raw[field];
  if (typeof reference !== 'object' || reference === null || !('id' in reference)) return {};
  return { [kind]: String(reference.id) };
}
