// Counters of one node, from the `/metrics` of its Status API.
import type { Line } from '../diagnosis/intake/part.ts';
import { parseSample, prometheusReader } from '../diagnosis/readers/gateway/prometheus.ts';
import type { RequestCountObservation } from '../diagnosis/readers/observation.ts';
import { createRedactor } from '../diagnosis/redact/redact.ts';
import { KongauthError } from '../errors.ts';
import { below, type CallBounds, callMetrics } from './metrics-call.ts';
import { type Counters, merged } from './traffic.ts';

const SOURCE = { name: 'The Status API', setting: 'KONG_STATUS_URL' };

/**
 * Scrapes the node.
 * @param statusUrl base of the Status API (or the Admin API), with or without `/metrics`
 * @throws KongauthError `metrics-unreachable`, `metrics-unreadable`
 */
export async function scrape(statusUrl: string, bounds?: CallBounds): Promise<Counters> {
  const url = below(statusUrl, '/metrics');
  const { status, text } = await callMetrics(url, SOURCE, bounds);
  if (status === 404)
    throw new KongauthError(
      'metrics-unreadable',
      `GET ${url.pathname} at ${url.host} was answered 404: enable the prometheus plugin, and check that KONG_STATUS_URL is status_listen.`,
    );
  if (status !== 200)
    throw new KongauthError(
      'metrics-unreadable',
      `GET ${url.pathname} at ${url.host} was answered ${status}; check that KONG_STATUS_URL is the Status API.`,
    );
  const counters = countersOf(text);
  if (counters === undefined)
    throw new KongauthError(
      'metrics-unreadable',
      `GET ${url.pathname} at ${url.host} answers no metrics of Kong; check that KONG_STATUS_URL is the Status API.`,
    );
  return counters;
}

/** Counters of the text format; undefined when nothing of Kong's is in it. */
export function countersOf(text: string): Counters | undefined {
  const lines: readonly Line[] = text
    .split('\n')
    .map((line, at) => ({ text: line, number: at + 1, source: 'metrics' }));
  const requests: RequestCountObservation[] = [];
  const understood = prometheusReader.read(
    { source: 'metrics', lines, text, shape: 'metrics' },
    {
      redactor: createRedactor(new Uint8Array(32)),
      emit: (observation) => {
        if (observation.kind === 'request-count') requests.push(observation);
      },
    },
  );
  if (understood === 0 || !text.includes('kong_')) return undefined;
  let node: string | undefined;
  const reached = new Map<string, Counters['reachedUpstream'][number]>();
  for (const line of lines) {
    const sample = /^kong_(?:node_info|upstream_latency_ms_count|latency_count)\{/.test(line.text)
      ? parseSample(line.text)
      : undefined;
    if (sample === undefined) continue;
    if (sample.name === 'kong_node_info') node = sample.labels.node_id;
    else if (sample.name !== 'kong_latency_count' || sample.labels.type === 'upstream') {
      const { service = '', route = '' } = sample.labels;
      const known = reached.get(`${service}\n${route}`)?.count ?? 0;
      reached.set(`${service}\n${route}`, { service, route, count: known + sample.value });
    }
  }
  return {
    ...(node === undefined || node === '' ? {} : { node }),
    requests: merged(
      requests.map(({ service, route, status, source, consumer, count }) => ({
        service: service ?? '',
        route: route ?? '',
        status,
        ...(source === undefined ? {} : { source }),
        ...(consumer === undefined ? {} : { consumer }),
        count,
      })),
    ),
    reachedUpstream: [...reached.values()],
  };
}
