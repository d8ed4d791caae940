// The sample gateway's Prometheus server: the few forms of PromQL that a digest asks in, over the sample's requests.
import type { Fields } from './fields.ts';
import type { Increase, Traffic } from './traffic.ts';

const ASKED = /^(?:topk\(\d+, )?sum by \(([a-z, ]+)\) \(increase\(\{(.*)\}\[(\d+)s\]\)\)\)?$/;

/**
 * The answer of `/api/v1/query` or `/api/v1/query_range`; undefined for what is none of them or another form.
 * @param path of the URL
 */
export function prometheusAnswer(path: string, form: URLSearchParams, traffic: Traffic): Fields | undefined {
  const match = ASKED.exec(form.get('query') ?? '');
  if (match === null) return undefined;
  const [, by = '', matchers = '', range = ''] = match;
  const seconds = Number(range);
  const at = (time: number): readonly Sum[] =>
    sums(by.split(', '), matched(matchers, traffic.increase((time - seconds) * 1000, time * 1000)));
  if (path === '/api/v1/query') {
    const time = Number(form.get('time'));
    const result = at(time).map(({ metric, count }) => ({ metric, value: [time, String(count)] }));
    return { status: 'success', data: { resultType: 'vector', result } };
  }
  if (path !== '/api/v1/query_range') return undefined;
  const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(form.get(name)));
  if (start === undefined || end === undefined || !step || !(end - start < 11_000 * step)) return undefined;
  const series = new Map<string, { readonly metric: Fields; readonly values: unknown[] }>();
  for (let time = start; time <= end; time += step)
    for (const { key, metric, count } of at(time)) {
      const one = series.get(key) ?? { metric, values: [] };
      series.set(key, one);
      one.values.push([time, String(count)]);
    }
  return { status: 'success', data: { resultType: 'matrix', result: [...series.values()] } };
}

/** Of the label matchers those that tell the sample's series apart. */
function matched(matchers: string, all: readonly Increase[]): readonly Increase[] {
  return all.filter(
    ({ consumer, code, source }) =>
      !(matchers.includes('consumer!=""') && consumer === '') &&
      !(matchers.includes('400|401|403') && ![400, 401, 403].includes(code)) &&
      !(matchers.includes('kong_upstream_latency_ms_count') && source === 'kong'),
  );
}

interface Sum {
  readonly key: string;
  readonly metric: Readonly<Record<string, string>>;
  readonly count: number;
}

function sums(labels: readonly string[], increases: readonly Increase[]): readonly Sum[] {
  const byKey = new Map<string, Sum>();
  for (const { count, ...series } of increases) {
    const named: Readonly<Record<string, string | number>> = { ...series };
    const metric = Object.fromEntries(labels.map((label) => [label, String(named[label] ?? '')]));
    const key = JSON.stringify(metric);
    byKey.set(key, { key, metric, count: (byKey.get(key)?.count ?? 0) + count });
  }
  return [...byKey.values()];
}
