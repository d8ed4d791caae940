// Kong's Prometheus text: requests by status, route and consumer, health of targets, nodes and data planes (2.1 to 3.15).
import { type Line, placeOf } from '../../intake/part.ts';
import type { NodeObservation, RequestCountObservation, TargetHealthObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';

type Labels = Readonly<Record<string, string>>;

/** One sample of the text format: name, labels and value. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Reads metrics text. */
export const prometheusReader: DocumentReader = {
  kind: 'prometheus',
  read(part, reading) {
    if (part.shape !== 'metrics' && !(part.shape === 'prose' && part.text.includes('kong_'))) return 0;
    const metrics: Metrics = { counts: [], nodes: new Map() };
    let understood = 0;
    for (const line of part.lines) {
      const text = line.text.trim();
      if (text.startsWith('# HELP ') || text.startsWith('# TYPE ')) {
        understood++;
        continue;
      }
      const sample = parseSample(text);
      if (sample === undefined || !sample.name.startsWith('kong_')) continue;
      understood++;
      takeSample(sample, line, metrics, reading);
    }
    for (const count of withoutDoubles(metrics)) reading.emit(count);
    for (const node of metrics.nodes.values()) reading.emit(node);
    return understood;
  },
};

interface Metrics {
  readonly counts: { readonly metric: string; readonly count: RequestCountObservation }[];
  readonly nodes: Map<string, NodeObservation>;
}

function takeSample({ name, labels, value }: Sample, line: Line, metrics: Metrics, reading: Reading): void {
  const sighting = { place: placeOf(line), excerpt: line.text.slice(0, 300) };
  switch (name) {
    case 'kong_http_requests_total':
    case 'kong_http_status':
    case 'kong_http_consumer_status': {
      const count = countOf(labels, value, sighting);
      if (count !== undefined) metrics.counts.push({ metric: name, count });
      return;
    }
    case 'kong_upstream_target_health': {
      const health = HEALTH[labels.state ?? ''];
      if (value !== 1 || health === undefined) return;
      const target = labels.target ?? '';
      const upstream = labels.upstream ?? '';
      reading.emit({ kind: 'target-health', sighting, target, upstream, health });
      // Logs name the address, not the target's host name.
      if (labels.address !== undefined && labels.address !== '' && labels.address !== target)
        reading.emit({ kind: 'target-health', sighting, target: labels.address, upstream, health });
      return;
    }
    case 'kong_node_info':
      mergeNode(metrics, labels.node_id ?? '', sighting, labels.version ? { version: labels.version } : {});
      return;
    case 'kong_datastore_reachable':
      mergeNode(metrics, labels.node_id ?? '', sighting, { databaseReachable: value === 1 });
      return;
    case 'kong_data_plane_config_hash':
      mergePlane(metrics, labels, sighting, { configHash: String(value) });
      return;
    case 'kong_data_plane_last_seen':
      mergePlane(metrics, labels, sighting, { lastSeen: value });
      return;
    case 'kong_data_plane_version_compatible':
      mergePlane(metrics, labels, sighting, {
        syncStatus: value === 1 ? 'normal' : 'kong_version_incompatible',
        ...(labels.kong_version ? { version: labels.kong_version } : {}),
      });
      return;
    case 'kong_control_plane_connected':
      mergeNode(metrics, '', sighting, { role: 'data_plane', syncStatus: value === 1 ? 'normal' : 'disconnected' });
  }
}

const HEALTH: Readonly<Record<string, TargetHealthObservation['health']>> = {
  healthy: 'healthy',
  unhealthy: 'unhealthy',
  dns_error: 'dns_error',
  healthchecks_off: 'healthchecks_off',
};

function countOf(
  labels: Labels,
  value: number,
  sighting: RequestCountObservation['sighting'],
): RequestCountObservation | undefined {
  const status = Number(labels.code);
  // `code="total"` of old versions repeats the others.
  if (!Number.isInteger(status) || status < 100 || !(value > 0) || !Number.isFinite(value)) return undefined;
  // The metrics say `service` where the JSON log says `upstream` (recorded from 3.9.3).
  const source = labels.source === 'kong' ? 'kong' : labels.source === 'service' ? 'upstream' : undefined;
  return {
    kind: 'request-count',
    sighting,
    count: value,
    status,
    ...(source === undefined ? {} : { source }),
    ...(labels.route ? { route: labels.route } : {}),
    ...(labels.service ? { service: labels.service } : {}),
    ...(labels.consumer ? { consumer: labels.consumer } : {}),
  };
}

/** 2.x counts requests of known consumers twice, in kong_http_status and kong_http_consumer_status. */
function withoutDoubles({ counts }: Metrics): readonly RequestCountObservation[] {
  const keyOf = ({ service, route, status }: RequestCountObservation): string => `${service}|${route}|${status}`;
  const byConsumer = new Map<string, number>();
  for (const { metric, count } of counts) {
    if (metric !== 'kong_http_consumer_status') continue;
    byConsumer.set(keyOf(count), (byConsumer.get(keyOf(count)) ?? 0) + count.count);
  }
  return counts.flatMap(({ metric, count }) => {
    if (metric !== 'kong_http_status') return [count];
    const rest = count.count - (byConsumer.get(keyOf(count)) ?? 0);
    return rest > 0 ? [{ ...count, count: rest }] : [];
  });
}

type NodeFacts = Partial<Omit<NodeObservation, 'kind' | 'sighting'>>;

function mergePlane(metrics: Metrics, labels: Labels, sighting: NodeObservation['sighting'], facts: NodeFacts): void {
  const name = labels.hostname || labels.node_id || labels.ip;
  mergeNode(metrics, `plane ${labels.node_id ?? name ?? ''}`, sighting, {
    role: 'data_plane',
    ...(name ? { name } : {}),
    ...facts,
  });
}

function mergeNode(metrics: Metrics, key: string, sighting: NodeObservation['sighting'], facts: NodeFacts): void {
  // kong_datastore_reachable has no node_id: it is the node that was asked.
  const known = key === '' || key.startsWith('plane ') ? key : '';
  const before = metrics.nodes.get(known);
  // The config hash is the line that proves a node out of step.
  const first = before === undefined || 'configHash' in facts ? sighting : before.sighting;
  metrics.nodes.set(known, { kind: 'node', ...before, ...facts, sighting: first });
}

/**
 * One line of the text format: `name{label="value",...} value [timestamp] [# exemplar]`. Scanned by hand, in one pass.
 * @returns undefined for comments and anything else
 */
export function parseSample(text: string): Sample | undefined {
  let at = 0;
  while (isNameCode(text.charCodeAt(at))) at++;
  if (at === 0) return undefined;
  const name = text.slice(0, at);
  const labels: Record<string, string> = {};
  if (text[at] === '{') {
    at = parseLabels(text, at + 1, labels);
    if (at === -1) return undefined;
  }
  const value = /^\s{1,20}([-+]?(?:\d[\d.eE+-]{0,40}|Inf|NaN))(?:\s|$)/.exec(text.slice(at, at + 100))?.[1];
  if (value === undefined) return undefined;
  return { name, labels, value: value.endsWith('Inf') ? Number.POSITIVE_INFINITY : Number(value) };
}

function parseLabels(text: string, start: number, labels: Record<string, string>): number {
  let at = start;
  for (;;) {
    while (text[at] === ',' || text[at] === ' ') at++;
    if (text[at] === '}') return at + 1;
    const nameStart = at;
    while (isNameCode(text.charCodeAt(at))) at++;
    const name = text.slice(nameStart, at);
    if (name === '' || text[at] !== '=' || text[at + 1] !== '"') return -1;
    at += 2;
    let value = '';
    while (at < text.length && text[at] !== '"') {
      if (text[at] === '\\') {
        at++;
        value += text[at] === 'n' ? '\n' : (text[at] ?? '');
      } else value += text[at];
      at++;
    }
    if (at >= text.length) return -1;
    at++;
    if (name !== '__proto__') labels[name] = value;
  }
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 58) || code === 95;
}
