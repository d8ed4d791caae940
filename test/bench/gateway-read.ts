// The doctor on a large gateway beside curl: the same pages of the same peer, and the memory of the command.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Entity, offsetOf, startAdminApi } from '../support/admin-api-peer.ts';

const root = join(import.meta.dirname, '../..');
const PAGE = 1000;

/** What one measurement gave. */
export interface GatewayRead {
  readonly curlSeconds: number;
  readonly doctorSeconds: number;
  /** Resident at most, MB. */
  readonly peak: number;
  readonly megabytes: number;
}

/**
 * Measures a gateway of that many services, routes and plugins, one of each belonging together.
 * @param runs of each command, of which the fastest counts
 */
export async function measureGatewayRead(count: number, runs: number): Promise<GatewayRead> {
  const lists = listsOf(count);
  const peer = await startAdminApi({ lists });
  try {
    const urls = Object.entries(lists).flatMap(([path, { length }]) =>
      Array.from({ length: Math.max(1, Math.ceil(length / PAGE)) }, (_, page) =>
        page === 0
          ? `${peer.url}${path}?size=${PAGE}`
          : `${peer.url}${path}?size=${PAGE}&offset=${offsetOf(page * PAGE)}`,
      ),
    );
    const outputs = urls.flatMap((url) => ['-o', '/dev/null', url]);
    let [curlSeconds, doctorSeconds, peak] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let run = 0; run < runs; run++) {
      curlSeconds = Math.min(curlSeconds, (await timed('curl', ['-s', ...outputs])).seconds);
      const preload = ['--import', join(import.meta.dirname, 'report-peak.js')];
      const command = [...preload, 'src/kongauth.js', 'doctor', '--target', '3.14', '--format', 'json'];
      const doctor = await timed(process.execPath, command, { KONG_ADMIN_URL: peer.url });
      doctorSeconds = Math.min(doctorSeconds, doctor.seconds);
      peak = Math.max(peak, (doctor.kilobytes * 1024) / 1e6);
    }
    const bytes = Object.values(lists).reduce((sum, list) => sum + JSON.stringify(list).length, 0);
    return { curlSeconds, doctorSeconds, peak, megabytes: bytes / 1e6 };
  } finally {
    await peer.close();
  }
}

/** Runs a command while the peer in this process goes on answering. */
async function timed(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly seconds: number; readonly kilobytes: number }> {
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  let told = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    told += chunk.toString('utf8');
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  return { seconds: (performance.now() - started) / 1000, kilobytes: Number(told) };
}

function listsOf(count: number): Readonly<Record<string, readonly Entity[]>> {
  const ids = Array.from({ length: count }, (_, at) => at);
  return {
    '/services': ids.map(service),
    '/routes': ids.map(route),
    '/plugins': ids.map(plugin),
    '/consumers': ids.slice(0, 1000).map((at) => ({ ...times(at), id: idOf('c', at), username: `consumer-${at}` })),
    '/key-auths': ids
      .slice(0, 1000)
      .map((at) => ({ id: idOf('d', at), key: `key-${at}-0123456789`, consumer: { id: idOf('c', at) } })),
    '/jwts': [],
    '/certificates': [],
    '/ca_certificates': [],
  };
}

function idOf(kind: string, at: number): string {
  return `${kind}0000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`;
}

function times(at: number): Entity {
  return { created_at: 1_795_455_411 + at, updated_at: 1_795_455_411 + at, tags: null };
}

function service(at: number): Entity {
  return {
    ...times(at),
    id: idOf('a', at),
    name: `service-${at}`,
    host: `service-${at}.svc.cluster.local`,
    port: 8080,
    protocol: 'http',
    path: null,
    retries: 5,
    connect_timeout: 60_000,
    read_timeout: 60_000,
    write_timeout: 60_000,
    enabled: true,
    ca_certificates: null,
    client_certificate: null,
    tls_verify: null,
    tls_verify_depth: null,
  };
}

function route(at: number): Entity {
  return {
    ...times(at),
    id: idOf('b', at),
    name: `route-${at}`,
    service: { id: idOf('a', at) },
    hosts: [`host-${at % 50}.example.com`],
    paths: [`/api/${at}`],
    methods: null,
    headers: null,
    snis: null,
    sources: null,
    destinations: null,
    protocols: ['http', 'https'],
    preserve_host: false,
    strip_path: true,
    path_handling: 'v0',
    regex_priority: 0,
    https_redirect_status_code: 426,
    request_buffering: true,
    response_buffering: true,
  };
}

function plugin(at: number): Entity {
  const attached = { service: null, route: { id: idOf('b', at) }, consumer: null, enabled: true, instance_name: null };
  const protocols = ['grpc', 'grpcs', 'http', 'https'];
  const rest = { ...times(at), ...attached, id: idOf('e', at), protocols };
  if (at % 4 !== 0)
    return {
      ...rest,
      name: 'key-auth',
      config: {
        key_names: ['apikey'],
        key_in_header: true,
        key_in_query: true,
        key_in_body: false,
        hide_credentials: false,
        anonymous: null,
        run_on_preflight: true,
        realm: null,
      },
    };
  return {
    ...rest,
    name: 'jwt',
    config: {
      realm: null,
      run_on_preflight: true,
      uri_param_names: ['jwt'],
      key_claim_name: 'iss',
      header_names: ['authorization'],
      maximum_expiration: 0,
      secret_is_base64: false,
      cookie_names: [],
      anonymous: null,
      claims_to_verify: ['exp'],
    },
  };
}
