// What transported a log line is taken off and remembered: docker, CRI, compose, kubectl, stern, journald, shippers.
import type { Carrier } from './place.ts';

/** A line without its transport, and the carrier. */
export interface Unwrapped {
  readonly text: string;
  readonly carrier?: Carrier;
  /** CRI tag P: the next record continues this one. */
  readonly partial?: boolean;
}

const CRI = /^(\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2})) (stdout|stderr) ([FP]) (.*)$/s;
const STAMPED = /^(\d{4}-\d{2}-\d{2}T[\d:.]{8,20}Z) (.*)$/s;
const DOCKER_STAMPED = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} (?=\d{4}\/\d{2}\/\d{2} )(.*)$/s;
const COMPOSE = /^([A-Za-z0-9][A-Za-z0-9_.-]{0,80}?)\s{1,40}\| (.*)$/s;
/** `aws logs tail`: time, log stream, line. */
const CLOUDWATCH =
  /^(\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2})) ((?:[\w.-]{1,80}\/){1,4}[\w.-]{1,120}) (.*)$/s;
const KUBECTL = /^\[(?:pod|deployment)\/([^\]/]{1,120})(?:\/([^\]]{1,80}))?\] (.*)$/s;
const STERN = /^([a-z0-9](?:[a-z0-9-]{1,60})-[a-z0-9]{4,10}(?:-[a-z0-9]{5})?) ([a-z0-9-]{2,40})(?: \u203a)? (.*)$/s;
const JOURNAL =
  /^(?:<\d{1,3}>)?([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}) (\S{1,80}) ([\w.@/-]{1,60})(?:\[(\d{1,7})\])?: (.*)$/s;
const SYSLOG5424 = /^<\d{1,3}>1 (\S{10,40}) (\S{1,80}) (\S{1,60}) (\S{1,20}) (\S{1,40}) (?:-|\[[^\]]{0,400}\]) ?(.*)$/s;
const GREP = /^(?:[\w./-]{1,120}:)?(?:\d{1,8}[:-])?(?=\d{4}\/\d{2}\/\d{2} \d{2}:)(.*)$/s;

/** Transports inside each other that are taken off: more than these nobody has. */
const LAYERS = 6;

/**
 * Takes the transport off one line.
 * @param line text without its line end
 */
export function unwrap(line: string, layer = 0): Unwrapped {
  if (layer > LAYERS) return { text: line };
  const first = line.charCodeAt(0);
  // Most lines of a plain log begin with an address or with the year and a slash: nothing to take off.
  if (first >= 48 && first <= 57) return unwrapDated(line);
  if (first === 123) return line.startsWith('{"') ? unwrapJson(line, layer) : { text: line };
  if (first === 91) return unwrapKubectl(line, layer);
  if (first === 60) return unwrapSyslog(line);
  if (first === 47 || first === 46) return { text: GREP.exec(line)?.[1] ?? line };
  if (isLetter(first)) return unwrapNamed(line, layer);
  return { text: line };
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

function unwrapDated(line: string): Unwrapped {
  if (line.charCodeAt(4) === 45) {
    const cri = CRI.exec(line);
    if (cri !== null) {
      return {
        text: cri[4] ?? '',
        carrier: { stream: cri[2] === 'stderr' ? 'stderr' : 'stdout', ...at(cri[1]) },
        partial: cri[3] === 'P',
      };
    }
    const docker = DOCKER_STAMPED.exec(line);
    if (docker !== null) return { text: docker[1] ?? '' };
    const cloudwatch = CLOUDWATCH.exec(line);
    if (cloudwatch !== null && looksLikeLog(cloudwatch[3] ?? ''))
      return { text: cloudwatch[3] ?? '', carrier: { pod: cloudwatch[2] ?? '', ...at(cloudwatch[1]) } };
    const stamped = STAMPED.exec(line);
    if (stamped !== null && !looksLikeOwnLog(stamped[2] ?? ''))
      return { text: stamped[2] ?? '', carrier: { ...at(stamped[1]) } };
    return { text: line };
  }
  if (line.charCodeAt(4) === 47 || line.charCodeAt(line.indexOf(' ') + 1) === 45) return { text: line };
  const grep = GREP.exec(line);
  return { text: grep?.[1] ?? line };
}

/** `INFO ...`, `[main] ...`: a log of another program, whose time stamp belongs to it. */
function looksLikeOwnLog(text: string): boolean {
  return /^(?:INFO|WARN|ERROR|DEBUG|TRACE|FATAL|info|warn|error|debug)\b/.test(text);
}

function at(time: string | undefined): { at: number } | Record<string, never> {
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? {} : { at: ms };
}

function unwrapKubectl(line: string, layer: number): Unwrapped {
  const match = KUBECTL.exec(line);
  if (match === null) return { text: line };
  const carrier: Carrier = { pod: match[1] ?? '', ...(match[2] === undefined ? {} : { container: match[2] }) };
  return nested(match[3] ?? '', carrier, layer);
}

function unwrapSyslog(line: string): Unwrapped {
  const match = SYSLOG5424.exec(line);
  if (match !== null) return { text: match[6] ?? '', carrier: { node: match[2] ?? '', ...at(match[1]) } };
  const journal = JOURNAL.exec(line);
  return journal === null ? { text: line } : { text: journal[5] ?? '', carrier: { node: journal[2] ?? '' } };
}

function unwrapNamed(line: string, layer: number): Unwrapped {
  if (line.includes(' | ')) {
    const compose = COMPOSE.exec(line);
    if (compose !== null && !line.startsWith('|'))
      return nested(compose[2] ?? '', { container: compose[1] ?? '' }, layer);
  }
  const journal = JOURNAL.exec(line);
  if (journal !== null) return { text: journal[5] ?? '', carrier: { node: journal[2] ?? '' } };
  const stern = STERN.exec(line);
  // Prose can look like a pod's name; what follows must look like a log.
  if (stern !== null && looksLikeLog(stern[3] ?? ''))
    return nested(stern[3] ?? '', { pod: stern[1] ?? '', container: stern[2] ?? '' }, layer);
  const grep = line.includes(':') ? GREP.exec(line) : null;
  return { text: grep?.[1] ?? line };
}

function looksLikeLog(text: string): boolean {
  return /^(?:\d{4}[/-]\d{2}[/-]\d{2}|\d{1,3}(?:\.\d{1,3}){3} - |\{"|[0-9a-f:]{3,39} - )/.test(text);
}

function nested(text: string, carrier: Carrier, layer: number): Unwrapped {
  const inner = unwrap(text, layer + 1);
  return { ...inner, carrier: { ...inner.carrier, ...carrier } };
}

const ENVELOPE_TEXTS = ['log', 'message', 'line', 'msg', '@message', 'textPayload', 'MESSAGE'] as const;
const ENVELOPE_SIGNS = [
  'stream',
  'time',
  'timestamp',
  '@timestamp',
  'kubernetes',
  'host',
  'hostname',
  'logger',
  'container_name',
  'container_id',
  'severity',
  '_source',
  '_index',
  'pod',
  'attrs',
  'resource',
  'insertId',
  'agent',
  'input',
] as const;

/** JSON around a line: docker's json-file and the envelopes of log shippers; not Kong's own serializer JSON. */
function unwrapJson(line: string, layer: number): Unwrapped {
  if (!line.endsWith('}') || (line.includes('"request":{') && line.includes('"response":{'))) return { text: line };
  if (!ENVELOPE_TEXTS.some((name) => line.includes(`"${name}":`)) && !line.includes('"_source":'))
    return { text: line };
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // Not an envelope after all: the text goes on as it is.
    return { text: line };
  }
  return fromEnvelope(parsed, layer) ?? { text: line };
}

function fromEnvelope(value: unknown, layer: number): Unwrapped | undefined {
  if (!isRecord(value)) return undefined;
  const inner = value._source;
  if (isRecord(inner))
    return layer > LAYERS ? undefined : fromEnvelope({ ...inner, _index: value._index ?? '' }, layer + 1);
  if (!ENVELOPE_SIGNS.some((name) => name in value)) return undefined;
  // Kong's own answers ({"message":..,"request_id":..}) and the Admin API's errors are no envelopes.
  if ('request_id' in value || 'code' in value) return undefined;
  const text = ENVELOPE_TEXTS.map((name) => value[name]).find((candidate) => typeof candidate === 'string');
  if (typeof text !== 'string' || (saysMore(value) && !looksLikeLog(text))) return undefined;
  const kubernetes = isRecord(value.kubernetes) ? value.kubernetes : {};
  const pod = firstText(kubernetes.pod_name, isRecord(kubernetes.pod) ? kubernetes.pod.name : undefined, value.pod);
  const container = firstText(kubernetes.container_name, value.container_name);
  const node = firstText(kubernetes.host, isRecord(value.host) ? value.host.name : value.host, value.hostname);
  const stream = value.stream === 'stderr' || value.stream === 'stdout' ? value.stream : undefined;
  const carrier: Carrier = {
    ...(pod === undefined ? {} : { pod }),
    ...(container === undefined ? {} : { container }),
    ...(node === undefined ? {} : { node }),
    ...(stream === undefined ? {} : { stream }),
    ...at(firstText(value.time, value['@timestamp'], value.timestamp)),
  };
  return nested(text.replace(/\r?\n$/, ''), carrier, layer);
}

/** An answer of a server, or a program's own structured line: its other fields say more than the text alone. */
function saysMore(value: Readonly<Record<string, unknown>>): boolean {
  if ('stream' in value || 'kubernetes' in value || '_index' in value) return false;
  return ['error', 'err', 'exception', 'errorCode', 'stack_trace', 'status', 'statusCode', 'caller', 'pid'].some(
    (name) => name in value,
  );
}

function firstText(...values: readonly unknown[]): string | undefined {
  const found = values.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
