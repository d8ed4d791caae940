// Kong's log serializer (http-log, file-log, tcp-log ...): one JSON object a request.
import { z } from 'zod';
import { detached, type Line, placeOf } from '../../intake/part.ts';
import { headersOf, presentedCredentials } from '../exchanges/request.ts';
import { challengesOf } from '../oauth/www-authenticate.ts';
import type { ExchangeObservation, LoggedRequest } from '../observation.ts';
import type { LineReader, Reading } from '../reader.ts';

const Text = z.union([z.string(), z.number()]).transform(String);
const Headers = z.record(z.string(), z.unknown()).catch({});
/** What we rely on of an entry (Kong 1.0 to 3.15); the rest is left alone. */
export const SerializerEntry = z.looseObject({
  request: z.looseObject({
    id: z.string().optional().catch(undefined),
    method: z.string().catch(''),
    uri: z.string().catch(''),
    url: z.string().catch(''),
    headers: Headers.optional(),
    querystring: z.record(z.string(), z.unknown()).catch({}).optional(),
  }),
  response: z.looseObject({ status: z.number(), headers: Headers.optional() }),
  upstream_status: Text.optional().catch(undefined),
  source: z.string().optional().catch(undefined),
  latencies: z
    .looseObject({ proxy: z.number().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  tries: z
    .array(z.looseObject({ ip: z.string().catch(''), port: z.number().catch(0) }))
    .optional()
    .catch(undefined),
  consumer: z
    .looseObject({ username: z.string().nullish(), custom_id: z.string().nullish(), id: z.string().nullish() })
    .nullish()
    .catch(undefined),
  authenticated_entity: z.looseObject({ id: z.string().nullish() }).nullish().catch(undefined),
  route: z.looseObject({ name: z.string().nullish(), id: z.string().nullish() }).nullish().catch(undefined),
  service: z.looseObject({ name: z.string().nullish(), id: z.string().nullish() }).nullish().catch(undefined),
  client_ip: z.string().optional().catch(undefined),
  upstream_uri: z.string().optional().catch(undefined),
  started_at: z.number().optional().catch(undefined),
  workspace_name: z.string().optional().catch(undefined),
});
export type SerializerEntry = z.infer<typeof SerializerEntry>;

/** Entries that are given as whole exchanges, a stream; of one shape at most three failures and one success. */
const EXCHANGES_KEPT = 120;
const SUCCESSES_KEPT = 20;

/** Reads one entry a line, or an array of entries (http-log batches). */
export function serializerReader(): LineReader {
  const shapes = new Map<string, number>();
  let kept = 0;
  let successes = 0;
  const isWanted = (logged: LoggedRequest): boolean =>
    logged.status < 400
      ? successes < SUCCESSES_KEPT && !shapes.has(shapeOf(logged))
      : kept < EXCHANGES_KEPT && (shapes.get(shapeOf(logged)) ?? 0) < 3;
  return {
    kind: 'kong-json-log',
    read(line, reading) {
      const { text } = line;
      const first = text.charCodeAt(0);
      if ((first !== 123 && first !== 91) || !text.includes('"response"') || !text.includes('"request"')) return false;
      // Most entries are only counted: a scan tells what the tallies need, and only kept failures are parsed.
      const fast = first === 123 ? scanEntry(text) : undefined;
      if (fast !== undefined && !isWanted(fast)) {
        reading.emit({ kind: 'request', line: placeOf(line), text, logged: withNode(fast, line) });
        return true;
      }
      const entries = entriesOf(text);
      if (entries === undefined) return false;
      for (const entry of entries) {
        const logged = loggedOf(entry, line);
        reading.emit({ kind: 'request', line: placeOf(line), text, logged });
        if (!isWanted(logged)) continue;
        const shape = shapeOf(logged);
        shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
        if (logged.status < 400) successes++;
        else kept++;
        reading.emit(exchangeOf(entry, logged, line, reading));
      }
      return true;
    },
    end() {},
  };
}

/** Failures of one shape say the same thing. */
function shapeOf(logged: LoggedRequest): string {
  return `${logged.status} ${logged.source} ${logged.route} ${logged.consumer} ${logged.upstreamStatus}`;
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
  const entries = list
    .map((item) => SerializerEntry.safeParse(item))
    .flatMap((result) => (result.success ? [result.data] : []));
  return entries.length > 0 ? entries : undefined;
}

function withNode(logged: LoggedRequest, line: Line): LoggedRequest {
  const node = line.carrier?.pod ?? line.carrier?.node;
  return node === undefined ? logged : { ...logged, node };
}

function headerText(headers: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = headers?.[name];
  if (typeof value === 'string') return value;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
}

/** The traffic facts of an entry. */
export function loggedOf(entry: SerializerEntry, line: Line): LoggedRequest {
  const lastTry = entry.tries?.at(-1);
  const consumer = entry.consumer?.username ?? entry.consumer?.custom_id ?? entry.consumer?.id;
  const route = entry.route?.name ?? entry.route?.id;
  const service = entry.service?.name ?? entry.service?.id;
  const credential = entry.authenticated_entity?.id;
  const agent = headerText(entry.request.headers, 'user-agent');
  const marks = `${headerText(entry.response.headers, 'server') ?? ''} ${headerText(entry.response.headers, 'via') ?? ''}`;
  const version = /kong\/(\d[\w.-]{1,40})/.exec(marks)?.[1];
  const upstreamStatus = entry.upstream_status ?? (entry.latencies?.proxy === -1 ? '' : undefined);
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
      ...(lastTry === undefined ? {} : { target: `${lastTry.ip}:${lastTry.port}` }),
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
  const raw = headersOf(entry.request.headers ?? {});
  const { headers, credentials, target } = presentedCredentials(
    raw,
    entry.request.uri,
    {},
    sighting,
    entry.started_at,
    reading,
  );
  const response = headersOf(entry.response.headers ?? {});
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

/**
 * The traffic facts of a succeeding entry without parsing it: a scan over the top-level keys that skips nested values.
 * @returns undefined when anything is not as expected; then the entry is parsed
 */
export function scanEntry(text: string): (LoggedRequest & { readonly status: number }) | undefined {
  const spans = topLevel(text);
  if (spans === undefined) return undefined;
  const response = spans.get('response');
  const request = spans.get('request');
  if (response === undefined || request === undefined) return undefined;
  const status = numberAfter(text, '"status":', response);
  if (status === undefined) return undefined;
  const uri = stringAfter(text, '"uri":"', request);
  const method = stringAfter(text, '"method":"', request);
  if (uri === undefined || method === undefined) return undefined;
  const path = uri.includes('?') ? uri.slice(0, uri.indexOf('?')) : uri;
  const logged: { -readonly [K in keyof LoggedRequest]: LoggedRequest[K] } = { status, method, path };
  const started = spans.get('started_at');
  if (started !== undefined) logged.at = Number(text.slice(started[0], started[1]));
  const client = spans.get('client_ip');
  if (client !== undefined) logged.client = text.slice(client[0] + 1, client[1] - 1);
  const source = spans.get('source');
  if (source !== undefined) {
    const value = text.slice(source[0] + 1, source[1] - 1);
    if (value === 'kong' || value === 'upstream') logged.source = value;
  }
  const upstream = spans.get('upstream_status');
  if (upstream !== undefined) logged.upstreamStatus = text.slice(upstream[0] + 1, upstream[1] - 1);
  const consumer = spans.get('consumer');
  const consumerName =
    consumer === undefined
      ? undefined
      : (stringAfter(text, '"username":"', consumer) ??
        stringAfter(text, '"custom_id":"', consumer) ??
        stringAfter(text, '"id":"', consumer));
  if (consumerName !== undefined) logged.consumer = consumerName;
  const route = spans.get('route');
  // A nested {"service":{"id":..}} stands in the route, so only a name is unambiguous.
  const routeName = route === undefined ? undefined : stringAfter(text, '"name":"', route);
  if (route !== undefined && routeName === undefined) return undefined;
  if (routeName !== undefined) logged.route = routeName;
  const service = spans.get('service');
  const serviceName = service === undefined ? undefined : stringAfter(text, '"name":"', service);
  if (service !== undefined && serviceName === undefined) return undefined;
  if (serviceName !== undefined) logged.service = serviceName;
  const credential = spans.get('authenticated_entity');
  const credentialId = credential === undefined ? undefined : stringAfter(text, '"id":"', credential);
  if (credentialId !== undefined) logged.credential = credentialId;
  const tries = spans.get('tries');
  if (tries !== undefined && tries[1] - tries[0] > 2) {
    const lastAt = text.lastIndexOf('{', tries[1]);
    const span: [number, number] = [lastAt, tries[1]];
    const ip = stringAfter(text, '"ip":"', span);
    const port = numberAfter(text, '"port":', span);
    if (ip === undefined || port === undefined) return undefined;
    logged.target = `${ip}:${port}`;
  }
  const agent = stringAfter(text, '"user-agent":"', request);
  if (agent !== undefined) logged.agent = agent;
  const id = stringAfter(text, '"id":"', request);
  if (id !== undefined) logged.requestId = id;
  const kong = text.indexOf('kong\\/', response[0]);
  if (kong !== -1 && kong < response[1]) {
    const end = text.indexOf('"', kong);
    logged.kongVersion = text.slice(kong + 6, end);
  }
  return logged;
}

/** Spans of the values of the top-level keys; nested objects are skipped by counting brackets outside strings. */
function topLevel(text: string): Map<string, [number, number]> | undefined {
  const spans = new Map<string, [number, number]>();
  let at = 1;
  for (;;) {
    if (text.charCodeAt(at) !== 34) return undefined;
    const keyEnd = text.indexOf('"', at + 1);
    if (keyEnd === -1 || text.charCodeAt(keyEnd + 1) !== 58) return undefined;
    const from = keyEnd + 2;
    const to = endOfValue(text, from);
    if (to === undefined) return undefined;
    spans.set(text.slice(at + 1, keyEnd), [from, to]);
    const next = text.charCodeAt(to);
    if (next === 125) return spans;
    if (next !== 44) return undefined;
    at = to + 1;
  }
}

function endOfValue(text: string, from: number): number | undefined {
  const first = text.charCodeAt(from);
  if (first === 34) return endOfString(text, from);
  if (first !== 123 && first !== 91) {
    let at = from;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === 44 || code === 125 || code === 93) return at;
      at++;
    }
    return undefined;
  }
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      at = end - 1;
    } else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

function endOfString(text: string, quote: number): number | undefined {
  let at = quote + 1;
  for (;;) {
    const close = text.indexOf('"', at);
    if (close === -1) return undefined;
    let slashes = 0;
    while (text.charCodeAt(close - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return close + 1;
    at = close + 1;
  }
}

function stringAfter(text: string, key: string, span: readonly [number, number]): string | undefined {
  const at = text.indexOf(key, span[0]);
  if (at === -1 || at >= span[1]) return undefined;
  const from = at + key.length;
  const end = endOfString(text, from - 1);
  if (end === undefined || end > span[1]) return undefined;
  const raw = text.slice(from, end - 1);
  return raw.includes('\\') ? raw.replaceAll('\\/', '/').replaceAll('\\"', '"') : raw;
}

function numberAfter(text: string, key: string, span: readonly [number, number]): number | undefined {
  const at = text.indexOf(key, span[0]);
  if (at === -1 || at >= span[1]) return undefined;
  const value = Number.parseInt(text.slice(at + key.length, at + key.length + 16), 10);
  return Number.isNaN(value) ? undefined : value;
}
