// Traces of Kong: OpenTelemetry JSON (Konnect's debugger, collectors) and Jaeger's export; one exchange a traced request.
import { isRecord, type StructuredDocument, textOf } from '../configs/document.ts';
import type { LoggedRequest, RanPlugins } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { partsOfUrl, presentedCredentials } from './request.ts';

interface Span {
  readonly trace: string;
  readonly name: string;
  /** ns or µs since 1970 as text or number; only compared. */
  readonly start: number;
  readonly startMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly exceptions: readonly string[];
  /** Dotted path of the span in the document. */
  readonly path: string;
  /** The field of the span that holds its name. */
  readonly nameAt: 'name' | 'operationName';
}

/** Spans of one document that are read. */
const SPANS = 20_000;
const TRACES = 300;
/** Kong's calls to others that matter here: those to the identity provider. */
const PROVIDER = /token|introspect|userinfo|jwks|openid|oauth|authorize|\.well-known/i;

/** Reads a trace; false when the document is none or has no span of Kong. */
export function readTrace(document: StructuredDocument, reading: Reading): boolean {
  const spans = spansOf(document.value);
  if (!spans.some((span) => span.name === 'kong' || span.name.startsWith('kong.'))) return false;
  const traces = new Map<string, Span[]>();
  for (const span of spans) {
    const trace = traces.get(span.trace);
    if (trace !== undefined) trace.push(span);
    else if (traces.size < TRACES) traces.set(span.trace, [span]);
  }
  for (const trace of traces.values()) readOne(trace, document, reading);
  return true;
}

function readOne(spans: readonly Span[], document: StructuredDocument, reading: Reading): void {
  const root = spans.find((span) => span.name === 'kong');
  for (const span of spans) {
    const plugin = pluginOf(span.name);
    for (const text of span.exceptions)
      reading.emit({
        kind: 'log-entry',
        product: 'kong',
        sighting: document.sightingOf(`${span.path}.${span.nameAt}`),
        level: 'error',
        text,
        ...(plugin === undefined ? {} : { component: plugin }),
      });
    if (/^kong\.(?:internal\.request|io\.http\.request)/.test(span.name)) readProviderCall(span, document, reading);
  }
  if (root === undefined) return;
  const { attributes } = root;
  const status = Number(attributes['http.response.status_code'] ?? attributes['http.status_code']);
  const sighting = document.sightingOf(`${root.path}.${root.nameAt}`);
  const url = partsOfUrl(attributes['url.full'] ?? attributes['http.url'] ?? '/');
  const at = root.startMs > 0 ? root.startMs : undefined;
  const presented = presentedCredentials([], url.target, {}, sighting, at, reading);
  const ran = ranIn(spans);
  const ender = ran.endedBy ?? (ran.upstreamAsked ? undefined : ran.plugins.at(-1));
  const last = ender === undefined ? undefined : spans.find((span) => pluginOf(span.name) === ender);
  const requestId = attributes['proxy.kong.request.id'] ?? attributes['kong.request.id'];
  const host = attributes['http.request.header.host'] ?? attributes['http.host'] ?? url.host;
  const method = attributes['http.request.method'] ?? attributes['http.method'] ?? 'GET';
  const logged: LoggedRequest = {
    status: Number.isInteger(status) ? status : 0,
    method,
    path: url.path,
    ...(at === undefined ? {} : { at }),
    upstreamStatus: ran.upstreamAsked ? (attributes['proxy.kong.upstream_status_code'] ?? String(status)) : '',
  };
  reading.emit({
    kind: 'exchange',
    form: 'trace',
    sighting,
    statusAt: last === undefined ? sighting : document.sightingOf(`${last.path}.${last.nameAt}`),
    ...(at === undefined ? {} : { at }),
    request: {
      method,
      path: url.path,
      ...presented,
      ...(host === undefined ? {} : { host }),
      ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
    },
    ...(Number.isInteger(status) ? { response: { status, headers: [], challenges: [] } } : {}),
    remarks: [],
    ...(requestId === undefined ? {} : { requestId }),
    ...(Number.isInteger(status) ? { logged } : {}),
    ran,
  });
}

/** The plugins in the order they ran, and the one that a status stands on (Kong 3.14 and later). */
function ranIn(spans: readonly Span[]): RanPlugins {
  const plugins = spans
    .filter((span) => /^kong\.(?:certificate|rewrite|access)\.plugin\./.test(span.name))
    .sort((one, other) => one.start - other.start);
  const ended = plugins.find((span) =>
    Object.keys(span.attributes).some((name) => /(?:^|[._])status(?:_code)?$/.test(name)),
  );
  const endedBy = ended === undefined ? undefined : pluginOf(ended.name);
  return {
    plugins: [...new Set(plugins.flatMap((span) => pluginOf(span.name) ?? []))],
    ordered: true,
    upstreamAsked: spans.some((span) =>
      /^kong\.(?:balancer|upstream\.|send_request_to_upstream|read_headers_from_upstream)/.test(span.name),
    ),
    ...(endedBy === undefined ? {} : { endedBy }),
  };
}

function pluginOf(span: string): string | undefined {
  return /^kong\.\w{2,20}\.plugin\.([\w-]{1,80})/.exec(span)?.[1];
}

function readProviderCall(span: Span, document: StructuredDocument, reading: Reading): void {
  const address = span.attributes['http.url'] ?? span.attributes['url.full'];
  const status = Number(span.attributes['http.status_code'] ?? span.attributes['http.response.status_code']);
  if (address === undefined || !Number.isInteger(status) || !PROVIDER.test(address)) return;
  const sighting = document.sightingOf(`${span.path}.${span.nameAt}`);
  const url = partsOfUrl(address);
  reading.emit({
    kind: 'exchange',
    form: 'trace',
    sighting,
    statusAt: sighting,
    request: {
      method: span.attributes['http.method'] ?? span.attributes['http.request.method'] ?? 'GET',
      path: url.path,
      ...presentedCredentials([], url.target, {}, sighting, undefined, reading),
      ...(url.host === undefined ? {} : { host: url.host }),
      ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
    },
    response: { status, headers: [], challenges: [] },
    remarks: [],
  });
}

function spansOf(value: unknown): readonly Span[] {
  if (Array.isArray(value)) {
    const batches = value.slice(0, 500);
    if (batches.every((item) => isRecord(item) && ('spanId' in item || 'span_id' in item)))
      return batches.flatMap((item, at) => otlpSpan(item, String(at)));
    return batches.flatMap((item, at) => (isRecord(item) ? otlpSpans(item, `${at}.`) : []));
  }
  if (!isRecord(value)) return [];
  const otlp = otlpSpans(value, '');
  return otlp.length > 0 ? otlp : jaegerSpans(value);
}

function listAt(
  value: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): readonly [string, readonly unknown[]] {
  for (const name of names) {
    const list = value[name];
    if (Array.isArray(list)) return [name, list];
  }
  return ['', []];
}

/** OTLP/JSON: resourceSpans → scopeSpans → spans; both spellings, and `batches` of Tempo; spans alone too. */
function otlpSpans(value: Readonly<Record<string, unknown>>, prefix: string): Span[] {
  const spans: Span[] = [];
  const [resourcesName, resources] = listAt(value, 'resourceSpans', 'resource_spans', 'batches');
  for (const [at, resource] of resources.entries()) {
    if (!isRecord(resource)) continue;
    const [scopesName, scopes] = listAt(resource, 'scopeSpans', 'scope_spans', 'instrumentationLibrarySpans');
    for (const [scopeAt, scope] of scopes.entries()) {
      if (!isRecord(scope) || !Array.isArray(scope.spans)) continue;
      for (const [spanAt, span] of scope.spans.entries()) {
        if (spans.length >= SPANS) return spans;
        spans.push(...otlpSpan(span, `${prefix}${resourcesName}.${at}.${scopesName}.${scopeAt}.spans.${spanAt}`));
      }
    }
  }
  if (resources.length === 0 && Array.isArray(value.spans))
    for (const [at, span] of value.spans.slice(0, SPANS).entries())
      spans.push(...otlpSpan(span, `${prefix}spans.${at}`));
  return spans;
}

function otlpSpan(span: unknown, path: string): readonly Span[] {
  if (!isRecord(span) || typeof span.name !== 'string') return [];
  const start = Number(span.startTimeUnixNano ?? span.start_time_unix_nano ?? span.start_time ?? 0);
  return [
    {
      trace: textOf(span.traceId ?? span.trace_id) ?? '',
      name: span.name,
      start,
      startMs: Math.floor(start / 1e6) || 0,
      attributes: attributesOf(span.attributes),
      exceptions: (Array.isArray(span.events) ? span.events.slice(0, 20) : []).flatMap((event) => {
        const text = isRecord(event) ? attributesOf(event.attributes)['exception.message'] : undefined;
        return text === undefined ? [] : [text];
      }),
      path,
      nameAt: 'name',
    },
  ];
}

/** `[{"key":"http.method","value":{"stringValue":"GET"}}]`, or a plain object, as texts by name. */
function attributesOf(list: unknown): Readonly<Record<string, string>> {
  if (isRecord(list))
    return Object.fromEntries(
      Object.entries(list).flatMap(([name, value]) => {
        const text = textOf(value);
        return text === undefined ? [] : [[name, text]];
      }),
    );
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(
    list.slice(0, 200).flatMap((item) => {
      if (!isRecord(item) || typeof item.key !== 'string') return [];
      const value = isRecord(item.value) ? Object.values(item.value)[0] : item.value;
      const text = typeof value === 'boolean' ? String(value) : textOf(value);
      return text === undefined ? [] : [[item.key, text]];
    }),
  );
}

/** Jaeger's JSON: data → spans with operationName and tags, times in µs. */
function jaegerSpans(value: Readonly<Record<string, unknown>>): Span[] {
  const spans: Span[] = [];
  for (const [at, trace] of (Array.isArray(value.data) ? value.data.slice(0, TRACES) : []).entries()) {
    if (!isRecord(trace) || !Array.isArray(trace.spans)) continue;
    for (const [spanAt, span] of trace.spans.entries()) {
      if (!isRecord(span) || typeof span.operationName !== 'string' || spans.length >= SPANS) continue;
      const attributes = attributesOf(span.tags);
      const start = Number(span.startTime ?? 0);
      spans.push({
        trace: textOf(span.traceID ?? trace.traceID) ?? '',
        name: span.operationName,
        start,
        startMs: Math.floor(start / 1000) || 0,
        attributes,
        exceptions: [],
        path: `data.${at}.spans.${spanAt}`,
        nameAt: 'operationName',
      });
    }
  }
  return spans;
}
