// A peer that answers as Kong's Admin API over HTTP, from recorded answers: pages, names and ids, RBAC, Konnect, faults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GatewaySettings } from '../../src/gateway-settings.ts';
import { type AdminOpenApi, adminOpenApi } from './openapi.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/kong/admin');

export type Entity = Record<string, unknown>;

/** An answer of Kong 3.9.3 as it was recorded. */
export function recorded(name: string): Entity {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Entity;
}

/** The entities of a recorded list. */
export function recordedList(name: string): Entity[] {
  return recorded(name).data as Entity[];
}

/** What the peer does instead of a right answer; counted down where `times` is given. */
export interface Fault {
  /** Path as it arrives, without the query. */
  readonly at: string;
  readonly does: 'reset' | 'truncate' | 'huge' | 'stall' | 'wrong-json' | number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only with this offset in the query. */
  readonly offset?: string;
  times?: number;
}

export interface PeerOptions {
  /** Wanted as `Kong-Admin-Token`, by Konnect as a bearer token; others get a 401. */
  readonly token?: string;
  /** What the token's role may not read: paths without workspace, and all below them. */
  readonly denied?: readonly string[];
  /** Id of the control plane: the peer is Konnect then, which tells nothing of nodes. */
  readonly konnect?: string;
  /** A node without a database: it takes no writes. */
  readonly dbless?: boolean;
  readonly workspace?: string;
  readonly faults?: readonly Fault[];
  readonly pageSize?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** More collections and single answers, by path; they win over the recordings. */
  readonly lists?: Readonly<Record<string, readonly Entity[]>>;
  readonly answers?: Readonly<Record<string, Entity>>;
}

export interface Peer {
  readonly url: string;
  /** `GET /path?query` in the order of arrival. */
  readonly calls: readonly string[];
  readonly connections: () => number;
  /** Requests that Kong's OpenAPI does not know, and own answers that are not as it documents. */
  readonly openApiFaults: () => ReadonlySet<string>;
  /** Throws when there was such a fault. */
  readonly close: () => Promise<void>;
}

const HASH = '0123456789abcdef0123456789abcdef';

const LISTS: Readonly<Record<string, string>> = {
  '/services': 'services',
  '/routes': 'routes',
  '/plugins': 'plugins',
  '/consumers': 'consumers',
  '/upstreams': 'upstreams',
  '/consumers/web/acls': 'consumers_web_acls',
  '/consumers/web/jwt': 'consumers_web_jwt',
  '/consumers/web/key-auth': 'consumers_web_key-auth',
  '/consumers/web/basic-auth': 'consumers_web_basic-auth',
  '/consumers/mobile/hmac-auth': 'consumers_mobile_hmac-auth',
  '/upstreams/orders-up/health': 'upstreams_orders-up_health',
};

/** Settings of a gateway at this address that everyone may read and nobody may change. */
export function gatewayAt(adminUrl: string, more: Partial<GatewaySettings> = {}): GatewaySettings {
  return { name: 'default', adminUrl, konnect: false, identityProviderHosts: [], approvers: [], ...more };
}

/** Base of an Admin API in Konnect, to stand behind the peer's address. */
export function konnectBase(controlPlane: string): string {
  return `/v2/control-planes/${controlPlane}/core-entities`;
}

interface Arrived {
  readonly method: string;
  readonly url: URL;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: Entity;
}

/** Starts the peer on a free port. */
export async function startAdminApi(options: PeerOptions = {}): Promise<Peer> {
  const calls: string[] = [];
  // Judged at the end: compiling Kong's schemas would stand in the way of whoever waits for an answer.
  const judged: ((judge: AdminOpenApi) => string | undefined)[] = [];
  const openApiFaults = (): ReadonlySet<string> => {
    const judge = adminOpenApi();
    return new Set(judge === undefined ? [] : judged.flatMap((faultOf) => faultOf(judge) ?? []));
  };
  let connections = 0;
  const answer = (arrived: Arrived, response: ServerResponse): void => {
    const { method, url } = arrived;
    const fault = options.faults?.find(
      ({ at, times, offset }) =>
        at === url.pathname && times !== 0 && (offset === undefined || offset === url.searchParams.get('offset')),
    );
    const at = pathBelowBase(url.pathname, options);
    const request = { method, path: at ?? url.pathname, query: url.searchParams, body: arrived.body };
    if (at !== undefined) judged.push((judge) => judge.requestFault(request));
    if (fault !== undefined) {
      if (fault.times !== undefined) fault.times -= 1;
      commit(fault, response);
      return;
    }
    const { status, body } = refusalTo(arrived, at, options) ?? answerTo(at ?? '', arrived, options);
    if (at !== undefined) judged.push((judge) => judge.answerFault(request, status, body));
    send(response, status, body);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = request;
    calls.push(`${method} ${url}`);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      answer({ method, url: new URL(url, 'http://peer'), headers, body }, response);
    });
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    calls,
    connections: () => connections,
    openApiFaults,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      assert.deepEqual([...openApiFaults()], []);
    },
  };
}

/** The path without workspace and Konnect's base; undefined for what lies beside them. */
function pathBelowBase(pathname: string, { workspace, konnect }: PeerOptions): string | undefined {
  const base = konnect === undefined ? (workspace === undefined ? '' : `/${workspace}`) : konnectBase(konnect);
  if (base !== '' && pathname !== base && !pathname.startsWith(`${base}/`)) return undefined;
  return pathname.slice(base.length) || '/';
}

/** What stands before every entity: tokens, roles, and what this kind of node does not have. */
function refusalTo({ method, headers }: Arrived, at: string | undefined, options: PeerOptions): Answer | undefined {
  const { token, konnect, denied = [] } = options;
  const sent = konnect === undefined ? headers['kong-admin-token'] : headers.authorization;
  const wanted = konnect === undefined ? token : `Bearer ${token}`;
  if (token !== undefined && sent !== wanted) {
    if (konnect !== undefined)
      return {
        status: 401,
        body: { status: 401, title: 'Unauthorized', instance: 'kong:trace:1', detail: 'Invalid token' },
      };
    const message =
      sent === undefined ? 'Invalid credentials. Token or User credentials required' : 'Invalid RBAC credentials';
    return { status: 401, body: { message } };
  }
  if (at === undefined) return { status: 404, body: { message: 'Not found' } };
  if (denied.some((path) => at === path || at.startsWith(`${path}/`)))
    return { status: 403, body: { message: 'reader, you do not have permissions to read this resource' } };
  const ofNode = at === '/' || /^\/(?:status|clustering|debug|cache|config|endpoints)(?:\/|$)|\/health$/.test(at);
  if (konnect !== undefined && ofNode) return { status: 404, body: { message: 'Not found' } };
  if (method === 'GET') return undefined;
  if (options.dbless === true)
    return {
      status: 405,
      body: {
        ...{ code: 12, name: 'operation unsupported' },
        message: 'cannot update entities when not using a database',
      },
    };
  return undefined;
}

function answerTo(at: string, { method, url }: Arrived, options: PeerOptions): Answer {
  if (method !== 'GET') return { status: 405, body: { message: 'Method not allowed' } };
  const found = answerAt(at, url.searchParams, options);
  return found === undefined ? { status: 404, body: { message: 'Not found' } } : { status: 200, body: found };
}

function answerAt(path: string, query: URLSearchParams, options: PeerOptions): Entity | undefined {
  const given = options.answers?.[path];
  if (given !== undefined) return given;
  if (path === '/') return options.dbless === true ? withoutDatabase(recorded('root')) : recorded('root');
  if (path === '/status') {
    const { database, ...rest } = recorded('status');
    return options.dbless === true ? { ...rest, configuration_hash: HASH } : { database, ...rest };
  }
  const list = listAt(path, options);
  if (list !== undefined) return page(path, list, query, options.pageSize ?? 1000);
  const [, collection = '', name = '', ...rest] = path.split('/');
  const wanted = decodeURIComponent(name);
  const entity = listAt(`/${collection}`, options)?.find((item) =>
    [item.id, item.name, item.username].includes(wanted),
  );
  if (entity === undefined || (collection === 'plugins' && entity.id !== wanted)) return undefined;
  if (rest.length === 0) return entity;
  // An entity is found by id too, its children are recorded under its name.
  const own = listAt(`/${[collection, String(entity.name ?? entity.username), ...rest].join('/')}`, options);
  if (own !== undefined) return page(path, own, query, options.pageSize ?? 1000);
  if (collection === 'services' && rest[0] === 'routes') {
    const routes = listAt('/routes', options) ?? [];
    return page(
      path,
      routes.filter((route) => (route.service as Entity | null)?.id === entity.id),
      query,
      1000,
    );
  }
  const credentials = ['acls', 'jwt', 'key-auth', 'basic-auth', 'hmac-auth', 'oauth2'];
  return collection === 'consumers' && credentials.includes(rest[0] ?? '') ? page(path, [], query, 1000) : undefined;
}

/** Of a node without a database: what `GET /` tells differently. */
function withoutDatabase(root: Entity): Entity {
  return { ...root, configuration: { ...(root.configuration as Entity), database: 'off' } };
}

function listAt(path: string, options: PeerOptions): readonly Entity[] | undefined {
  const given = options.lists?.[path];
  if (given !== undefined) return given;
  const name = LISTS[path];
  return name === undefined ? undefined : recordedList(name);
}

function page(path: string, list: readonly Entity[], query: URLSearchParams, most: number): Entity {
  const size = Math.min(Number(query.get('size') ?? 100), most);
  const from = Number(Buffer.from(query.get('offset') ?? '', 'base64url').toString('utf8') || 0);
  if (from + size >= list.length) return { data: list.slice(from), next: null };
  const offset = offsetOf(from + size);
  return { data: list.slice(from, from + size), next: `${path}?offset=${offset}&size=${size}`, offset };
}

/** The offset of the page that begins at this entity. */
export function offsetOf(from: number): string {
  return Buffer.from(String(from)).toString('base64url');
}

function send(response: ServerResponse, status: number, body: Entity): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', server: 'kong/3.9.3' });
  response.end(JSON.stringify(body));
}

function commit(fault: Fault, response: ServerResponse): void {
  if (typeof fault.does === 'number') {
    response.writeHead(fault.does, { 'content-type': 'application/json', ...fault.headers });
    response.end(JSON.stringify({ message: 'An unexpected error occurred' }));
    return;
  }
  switch (fault.does) {
    case 'reset':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"data":[{"id":"');
      setTimeout(() => response.socket?.resetAndDestroy(), 20);
      return;
    case 'truncate':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":[{"secret":"half-a-secret-0815","id":');
      return;
    case 'wrong-json':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"data":"none"}');
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"data":[],"padding":"${'x'.repeat(2 ** 20 + 1)}"}`);
      return;
    case 'stall':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"data":[');
      return;
  }
}
