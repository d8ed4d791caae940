// Answers of log stores (CloudWatch, Elasticsearch, Loki) and exported lists: the log lines inside one JSON document.
import { unwrap } from './containers.ts';
import type { Line, Part } from './part.ts';
import type { Carrier } from './place.ts';

/** Log lines of one document that are taken out. */
const LINES = 100_000;
/** Characters by which a line is found again in the document. */
const FOUND_BY = 60;

interface Logged {
  readonly text: string;
  readonly carrier?: Carrier;
}

/** The log lines that a JSON part holds, each at its original line; undefined when it is no export of a log store. */
export function logLinesOf(part: Part): readonly Line[] | undefined {
  if (part.shape !== 'json' || !/"(?:message|log|textPayload|values|_source|line)"/.test(part.text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(part.text);
  } catch {
    // Cut off or no JSON: it is read as a document, with tolerance.
    return undefined;
  }
  const found = loggedIn(value).slice(0, LINES);
  if (found.length === 0) return undefined;
  let at = 0;
  return found.map(({ text, carrier }) => {
    const start = JSON.stringify(text.slice(0, FOUND_BY)).slice(1, -1);
    const place = part.lines.findIndex((line, index) => index >= at && line.text.includes(start));
    if (place !== -1) at = place;
    const { number, source } = part.lines[at] ?? { number: 1, source: part.source };
    return carrier === undefined ? { text, number, source } : { text, number, source, carrier };
  });
}

function loggedIn(value: unknown): readonly Logged[] {
  if (Array.isArray(value)) return value.flatMap((item) => fromItem(item));
  if (!isRecord(value)) return [];
  const hits = isRecord(value.hits) ? value.hits.hits : undefined;
  for (const list of [value.events, value.logEvents, hits])
    if (Array.isArray(list) && list.some((item) => fromItem(item).length > 0))
      return list.flatMap((item) => fromItem(item));
  const result = isRecord(value.data) ? value.data.result : undefined;
  return Array.isArray(result) ? result.flatMap((stream) => fromStream(stream)) : [];
}

/** An event with its time, or a hit: what a shipper would have written as one line. */
function fromItem(item: unknown): readonly Logged[] {
  if (!isRecord(item)) return [];
  const text = JSON.stringify(item);
  const { carrier, text: inner } = unwrap(text);
  return inner === text || carrier === undefined ? [] : [{ text: inner, carrier }];
}

/** Loki: `{"stream":{"pod":"kong-1"},"values":[["TIME","LINE"]]}`. */
function fromStream(stream: unknown): readonly Logged[] {
  if (!isRecord(stream) || !Array.isArray(stream.values)) return [];
  const labels = isRecord(stream.stream) ? stream.stream : {};
  const pod = typeof labels.pod === 'string' ? labels.pod : undefined;
  return stream.values.flatMap((entry: unknown) => {
    const line: unknown = Array.isArray(entry) ? entry[1] : undefined;
    if (typeof line !== 'string') return [];
    const inner = unwrap(line.replace(/\r?\n$/, ''));
    return [{ text: inner.text, carrier: { ...inner.carrier, ...(pod === undefined ? {} : { pod }) } }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
