// A peer that keeps entities and takes writes as Kong's Admin API does: PATCH merges records, the schema refuses, DB-less
// and data planes take nothing. Answers of the recorded form (reference: Kong 3.9.3).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Entity, recorded } from './admin-api-peer.ts';
import { type AdminRequest, adminOpenApi } from './openapi.ts';

export interface WritableOptions {
  /** By collection: `plugins`, `routes`, ... */
  readonly entities: Readonly<Record<string, readonly Entity[]>>;
  /** `off` is DB-less. */
  readonly database?: 'postgres' | 'off';
  /** Fields of `config` that the schema knows not. */
  readonly unknownFields?: readonly string[];
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
  /** The next write is done, and its answer never arrives. */
  readonly loseNextAnswer: () => void;
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
  let loses = false;
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
    const url = new URL(request.url ?? '', 'http://peer');
    calls.push(`${method} ${url.pathname}`);
    const body = await bodyOf(request);
    asked.push({
      method,
      path: url.pathname,
      query: url.searchParams,
      ...(method === 'PATCH' || method === 'POST' ? { body } : {}),
    });
    const [, first = '', second = '', third = ''] = url.pathname.split('/').map(decodeURIComponent);
    const send = (status: number, value?: Entity): void => {
      if (loses && method !== 'GET' && first !== 'schemas') {
        loses = false;
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
    if (first === '') return send(200, root(options));
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
        const next: Entity = { ...patched(one ?? {}, body), updated_at: clock };
        collection(first).set(String(next.id), next);
        return send(200, next);
      }
      case 'POST': {
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
    url: `http://127.0.0.1:${port}`,
    calls,
    writes: () => calls.filter((call) => !/^GET |^POST \/schemas\//.test(call)),
    entity: (name, id) => collection(name).get(id),
    list: (name) => [...collection(name).values()],
    change: (name, id, fields) => {
      collection(name).set(id, { ...patched(collection(name).get(id) ?? {}, fields), updated_at: clock });
    },
    loseNextAnswer: () => {
      loses = true;
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

function root({ database = 'postgres' }: WritableOptions): Entity {
  const answer = recorded('root');
  return { ...answer, configuration: { ...(answer.configuration as Entity), database } };
}

/** As Kong merges: records field by field, lists whole, null empties. */
function patched(entity: Entity, body: Entity): Entity {
  const next: Entity = { ...entity };
  for (const [name, value] of Object.entries(body)) {
    const there = next[name];
    next[name] = isRecord(value) && isRecord(there) ? patched(there, value) : value;
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
