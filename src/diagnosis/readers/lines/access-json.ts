// Access logs written as JSON: nginx' and Kong's log_format with the usual names, Envoy's, Traefik's.
import { type Line, placeOf } from '../../intake/part.ts';
import type { LoggedRequest } from '../observation.ts';
import type { LineReader } from '../reader.ts';
import { timeOf } from './log-line.ts';

type Entry = Readonly<Record<string, unknown>>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const STATUS = ['status', 'st', 'response_code', 'status_code', 'response_status', 'http_status', 'DownstreamStatus'];
/** Fields that error bodies lack: without one of them `{"status":401,"path":"/x"}` is an answer and no log. */
const CLIENT = [
  'remote_addr',
  'client_ip',
  'ip',
  'clientip',
  'remote_ip',
  'client',
  'realip_remote_addr',
  'ClientHost',
];
const MEASURES = [
  'request_time',
  'body_bytes_sent',
  'bytes_sent',
  'http_user_agent',
  'user_agent',
  'upstream_addr',
  'upstream_status',
  'request_length',
  'downstream_remote_address',
  'kong_request_id',
  'consumer',
  'source',
  'src',
  'ua',
  'duration',
  'Duration',
];
const TIME = [
  'started_at',
  't',
  'ts',
  'time_iso8601',
  'timestamp',
  '@timestamp',
  'time',
  'time_local',
  'start_time',
  'StartUTC',
  'msec',
];
const REQUEST_ID = ['kong_request_id', 'request_id', 'req_id', 'x_request_id', 'http_x_request_id'];
/** Fields that a proxy in front of Kong writes and Kong's own nginx does not know. */
const IN_FRONT = ['proxy_upstream_name', 'ingress_name', 'response_flags', 'DownstreamStatus', 'upstream_cluster'];

/** Reads one JSON object a line. */
export function accessJsonReader(): LineReader {
  return {
    kind: 'access-log',
    read(line, reading) {
      const { text } = line;
      if (text.charCodeAt(0) !== 123 || !/[sS]tatus|response_code|"st":/.test(text.slice(0, 20_000))) return false;
      const entry = entryOf(text);
      const logged = entry === undefined ? undefined : loggedOf(entry, line);
      if (logged === undefined) return false;
      reading.emit({ kind: 'request', line: placeOf(line), text, logged });
      return true;
    },
    end() {},
  };
}

/** The object, or the one that a shipper put it in. */
function entryOf(text: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut off or no JSON: another reader may know it.
    return undefined;
  }
  for (let depth = 0; depth < 4 && isEntry(value); depth++) {
    const inner: unknown = value._source ?? value.log_processed ?? value.jsonPayload ?? value.fields;
    if (!isEntry(inner) || STATUS.some((name) => name in (value as Entry))) return value;
    value = inner;
  }
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function loggedOf(entry: Entry, line: Line): LoggedRequest | undefined {
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = entry[name];
      if (typeof value === 'string' && value !== '' && value !== '-') return value;
      if (typeof value === 'number') return String(value);
    }
    return undefined;
  };
  const status = Number(text(...STATUS));
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const request = text('request');
  const target = text('request_uri', 'uri', 'RequestPath', 'path', 'request_path', 'url') ?? targetOf(request);
  const source = text('source', 'src');
  const isKongs = source === 'kong' || source === 'upstream';
  if (target === undefined && request === undefined && !isKongs) return undefined;
  if (![...CLIENT, ...MEASURES].some((name) => name in entry)) return undefined;
  const logged: Mutable<LoggedRequest> = { status };
  const set = <K extends keyof LoggedRequest>(name: K, value: LoggedRequest[K] | undefined): void => {
    if (value !== undefined) (logged as Mutable<Partial<LoggedRequest>>)[name] = value;
  };
  set('method', text('request_method', 'method', 'RequestMethod', 'http_method', 'verb', 'm') ?? methodOf(request));
  set('path', target?.split('?', 1)[0]);
  set('at', timeOfEntry(text(...TIME)) ?? line.carrier?.at);
  set('client', withoutPort(text(...CLIENT, 'downstream_remote_address')));
  set('source', source === 'kong' || source === 'upstream' ? source : undefined);
  set('route', text('route', 'route_name'));
  set('service', text('service', 'service_name'));
  set('agent', text('http_user_agent', 'user_agent', 'ua', 'request_User-Agent', 'agent'));
  set('host', text('host', 'http_host', 'server_name', 'vhost', 'authority', 'RequestHost'));
  set('requestId', text(...REQUEST_ID));
  set('consumer', text('consumer', 'consumer_username', 'x_consumer_username', 'http_x_consumer_username'));
  set('user', text('remote_user', 'ClientUsername'));
  set('target', lastOf(text('upstream_addr', 'target', 'try', 'upstream_host', 'ServiceAddr')));
  set('node', line.carrier?.pod ?? line.carrier?.node ?? text('hostname', 'pod', 'pod_name'));
  const upstream = entry.upstream_status;
  // What stands behind a proxy in front may be Kong: its upstream status does not tell Kong from the API.
  if ((typeof upstream === 'string' || typeof upstream === 'number') && !IN_FRONT.some((name) => name in entry))
    logged.upstreamStatus = upstream === '-' ? '' : (lastOf(String(upstream)) ?? '');
  return logged;
}

/** nginx lists one value a try: `10.0.0.5:8080, 10.0.0.6:8080`. */
function lastOf(list: string | undefined): string | undefined {
  return list === undefined ? undefined : list.slice(list.lastIndexOf(',') + 1).trim();
}

function withoutPort(address: string | undefined): string | undefined {
  return address === undefined ? undefined : address.replace(/^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$/, '$1');
}

/** `GET /orders?page=2 HTTP/1.1`. */
function targetOf(request: string | undefined): string | undefined {
  const target = request?.split(' ', 3)[1];
  return target?.startsWith('/') === true ? target : undefined;
}

function methodOf(request: string | undefined): string | undefined {
  const method = request?.split(' ', 2)[0] ?? '';
  return /^[A-Z]{3,7}$/.test(method) ? method : undefined;
}

/** ISO 8601, seconds since 1970 (`msec`), or nginx' `12/Oct/2026:07:01:02 +0000`. */
function timeOfEntry(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  if (/^\d{10}(?:\.\d{1,6})?$/.test(time)) return Number(time) * 1000;
  if (/^\d{13}$/.test(time)) return Number(time);
  const local = /^(\d{2})\/(\w{3})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{4})$/.exec(time);
  if (local !== null) {
    const ms = Date.parse(`${local[1]} ${local[2]} ${local[3]} ${local[4]} ${local[5]}`);
    return Number.isNaN(ms) ? undefined : ms;
  }
  return timeOf(time);
}
