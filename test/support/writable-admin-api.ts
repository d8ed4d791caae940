// A peer that keeps entities and takes writes as Kong's Admin API does: PATCH merges records, the schema refuses, DB-less
// and data planes take nothing. Answers of the recorded form (reference: Kong 3.9.3).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Entity, konnectBase, recorded } from './admin-api-peer.ts';
import { type AdminRequest, adminOpenApi } from './openapi.ts';

export interface WritableOptions {
  /** By collection: `plugins`, `routes`, ... */
  readonly entities: Readonly<Record<string, readonly Entity[]>>;
  /** `off` is DB-less. */
  readonly database?: 'postgres' | 'off';
  /** Fields of `config` that the schema knows not. */
  readonly unknownFields?: readonly string[];
  /** Id of the control plane: the peer is Konnect then, which tells nothing of nodes and takes no PATCH. */
  readonly konnect?: string;
  /** Fields of `config` that are maps. */
  readonly maps?: readonly string[];
  /** Plugins that are installed and not in `plugins` of kong.conf. */
  readonly notEnabled?: readonly string[];
}

export interface WrongAnswer {
  /** A status, with nothing done; `lost`: done, and its answer never arrives; `cut`: neither. */
  readonly does: number | 'lost' | 'cut';
  /** Calls that go well before. */
  readonly after?: number;
  /** 1 unless told. */
  readonly times?: number;
}

export interface WritableAdminApi {
  readonly url: string;
  /** `PATCH /plugins/ID` in the order of arrival. */
  readonly calls: readonly string[];
  readonly writes: () => readonly string[];
  /** What it holds now. */
  readonly entity: (collection: string, id: string) => Entity | undefined;
  readonly list: (collection: string) => readonly Entity[];
  /** Somebody else changes it. */
  readonly change: (collection: string, id: string, fields: Entity) => void;
  /** The next calls of a method go wrong; dry runs are `POST /schemas`. */
  readonly fail: (method: string, wrong: WrongAnswer) => void;
  /** Fails when a request was none that Kong documents. */
  readonly close: () => Promise<void>;
}

/** Starts it on a free port. */
export async function startWritableAdminApi(options: WritableOptions): Promise<WritableAdminApi> {
  const store = new Map(
    Object.entries(options.entities).map(([name, list]) => [name, new Map(list.map((one) => [String(one.id), one]))]),
  );
  const calls: string[] = [];
  const asked: AdminRequest[] = [];
  const base = options.konnect === undefined ? '' : konnectBase(options.konnect);
  const faults: { readonly method: string; readonly does: WrongAnswer['does']; after: number; left: number }[] = [];
  let clock = 1_790_000_000;

  const collection = (name: string): Map<string, Entity> => {
    const known = store.get(name) ?? new Map<string, Entity>();
    store.set(name, known);
    return known;
  };
  const found = (name: string, key: string): Entity | undefined =>
    [...collection(name).values()].find((one) =>
      name === 'plugins' ? one.id === key : [one.id, one.name, one.username].includes(key),
    );
  const refusedField = (body: Entity): string | undefined =>
    Object.keys((body.config as Entity | undefined) ?? {}).find((field) => options.unknownFields?.includes(field));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const url = new URL((request.url ?? '').replace(base, ''), 'http://peer');
    calls.push(`${method} ${url.pathname}`);
    const body = await bodyOf(request);
    asked.push({
      method,
      path: url.pathname,
      query: url.searchParams,
      ...(method === 'PATCH' || method === 'POST' || method === 'PUT' ? { body } : {}),
    });
    const { first, second, third } = placeOf(url.pathname);
    const kind = first === 'schemas' ? `${method} /schemas` : method;
    const fault = faults.find((one) => one.method === kind && one.left > 0);
    let wrongly: WrongAnswer['does'] | undefined;
    if (fault !== undefined && fault.after > 0) fault.after -= 1;
    else if (fault !== undefined) {
      fault.left -= 1;
      wrongly = fault.does;
    }
    const send = (status: number, value?: Entity): void => {
      if (wrongly === 'lost') {
        response.socket?.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', server: 'kong/3.9.3' });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const violation = (field: string): void =>
      send(400, {
        code: 2,
        name: 'schema violation',
        message: `schema violation (config.${field}: unknown field)`,
        fields: { config: { [field]: 'unknown field' } },
      });
    if (wrongly === 'cut') {
      response.socket?.destroy();
      return;
    }
    if (typeof wrongly === 'number') return send(wrongly, { message: 'An unexpected error occurred' });
    if (base !== '' && first === '') return send(404, { message: 'Not found' });
    if (base !== '' && method === 'PATCH') return send(405, { message: 'Method not allowed' });
    if (first === '') return send(200, root(options));
    const isOff = (name: unknown): boolean => options.notEnabled?.includes(String(name)) === true;
    if ((first === 'schemas' || method === 'POST') && isOff(body.name)) return send(400, notEnabled(String(body.name)));
    if (first === 'schemas') {
      const field = refusedField(body);
      return field === undefined ? send(200, { message: 'schema validation successful' }) : violation(field);
    }
    if (method !== 'GET' && options.database === 'off')
      return send(405, {
        code: 12,
        name: 'operation unsupported',
        message: `cannot create or update '${first}' entities when not using a database`,
      });
    const field = refusedField(body);
    if (field !== undefined) return violation(field);
    const one = second === '' ? undefined : found(first, second);
    if (second !== '' && (one === undefined || third !== '')) return send(404, { message: 'Not found' });
    clock += 1;
    switch (method) {
      case 'GET':
        return send(200, one ?? { data: [...collection(first).values()], next: null });
      case 'PATCH': {
        const next: Entity = { ...patched(one ?? {}, body, options.maps), updated_at: clock };
        collection(first).set(String(next.id), next);
        return send(200, next);
      }
      case 'PUT': {
        const whole: Entity = { ...body, id: one?.id, created_at: one?.created_at, updated_at: clock };
        collection(first).set(String(whole.id), whole);
        return send(200, whole);
      }
      case 'POST': {
        const isTwin = (one: Entity): boolean =>
          ['name', 'route', 'service', 'consumer'].every(
            (field) => JSON.stringify(one[field] ?? null) === JSON.stringify(body[field] ?? null),
          );
        if ([...collection(first).values()].some(isTwin))
          return send(409, { code: 5, name: 'unique constraint violation', message: 'UNIQUE violation detected' });
        const made = { id: randomUUID(), created_at: clock, updated_at: clock, ...body };
        collection(first).set(String(made.id), made);
        return send(201, made);
      }
      case 'DELETE':
        collection(first).delete(String(one?.id));
        return send(204);
      default:
        return send(405, { message: 'Method not allowed' });
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${base}`,
    calls,
    writes: () => calls.filter((call) => !/^GET |^POST \/schemas\//.test(call)),
    entity: (name, id) => collection(name).get(id),
    list: (name) => [...collection(name).values()],
    change: (name, id, fields) => {
      collection(name).set(id, { ...patched(collection(name).get(id) ?? {}, fields), updated_at: clock });
    },
    fail: (method, { does, after = 0, times = 1 }) => {
      faults.push({ method, does, after, left: times });
    },
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      // Judged at the end: compiling Kong's schemas would stand in the way of whoever waits for an answer.
      const judge = adminOpenApi();
      const undocumented = judge === undefined ? [] : asked.flatMap((one) => judge.requestFault(one) ?? []);
      assert.deepEqual(undocumented, [], 'requests that Kong does not document');
    },
  };
}

/** Targets are a collection below their upstream: `upstreams/ID/targets`. */
function placeOf(pathname: string): { readonly first: string; readonly second: string; readonly third: string } {
  const [, one = '', two = '', three = '', four = '', five = ''] = pathname.split('/').map(decodeURIComponent);
  return one === 'upstreams' && three === 'targets'
    ? { first: `${one}/${two}/${three}`, second: four, third: five }
    : { first: one, second: two, third: three };
}

/** As recorded of Kong 3.9.3. */
function notEnabled(plugin: string): Entity {
  const text = `plugin '${plugin}' not enabled; add it to the 'plugins' configuration property`;
  return { message: `schema violation (name: ${text})`, code: 2, fields: { name: text }, name: 'schema violation' };
}

function root({ database = 'postgres' }: WritableOptions): Entity {
  const answer = recorded('root');
  return { ...answer, configuration: { ...(answer.configuration as Entity), database } };
}

/** As Kong merges: records field by field, lists and maps whole, null empties. */
function patched(entity: Entity, body: Entity, maps: readonly string[] = []): Entity {
  const next: Entity = { ...entity };
  for (const [name, value] of Object.entries(body)) {
    const there = next[name];
    const isMerged = isRecord(value) && isRecord(there) && !maps.includes(name);
    next[name] = isMerged ? patched(there, value, maps) : value;
  }
  return next;
}

function isRecord(value: unknown): value is Entity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function bodyOf(request: IncomingMessage): Promise<Entity> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Entity);
}
