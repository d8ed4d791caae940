// The sample gateway: an Admin API, metrics and an identity provider on the loopback address, with a configuration to break.
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminEntities, type Answered } from './admin-api.ts';
import { type Entity, idOf, sampleCollections } from './entities.ts';
import { type Fields, fieldsOf, parsedOr } from './fields.ts';
import { prometheusAnswer } from './prometheus.ts';
import { Traffic } from './traffic.ts';

export interface DataPlane {
  readonly hostname: string;
  readonly version: string;
  readonly configHash: string;
  readonly syncStatus: string;
  /** Seconds ago that it was last seen. */
  readonly silentFor: number;
}

export interface SampleGateway {
  readonly settings: GatewaySettings;
  readonly entities: AdminEntities;
  readonly traffic: Traffic;
  readonly dataPlanes: Map<string, DataPlane>;
  /** `http://localhost:PORT/realms/acme`. */
  readonly issuer: string;
  close(): Promise<void>;
}

const VERSION = '3.14.0.2';
const NODE = idOf('node', 'control-plane');
const HASH = '6f1c3b0d9a5e4728b1c0d2e3f4a59687';
/** The identity provider's; it signs nothing here. */
const KEYS = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PLUGINS: Readonly<Record<string, number>> = {
  'openid-connect': 1050,
  'key-auth': 1250,
  'basic-auth': 1100,
  'hmac-auth': 1030,
  'rate-limiting': 910,
  'request-transformer': 801,
  'http-log': 12,
  prometheus: 13,
  cors: 2000,
  jwt: 1450,
  acl: 950,
};

/**
 * Starts it.
 * @param approvers ids of who may let changes be written
 */
export async function startSampleGateway(approvers: readonly string[]): Promise<SampleGateway> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://localhost:${port}/realms/acme`;
  const entities = new AdminEntities(sampleCollections(issuer));
  const traffic = new Traffic(Date.now);
  const dataPlanes = new Map(
    ['kong-dp-1', 'kong-dp-2', 'kong-dp-3'].map((hostname): [string, DataPlane] => [
      hostname,
      { hostname, version: VERSION, configHash: HASH, syncStatus: 'normal', silentFor: 12 },
    ]),
  );

  function answerTo(method: string, url: URL, body: Fields): Answered {
    const of = entities.answer({ method, path: url.pathname, query: url.searchParams, body });
    if (of !== undefined) return of;
    if (method !== 'GET') return { status: 405, body: { message: 'Method not allowed' } };
    const found = nodeAnswer(url.pathname) ?? providerAnswer(url.pathname, issuer);
    return found === undefined ? { status: 404, body: { message: 'Not found' } } : { status: 200, body: found };
  }

  function nodeAnswer(path: string): Entity | undefined {
    if (path === '/') return rootAnswer();
    if (path === '/status')
      return {
        database: { reachable: true },
        memory: {
          workers_lua_vms: [{ http_allocated_gc: '61.20 MiB', pid: 1342 }],
          lua_shared_dicts: { kong: { allocated_slabs: '0.04 MiB', capacity: '5.00 MiB' } },
        },
        server: { total_requests: 294_000, connections_active: 14, connections_accepted: 9100 },
      };
    if (path === '/clustering/data-planes') return { data: [...dataPlanes.values()].map(dataPlaneEntity), next: null };
    const [, upstream] = /^\/upstreams\/([^/]+)\/health$/.exec(path) ?? [];
    if (upstream !== undefined)
      return { node_id: NODE, next: null, data: ['10.20.0.11:8080', '10.20.0.12:8080'].map(targetHealth) };
    return undefined;
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const metrics = prometheusAnswer(url.pathname, new URLSearchParams(text), traffic);
      const { status, body } =
        metrics !== undefined
          ? { status: 200, body: metrics }
          : answerTo(request.method ?? 'GET', url, fieldsOf(parsedOr(text)));
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        server: `kong/${VERSION}-enterprise-edition`,
        'x-kong-admin-latency': '3',
      });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    })().catch(() => response.destroy());
  });

  const base = `http://127.0.0.1:${port}`;
  return {
    settings: {
      name: 'sample',
      adminUrl: base,
      prometheusUrl: base,
      konnect: false,
      identityProviderHosts: [`localhost:${port}`],
      approvers,
    },
    entities,
    traffic,
    dataPlanes,
    issuer,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function rootAnswer(): Entity {
  return {
    version: VERSION,
    edition: 'enterprise',
    tagline: 'Welcome to kong',
    hostname: 'kong-cp-1',
    node_id: NODE,
    lua_version: 'LuaJIT 2.1.1700200000',
    configuration: {
      database: 'postgres',
      role: 'control_plane',
      router_flavor: 'traditional_compatible',
      untrusted_lua: 'sandbox',
      log_level: 'notice',
    },
    plugins: {
      available_on_server: Object.fromEntries(
        Object.entries(PLUGINS).map(([name, priority]) => [name, { version: VERSION, priority }]),
      ),
      enabled_in_cluster: ['key-auth', 'jwt', 'acl', 'openid-connect', 'prometheus'],
    },
    timers: { running: 0, pending: 9 },
  };
}

function dataPlaneEntity({ hostname, version, configHash, syncStatus, silentFor }: DataPlane): Entity {
  const now = Math.floor(Date.now() / 1000);
  return {
    id: idOf('data-plane', hostname),
    hostname,
    ip: '10.20.1.7',
    version,
    config_hash: configHash,
    sync_status: syncStatus,
    last_seen: now - silentFor,
    updated_at: now - silentFor,
    ttl: 1_209_600 - silentFor,
    labels: null,
    cert_details: null,
  };
}

function targetHealth(target: string): Entity {
  const [ip, port] = target.split(':');
  return {
    id: idOf('target', target),
    target,
    weight: 100,
    health: 'HEALTHY',
    upstream: { id: idOf('upstream', 'orders.internal') },
    data: { addresses: [{ ip, port: Number(port), health: 'HEALTHY', weight: 100 }], host: ip, port: Number(port) },
  };
}

/** The identity provider: what a gateway reads of one. */
function providerAnswer(path: string, issuer: string): Entity | undefined {
  const own = new URL(issuer).pathname;
  if (path === `${own}/.well-known/openid-configuration`)
    return {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      introspection_endpoint: `${issuer}/introspect`,
      jwks_uri: `${issuer}/keys`,
      grant_types_supported: ['authorization_code', 'client_credentials', 'refresh_token'],
      response_types_supported: ['code'],
      scopes_supported: ['openid', 'profile', 'accounts'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    };
  if (path !== `${own}/keys`) return undefined;
  const { publicKey } = KEYS;
  return { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'acme-2026-10', use: 'sig', alg: 'RS256' }] };
}
