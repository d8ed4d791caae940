// Kong's log serializer (http-log, file-log, tcp-log ...): one JSON object a request.
import { detached, type Line, placeOf } from '../../intake/part.ts';
import { headersOf, presentedCredentials } from '../exchanges/request.ts';
import { challengesOf } from '../oauth/www-authenticate.ts';
import type { ExchangeObservation, LoggedRequest } from '../observation.ts';
import type { LineReader, Reading } from '../reader.ts';
import { SerializerBlock, shapeOf } from './serializer-block.ts';
import { type SerializerEntry, serializerEntry } from './serializer-entry.ts';

/** Entries that are given as whole exchanges, a stream; of one shape at most three failures and one success. */
const EXCHANGES_KEPT = 120;
const SUCCESSES_KEPT = 20;

/** Reads one entry a line, or an array of entries (http-log batches). */
export function serializerReader(): LineReader {
  const shapes = new Map<string, number>();
  let kept = 0;
  let successes = 0;
  const isWanted = (status: number, shape: () => string): boolean =>
    status < 400
      ? successes < SUCCESSES_KEPT && !shapes.has(shape())
      : kept < EXCHANGES_KEPT && (shapes.get(shape()) ?? 0) < 3;
  const block = new SerializerBlock(isWanted);
  return {
    kind: 'kong-json-log',
    readBlock: (bytes, from, reading) => block.read(bytes, from, reading),
    read(line, reading) {
      const { text } = line;
      const first = text.charCodeAt(0);
      if ((first !== 123 && first !== 91) || !text.includes('"response"') || !text.includes('"request"')) return false;
      // An entry of a HAR file has both, too; the whole document is another reader's.
      if (text.includes('"startedDateTime"')) return false;
      // Most entries are only counted; the first of each shape are parsed.
      if (first === 123 && !BACKEND_MARK.test(text) && block.takes(text, nodeOf(line), reading)) return true;
      const entries = entriesOf(text);
      if (entries === undefined) return false;
      for (const entry of entries) {
        const logged = loggedOf(entry, line);
        block.passed(logged, reading);
        reading.emit({ kind: 'request', line: placeOf(line), text, logged });
        const shape = shapeOf(logged);
        if (!isWanted(logged.status, () => shape)) continue;
        shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
        if (logged.status < 400) successes++;
        else kept++;
        reading.emit(exchangeOf(entry, logged, line, reading));
      }
      return true;
    },
    end(reading) {
      block.flush(reading);
    },
  };
}

function entriesOf(text: string): readonly SerializerEntry[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Truncated or not JSON: the next reader may know it.
    return undefined;
  }
  const list = Array.isArray(value) ? value : [value];
  const entries = list.map(serializerEntry).filter((entry) => entry !== undefined);
  return entries.length > 0 ? entries : undefined;
}

/** Behind one address there may be several instances; these headers of the answer tell them apart. */
const BACKEND_HEADERS = [
  'x-app-version',
  'x-backend',
  'x-backend-server',
  'x-served-by',
  'x-instance',
  'x-pod-name',
  'x-pod',
];
const BACKEND_MARK = /"x-(?:app-version|backend|backend-server|served-by|instance|pod-name|pod)"/;

/** Which instance answered, where the answer says so. */
export function backendOf(header: (name: string) => string | undefined): string | undefined {
  for (const name of BACKEND_HEADERS) {
    const value = header(name);
    if (value !== undefined) return `${name} ${value}`;
  }
  return undefined;
}

function withNode(logged: LoggedRequest, line: Line): LoggedRequest {
  const node = nodeOf(line);
  return node === undefined ? logged : { ...logged, node };
}

function nodeOf(line: Line): string | undefined {
  return line.carrier?.pod ?? line.carrier?.node;
}

function headerText(headers: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = headers?.[name];
  if (typeof value === 'string') return value;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
}

/** The traffic facts of an entry. */
export function loggedOf(entry: SerializerEntry, line: Line): LoggedRequest {
  const lastTry = entry.tries.at(-1);
  const consumer = entry.consumer?.username ?? entry.consumer?.custom_id ?? entry.consumer?.id;
  const route = entry.route?.name ?? entry.route?.id;
  const service = entry.service?.name ?? entry.service?.id;
  const credential = entry.authenticated_entity?.id;
  const agent = headerText(entry.request.headers, 'user-agent');
  const marks = `${headerText(entry.response.headers, 'server') ?? ''} ${headerText(entry.response.headers, 'via') ?? ''}`;
  const version = /kong\/(\d[\w.-]{1,40})/.exec(marks)?.[1];
  const backend = backendOf((name) => headerText(entry.response.headers, name));
  const upstreamStatus = entry.upstream_status ?? (entry.latencies.proxy === -1 ? '' : undefined);
  return withNode(
    {
      status: entry.response.status,
      method: entry.request.method,
      path: withoutQuery(entry.request.uri),
      ...(entry.started_at === undefined ? {} : { at: entry.started_at }),
      ...(entry.client_ip === undefined ? {} : { client: entry.client_ip }),
      ...(agent === undefined ? {} : { agent }),
      ...(entry.upstream_uri === undefined ? {} : { upstreamPath: withoutQuery(entry.upstream_uri) }),
      ...(entry.request.id === undefined ? {} : { requestId: entry.request.id }),
      ...(consumer == null ? {} : { consumer }),
      ...(credential == null ? {} : { credential }),
      ...(route == null ? {} : { route }),
      ...(service == null ? {} : { service }),
      ...(backend !== undefined
        ? { target: backend }
        : lastTry === undefined
          ? {}
          : { target: `${lastTry.ip}:${lastTry.port}` }),
      ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
      ...(entry.source === 'kong' || entry.source === 'upstream' ? { source: entry.source } : {}),
      ...(version === undefined ? {} : { kongVersion: version }),
    },
    line,
  );
}

function withoutQuery(uri: string): string {
  const query = uri.indexOf('?');
  return query === -1 ? uri : uri.slice(0, query);
}

/**
 * The fields of an entry that tell who refused whom, in one line under the entry's own names: a JSON line of 2 kB shows
 * nothing in its first hundred characters.
 */
export function serializerDigest(logged: LoggedRequest, challenge?: string): string {
  const at = logged.at === undefined ? '' : `${new Date(logged.at).toISOString().slice(0, 19)}Z `;
  const fields = Object.entries({
    consumer: logged.consumer,
    source: logged.source,
    upstream_status: logged.upstreamStatus === '' ? 'none' : logged.upstreamStatus,
    route: logged.route,
    service: logged.service,
    node: logged.node,
    target: logged.target,
    client: logged.client,
    credential: logged.credential,
    agent: logged.agent,
    'www-authenticate': challenge,
  }).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${value}`]));
  const path = (logged.path ?? '').slice(0, 120);
  return `${at}${logged.method ?? ''} ${path} ${logged.status} ${fields.join(' ')}`.trim().slice(0, 600);
}

/** A failing entry as an exchange; request headers are those after the plugins ran. */
export function exchangeOf(
  entry: SerializerEntry,
  logged: LoggedRequest,
  line: Line,
  reading: Reading,
): ExchangeObservation {
  const sighting = {
    place: placeOf(line),
    excerpt: detached(serializerDigest(logged, headerText(entry.response.headers, 'www-authenticate'))),
  };
  const raw = headersOf(entry.request.headers);
  const { headers, credentials, target } = presentedCredentials(
    raw,
    entry.request.uri,
    {},
    sighting,
    entry.started_at,
    reading,
  );
  const response = headersOf(entry.response.headers);
  return {
    kind: 'exchange',
    form: 'serializer',
    sighting,
    statusAt: sighting,
    ...(entry.started_at === undefined ? {} : { at: entry.started_at }),
    request: {
      method: entry.request.method,
      target,
      path: logged.path ?? '',
      headers,
      credentials,
      fields: {},
      ...(headerText(entry.request.headers, 'host') === undefined
        ? {}
        : { host: headerText(entry.request.headers, 'host') ?? '' }),
      ...(entry.request.url.startsWith('https:')
        ? { scheme: 'https' as const }
        : entry.request.url.startsWith('http:')
          ? { scheme: 'http' as const }
          : {}),
    },
    response: { status: entry.response.status, headers: response, challenges: challengesOf(response) },
    remarks: [],
    ...(logged.requestId === undefined ? {} : { requestId: logged.requestId }),
    logged,
  };
}
