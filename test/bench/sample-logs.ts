// Writes large logs of a gateway on which one partner is refused: access log, error log and the log serializer's JSON.
import { closeSync, openSync, writeSync } from 'node:fs';
import { type Random, randomFrom } from './random.ts';

/** The logs that the bench reads. */
export const SAMPLE_LOGS = ['access', 'error', 'json'] as const;
export type SampleLog = (typeof SAMPLE_LOGS)[number];

/** Time of the first line, ms since 1970: 2026-11-23T06:00:00Z. */
const STARTS = Date.UTC(2026, 10, 23, 6);
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WRITTEN_AT_ONCE = 2 ** 20;

/**
 * Writes one log; the same kind and size give the same bytes.
 * @param bytes size to reach; the last line is whole, so the file is a little larger
 */
export function writeSampleLog(kind: SampleLog, path: string, bytes: number): void {
  const random = randomFrom(20_261_123 + SAMPLE_LOGS.indexOf(kind));
  const traffic = trafficOf(random);
  const line = { access: accessLine, error: errorEntry, json: jsonLine }[kind];
  const file = openSync(path, 'w');
  try {
    let written = 0;
    let text = '';
    while (written + text.length < bytes) {
      text += line(traffic(), random);
      if (text.length >= WRITTEN_AT_ONCE) {
        written += writeSync(file, text);
        text = '';
      }
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** A caller of the gateway. Mobile callers come from thousands of addresses, the others from one each. */
interface Caller {
  readonly consumer: string;
  readonly agent: string;
  readonly addresses: readonly [string, ...string[]];
  readonly routes: readonly [string, ...string[]];
  /** Out of 100 requests. */
  readonly share: number;
}

/** One request of the traffic. */
interface Request {
  readonly at: number;
  /** The same to the second: 2026-11-23T06:00:00. */
  readonly time: string;
  readonly caller: Caller;
  readonly address: string;
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly size: number;
  readonly id: string;
}

const AGENTS: readonly [string, ...string[]] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
];

function callersOf(random: Random): readonly [Caller, ...Caller[]] {
  const address = (): string => `10.${random.below(40)}.${random.below(256)}.${1 + random.below(254)}`;
  const mobile = [address(), ...Array.from({ length: 4000 }, address)] as const;
  return [
    {
      consumer: 'mobile',
      agent: 'okhttp/4.12.0',
      addresses: [...mobile],
      routes: ['orders', 'catalog', 'users'],
      share: 46,
    },
    {
      consumer: 'web',
      agent: AGENTS[0],
      addresses: [address(), address(), address()],
      routes: ['orders', 'catalog'],
      share: 24,
    },
    {
      consumer: 'web',
      agent: AGENTS[1] ?? '',
      addresses: [address(), address()],
      routes: ['orders', 'catalog'],
      share: 10,
    },
    {
      consumer: 'web',
      agent: AGENTS[2] ?? '',
      addresses: [address(), address()],
      routes: ['orders', 'users'],
      share: 8,
    },
    {
      consumer: 'billing',
      agent: 'Apache-HttpClient/5.4 (Java/21.0.5)',
      addresses: ['10.41.0.12'],
      routes: ['invoices'],
      share: 7,
    },
    { consumer: 'monitoring', agent: 'kube-probe/1.33', addresses: ['10.42.0.1'], routes: ['health'], share: 2 },
    { consumer: 'partner-acme', agent: 'acme-batch/1.0', addresses: ['198.51.100.23'], routes: ['orders'], share: 3 },
  ];
}

function trafficOf(random: Random): () => Request {
  const callers = callersOf(random);
  let at = STARTS;
  let second = Number.NaN;
  let time = '';
  return () => {
    at += random.below(60);
    if (Math.floor(at / 1000) !== second) {
      second = Math.floor(at / 1000);
      time = new Date(at).toISOString().slice(0, 19);
    }
    const caller = callerAt(callers, random.below(100));
    const route = random.pick(caller.routes);
    const method = random.chance(0.8) ? 'GET' : random.pick(['POST', 'PUT', 'DELETE']);
    return {
      at,
      time,
      caller,
      address: random.pick(caller.addresses),
      route,
      method,
      path: pathOf(route, random),
      query: method === 'GET' && random.chance(0.3) ? `?page=${random.below(20)}&limit=50` : '',
      status: statusOf(caller, method, random),
      size: 90 + random.below(9000),
      id: random.hex(32),
    };
  };
}

function callerAt(callers: readonly [Caller, ...Caller[]], hundredth: number): Caller {
  let rest = hundredth;
  for (const caller of callers) {
    rest -= caller.share;
    if (rest < 0) return caller;
  }
  return callers[0];
}

function pathOf(route: string, random: Random): string {
  if (route === 'health') return '/health';
  const words: readonly [string, ...string[]] = ['', '/items', '/status', '/history'];
  return `/v1/${route}/${1000 + random.below(400_000)}${random.pick(words)}`;
}

/** The partner's secret is wrong; all others fail now and then. */
function statusOf(caller: Caller, method: string, random: Random): number {
  if (caller.consumer === 'partner-acme') return 401;
  const hundredth = random.below(1000);
  if (hundredth < 2) return 401;
  if (hundredth < 14) return 404;
  if (hundredth < 17) return 503;
  return method === 'POST' ? 201 : 200;
}

/** Kong's default access log since 3.5. */
function accessLine(request: Request): string {
  const { address, method, path, query, status, size, caller, id, time } = request;
  return `${address} - - [${nginxTime(time)}] "${method} ${path}${query} HTTP/1.1" ${status} ${size} "-" "${caller.agent}" kong_request_id: "${id}"\n`;
}

function nginxTime(time: string): string {
  return `${time.slice(8, 10)}/${MONTHS[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
}

/** What plugins and nginx write, one entry of one or several lines. */
function errorEntry(request: Request, random: Random): string {
  const { address, method, path, query, id, time } = request;
  const head = `${time.slice(0, 10).replaceAll('-', '/')} ${time.slice(11, 19)}`;
  const worker = `1${340 + random.below(4)}#0: *${900 + random.below(900_000)}`;
  const tail = `, client: ${address}, server: kong, request: "${method} ${path}${query} HTTP/1.1", host: "api.example.com", request_id: "${id}"`;
  switch (random.below(8)) {
    case 0:
      return `${head} [warn] ${worker} a client request body is buffered to a temporary file /usr/local/kong/client_body_temp/00000${random.below(9999)}${tail}\n`;
    case 1:
      return `${head} [error] ${worker} connect() failed (111: Connection refused) while connecting to upstream, client: ${address}, server: kong, request: "${method} ${path} HTTP/1.1", upstream: "http://10.50.0.${1 + random.below(9)}:8080${path}", host: "api.example.com", request_id: "${id}"\n`;
    case 2:
      return `${head} [error] ${worker} [kong] handler.lua:${90 + random.below(300)} [openid-connect] unable to load public key from ping.example.com (attempt ${random.below(5)})${tail}\n`;
    case 3:
      return `${head} [error] ${worker} [lua] responses.lua:${random.below(400)}: send(): [rate-limiting] failed to get usage: timeout\nstack traceback:\n\t[C]: in function 'error'\n\t/usr/local/share/lua/5.1/kong/plugins/rate-limiting/handler.lua:${random.below(200)}: in function 'get_usage'\n\t/usr/local/share/lua/5.1/kong/runloop/plugins_iterator.lua:311: in function 'execute'${tail}\n`;
    case 4:
      return `${head} [notice] ${worker} [kong] handler.lua:118 [acl] consumer ${request.caller.consumer} checked in ${random.below(900)} us${tail}\n`;
    case 5:
      return `${head} [debug] ${worker} [lua] init.lua:${random.below(900)}: execute(): upstream target chosen for ${path}${tail}\n`;
    case 6:
      return `${head} [error] ${worker} [kong] http.lua:${random.below(300)} [http-log] entries failed: connection refused\n`;
    default:
      return `${head} [info] ${worker} client ${address} closed keepalive connection\n`;
  }
}

/** One entry of Kong 3.9's log serializer, keys in the order that cjson gave them in a recording. */
function jsonLine(request: Request, random: Random): string {
  const { at, caller, address, route, method, path, query, status, size, id } = request;
  const seconds = Math.floor(at / 1000);
  const consumerId = uuidOf(caller.consumer);
  const routeId = uuidOf(`route ${route}`);
  const serviceId = uuidOf(`service ${route}`);
  const target = `10.50.${route.length}.${1 + random.below(3)}`;
  const entry = {
    upstream_uri: path + query,
    workspace_name: 'default',
    request: {
      size: 100 + random.below(900),
      querystring: query === '' ? {} : { page: '1', limit: '50' },
      uri: path + query,
      url: `https://api.example.com:8443${path}${query}`,
      id,
      method,
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', client_verify: 'NONE' },
      headers: {
        accept: '*/*',
        authorization: 'REDACTED',
        'x-consumer-id': consumerId,
        'x-consumer-username': caller.consumer,
        'x-credential-identifier': uuidOf(`credential ${caller.consumer}`),
        host: 'api.example.com',
        'user-agent': caller.agent,
      },
    },
    upstream_status: String(status),
    source: 'upstream',
    response: {
      size,
      status,
      headers: {
        'content-type': 'application/json',
        date: new Date(at).toUTCString(),
        server: 'Jetty(11.0.20)',
        via: '1.1 kong/3.9.3',
        connection: 'close',
        ...(status === 401 ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}),
        'x-kong-upstream-latency': String(random.below(90)),
        'x-kong-proxy-latency': String(random.below(9)),
        'x-kong-request-id': id,
      },
    },
    route: {
      preserve_host: false,
      id: routeId,
      regex_priority: 0,
      ws_id: uuidOf('workspace'),
      service: { id: serviceId },
      request_buffering: true,
      response_buffering: true,
      name: route,
      protocols: ['http', 'https'],
      path_handling: 'v0',
      paths: [`/v1/${route}`],
      strip_path: false,
      https_redirect_status_code: 426,
      updated_at: 1_795_455_562,
      created_at: 1_795_455_562,
    },
    started_at: at,
    authenticated_entity: { id: uuidOf(`credential ${caller.consumer}`) },
    client_ip: address,
    consumer: { created_at: 1_795_455_411, id: consumerId, updated_at: 1_795_455_411, username: caller.consumer },
    service: {
      write_timeout: 60_000,
      created_at: 1_795_455_411,
      id: serviceId,
      port: 8080,
      retries: 5,
      connect_timeout: 60_000,
      enabled: true,
      read_timeout: 60_000,
      protocol: 'http',
      updated_at: 1_795_455_411,
      host: `${route}.internal`,
      ws_id: uuidOf('workspace'),
      name: `${route}-service`,
    },
    tries: [
      {
        balancer_start: at,
        balancer_start_ns: seconds * 1e9,
        ip: target,
        balancer_latency: 0,
        port: 8080,
        balancer_latency_ns: random.below(30_000),
      },
    ],
    latencies: { proxy: random.below(90), receive: random.below(3), request: random.below(99), kong: random.below(9) },
    workspace: uuidOf('workspace'),
  };
  // cjson escapes the slash.
  return `${JSON.stringify(entry).replaceAll('/', '\\/')}\n`;
}

const uuids = new Map<string, string>();

/** The same name has the same id. */
function uuidOf(name: string): string {
  let uuid = uuids.get(name);
  if (uuid === undefined) {
    let seed = 1;
    for (const letter of name) seed = (seed * 31 + letter.charCodeAt(0)) | 1;
    const hex = randomFrom(seed).hex(32);
    uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
    uuids.set(name, uuid);
  }
  return uuid;
}
