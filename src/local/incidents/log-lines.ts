// Lines of Kong's logs: the serializer's JSON, nginx' access log and the error log, in the shapes of Kong 3.14.
import { createHash } from 'node:crypto';
import { idOf } from '../entities.ts';

export interface Request {
  /** ms since 1970 */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly service: string;
  readonly status: number;
  /** Who answered. */
  readonly source: 'kong' | 'upstream';
  readonly consumer: string;
  readonly clientIp: string;
  readonly userAgent: string;
  /** Of the answer, beyond the usual. */
  readonly headers?: Readonly<Record<string, string>>;
}

const HOST = 'api.acme.example';
const VIA = '1.1 kong/3.14.0.2-enterprise-edition';

/** An id of a request, as Kong makes it. */
export function requestId(of: string): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 32);
}

/** One line of http-log or file-log. */
export function serialized(request: Request): string {
  const { at, method, path, service, status, source, consumer, clientIp, userAgent, headers = {} } = request;
  const id = requestId(`${at}${path}${consumer}`);
  const isUpstream = source === 'upstream';
  const latency = 20 + (at % 37);
  return JSON.stringify({
    request: {
      id,
      method,
      uri: path,
      url: `https://${HOST}${path}`,
      size: 232,
      querystring: {},
      headers: {
        host: HOST,
        'user-agent': userAgent,
        accept: '*/*',
        apikey: 'REDACTED',
        'x-consumer-username': consumer,
      },
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', client_verify: 'NONE' },
    },
    response: {
      status,
      size: 418,
      headers: {
        'content-type': 'application/json',
        'x-kong-request-id': id,
        ...(isUpstream
          ? { via: VIA, 'x-kong-upstream-latency': String(latency), 'x-kong-proxy-latency': '1' }
          : { server: VIA.slice(4), 'x-kong-response-latency': '2' }),
        ...headers,
      },
    },
    upstream_uri: path,
    upstream_status: isUpstream ? String(status) : '',
    source,
    latencies: { request: latency + 1, kong: 1, proxy: isUpstream ? latency : -1, receive: 0 },
    tries: isUpstream
      ? [{ ip: '10.20.0.11', port: 8080, balancer_start: at, balancer_latency: 0, balancer_latency_ns: 20_480 }]
      : [],
    consumer: { id: idOf('consumer', consumer), username: consumer, custom_id: `cid-${consumer}` },
    authenticated_entity: { id: idOf('key-auth', consumer) },
    route: { id: idOf('route', service), name: service, paths: [`/${service}`] },
    service: { id: idOf('service', service), name: service, host: `${service}.internal`, port: 8080, protocol: 'http' },
    client_ip: clientIp,
    started_at: at,
    workspace_name: 'default',
  });
}

/** One line of the access log of a pod, as `kubectl logs --prefix` shows it. */
export function accessLine(pod: string, request: Omit<Request, 'service' | 'source' | 'consumer'>): string {
  const { at, method, path, status, clientIp, userAgent } = request;
  const id = requestId(`${pod}${at}${path}`);
  return `[pod/${pod}/proxy] ${clientIp} - - [${clfTime(at)}] "${method} ${path} HTTP/1.1" ${status} ${300 + (at % 1200)} "-" "${userAgent}" kong_request_id: "${id}"`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function clfTime(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** `2026/11/24 04:02:10`, the error log's time. */
export function errorTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
}

/** `Tue, 24 Nov 2026 03:07:41 GMT`, HTTP's. */
export function httpTime(at: number): string {
  return new Date(at).toUTCString();
}
