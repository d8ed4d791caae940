// Kong's Admin API over entities that are kept in memory: reads, pages, PATCH as Kong merges, and the schema's refusals.
import { randomUUID } from 'node:crypto';
import type { Collections, Entity } from './entities.ts';
import { type Fields, fieldsOf, isFields } from './fields.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Fields;
}

export interface Answered {
  readonly status: number;
  readonly body?: Entity;
}

const NOT_FOUND: Answered = { status: 404, body: { message: 'Not found' } };
/** What belongs to a consumer: its name in a path, and the collection of all of them. */
const CREDENTIALS: Readonly<Record<string, string>> = {
  'key-auth': 'key-auths',
  jwt: 'jwts',
  acls: 'acls',
  'basic-auth': 'basic-auths',
  'hmac-auth': 'hmac-auths',
  'mtls-auth': 'mtls-auths',
  oauth2: 'oauth2',
};
/** The field by which a child knows its parent. */
const PARENT: Readonly<Record<string, string>> = { services: 'service', routes: 'route', consumers: 'consumer' };

export class AdminEntities {
  private readonly collections: Map<string, Map<string, Entity>>;

  constructor(collections: Collections) {
    this.collections = new Map(
      Object.entries(collections).map(([name, list]) => [name, new Map(list.map((one) => [String(one.id), one]))]),
    );
  }

  list(collection: string): readonly Entity[] {
    return [...(this.collections.get(collection)?.values() ?? [])];
  }

  /** Changes fields as a PATCH would; an entity that is new is made. */
  put(collection: string, id: string, fields: Entity): void {
    const entities = this.collections.get(collection);
    const next = merged(entities?.get(id) ?? { id }, fields);
    const isDated = !Object.values(CREDENTIALS).includes(collection);
    entities?.set(id, isDated ? { ...next, updated_at: Math.floor(Date.now() / 1000) } : next);
  }

  /** Answers what is asked of entities; undefined for other paths. */
  answer(asked: Asked): Answered | undefined {
    const segments = asked.path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
    const [first = '', name, child, childName] = segments;
    if (asked.path === '/schemas/plugins/validate' && asked.method === 'POST') return this.validated(asked.body);
    if (!this.collections.has(first)) return undefined;
    if (name === undefined) return this.inCollection(asked, first, {});
    const entity = this.find(first, name);
    if (entity === undefined) return NOT_FOUND;
    if (child === undefined) return this.one(asked, first, entity);
    const collection = first === 'consumers' ? (CREDENTIALS[child] ?? child) : child;
    const parent = PARENT[first];
    if (parent === undefined || !this.collections.has(collection)) return undefined;
    if (childName === undefined) return this.inCollection(asked, collection, { [parent]: { id: entity.id } });
    const own = this.find(collection, childName);
    return own === undefined ? NOT_FOUND : this.one(asked, collection, own);
  }

  private find(collection: string, name: string): Entity | undefined {
    return this.list(collection).find((entity) => [entity.id, entity.name, entity.username].includes(name));
  }

  private inCollection({ method, path, query, body }: Asked, collection: string, parent: Entity): Answered {
    if (method === 'GET') {
      const [of] = Object.entries(parent);
      const all = this.list(collection);
      const own = of === undefined ? all : all.filter((entity) => fieldsOf(entity[of[0]]).id === fieldsOf(of[1]).id);
      return { status: 200, body: pageOf(path, own, query) };
    }
    if (method !== 'POST') return { status: 405, body: { message: 'Method not allowed' } };
    const refused = collection === 'plugins' ? this.schemaFault(body) : undefined;
    if (refused !== undefined) return refused;
    const id = randomUUID();
    this.put(collection, id, { id, created_at: Math.floor(Date.now() / 1000), ...body, ...parent });
    return { status: 201, body: this.find(collection, id) ?? {} };
  }

  private one({ method, body }: Asked, collection: string, entity: Entity): Answered {
    const id = String(entity.id);
    if (method === 'GET') return { status: 200, body: entity };
    if (method === 'DELETE') {
      this.collections.get(collection)?.delete(id);
      return { status: 204 };
    }
    if (method !== 'PATCH') return { status: 405, body: { message: 'Method not allowed' } };
    const refused = collection === 'plugins' ? this.schemaFault({ name: entity.name, ...body }) : undefined;
    if (refused !== undefined) return refused;
    this.put(collection, id, body);
    return { status: 200, body: this.find(collection, id) ?? {} };
  }

  private validated(body: Fields): Answered {
    return this.schemaFault(body) ?? { status: 200, body: { message: 'schema validation successful' } };
  }

  /** Fields that no plugin of that name has are unknown to its schema. */
  private schemaFault({ name, config }: Fields): Answered | undefined {
    const known = this.list('plugins').filter((plugin) => plugin.name === name);
    if (known.length === 0)
      return {
        status: 400,
        body: {
          ...{
            code: 2,
            name: 'schema violation',
            fields: { name: `plugin '${name}' not enabled; add it to the 'plugins' configuration property` },
          },
          message: `schema violation (name: plugin '${name}' not enabled; add it to the 'plugins' configuration property)`,
        },
      };
    const fields = new Set([...known.flatMap((plugin) => Object.keys(fieldsOf(plugin.config))), ...MORE_FIELDS]);
    const unknown = Object.keys(fieldsOf(config)).filter((field) => !fields.has(field));
    const [one] = unknown;
    if (one === undefined) return undefined;
    return {
      status: 400,
      body: {
        code: 2,
        name: 'schema violation',
        message: `schema violation (config.${one}: unknown field)`,
        fields: { config: { [one]: 'unknown field' } },
      },
    };
  }
}

/** Of the schemas, beyond what the sample sets. */
const MORE_FIELDS = [
  'cache_introspection',
  'cache_token_exchange',
  'cache_user_info',
  'cache_ttl_min',
  'cache_ttl_neg',
  'token_endpoint_auth_method',
  'introspection_endpoint_auth_method',
  'audience_required',
  'scopes_required',
  'consumer_claim',
  'consumer_by',
  'upstream_access_token_header',
  'unauthorized_error_message',
];

/** As Kong merges: records field by field, lists whole, null empties. */
function merged(entity: Entity, change: Entity): Entity {
  const next: Record<string, unknown> = { ...entity };
  for (const [name, value] of Object.entries(change)) {
    const there = next[name];
    next[name] = isFields(value) && isFields(there) ? merged(there, value) : value;
  }
  return next;
}

function pageOf(path: string, list: readonly Entity[], query: URLSearchParams): Entity {
  const size = Math.min(Number(query.get('size') ?? 100) || 100, 1000);
  const from = Number(Buffer.from(query.get('offset') ?? '', 'base64url').toString('utf8')) || 0;
  if (from + size >= list.length) return { data: list.slice(from), next: null };
  const offset = Buffer.from(String(from + size)).toString('base64url');
  return { data: list.slice(from, from + size), next: `${path}?offset=${offset}&size=${size}`, offset };
}
