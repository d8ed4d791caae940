// Requests of a fleet over a period, from a Prometheus server: PromQL over its HTTP API, for metrics of Kong 2.6 to 3.x.
import { z } from 'zod';
import { KongauthError } from '../errors.ts';
import { below, type CallBounds, callMetrics } from './metrics-call.ts';
import { type PeriodTraffic, pointOf, type RequestCount } from './traffic.ts';

const SOURCE = { name: 'Prometheus', setting: 'PROMETHEUS_URL' };
/** Steps of a period in the picture. */
const STEPS = 48;
/** Consumers that are told apart: those with most failures. */
const CONSUMERS = 200;

const Labels = z.record(z.string(), z.string());
const Sampled = z.tuple([z.number(), z.string()]);
const Answer = z.looseObject({
  status: z.literal('success'),
  data: z.looseObject({
    result: z.array(
      z.looseObject({ metric: Labels, value: Sampled.optional(), values: z.array(Sampled).max(11_000).optional() }),
    ),
  }),
});
type Series = z.infer<typeof Answer>['data']['result'][number];

/** Matchers that every query carries: what `?selector=` of the setting says, for a server that knows several gateways. */
function selectorOf(prometheusUrl: string): string {
  const selector = new URL(prometheusUrl).searchParams.get('selector');
  if (selector === null || selector === '') return '';
  const matchers = selector.split(',');
  if (matchers.every((one) => /^[A-Za-z_][A-Za-z0-9_]{0,60}(?:=~|!~|!=|=)"[^"\\,]{0,200}"$/.test(one)))
    return `,${selector}`;
  throw new KongauthError(
    'settings-invalid',
    'PROMETHEUS_URL is wrong: its selector is label matchers such as ?selector=job="kong-eu".',
  );
}

/**
 * Requests of the period that ends at `to`.
 * @param from ms since 1970
 * @throws KongauthError `metrics-unreachable`, `metrics-unreadable`, `settings-invalid`
 */
export async function queryPeriod(
  prometheusUrl: string,
  from: number,
  to: number,
  bounds?: CallBounds,
): Promise<PeriodTraffic> {
  const selector = selectorOf(prometheusUrl);
  const seconds = Math.max(1, Math.round((to - from) / 1000));
  const step = Math.max(60, Math.ceil(seconds / STEPS));
  const totals = `__name__=~"kong_http_requests_total|kong_http_status",code=~"[1-5][0-9][0-9]"${selector}`;
  const ofConsumers = `__name__=~"kong_http_requests_total|kong_http_consumer_status",consumer!=""${selector}`;
  const failures = `${ofConsumers},code=~"400|401|403"`;
  const upstream = `__name__=~"kong_upstream_latency_ms_count|kong_latency_count",type!~"kong|request"${selector}`;
  const at = { time: String(to / 1000) };
  const over = (matchers: string, range: number): string => `increase({${matchers}}[${range}s])`;
  const ask = (path: string, form: Readonly<Record<string, string>>) => query(prometheusUrl, path, form, bounds);
  const [all, failing, consumers, reached, steps] = await Promise.all([
    ask('query', { query: `sum by (service, route, code, source) (${over(totals, seconds)})`, ...at }),
    ask('query', {
      query: `topk(${CONSUMERS}, sum by (service, route, code, source, consumer) (${over(failures, seconds)}))`,
      ...at,
    }),
    ask('query', {
      query: `topk(${CONSUMERS * 5}, sum by (consumer) (${over(ofConsumers, seconds)}))`,
      ...at,
    }),
    ask('query', { query: `sum by (service, route) (${over(upstream, seconds)})`, ...at }),
    ask('query_range', {
      query: `sum by (service, code) (${over(totals, step)})`,
      start: String(from / 1000 + step),
      end: String(to / 1000),
      step: String(step),
    }),
  ]);
  return {
    from,
    to,
    requests: withConsumers(all.flatMap(countOf), failing.flatMap(countOf)),
    reachedUpstream: reached.map(({ metric, value }) => ({
      service: metric.service ?? '',
      route: metric.route ?? '',
      count: roundedCount(value?.[1]),
    })),
    consumers: consumers.map(({ metric, value }) => ({
      consumer: metric.consumer ?? '',
      count: roundedCount(value?.[1]),
    })),
    points: pointsOf(steps, step),
  };
}

/** Counts with the consumers' share told apart. */
function withConsumers(all: readonly RequestCount[], failing: readonly RequestCount[]): readonly RequestCount[] {
  const keyOf = ({ service, route, status, source }: RequestCount, hasSource: boolean): string =>
    JSON.stringify([service, route, status, hasSource ? source : undefined]);
  // 2.x counts consumers in a metric of their own, which knows no source; neither does the other.
  const taken = new Map<string, number>();
  for (const one of failing) taken.set(keyOf(one, true), (taken.get(keyOf(one, true)) ?? 0) + one.count);
  const rest = all.flatMap((one) => {
    const count = one.count - (taken.get(keyOf(one, true)) ?? 0);
    return count > 0 ? [{ ...one, count }] : [];
  });
  return [...rest, ...failing.filter(({ count }) => count > 0)];
}

function countOf({ metric, value }: Series): RequestCount[] {
  const status = Number(metric.code);
  const count = roundedCount(value?.[1]);
  if (!Number.isInteger(status) || count === 0) return [];
  const source = metric.source === 'kong' ? 'kong' : metric.source === 'service' ? 'upstream' : undefined;
  return [
    {
      service: metric.service ?? '',
      route: metric.route ?? '',
      status,
      count,
      ...(source === undefined ? {} : { source }),
      ...(metric.consumer ? { consumer: metric.consumer } : {}),
    },
  ];
}

/** `increase` extrapolates, so that counts are no whole numbers. */
function roundedCount(text: string | undefined): number {
  const value = Math.round(Number(text ?? 0));
  return Number.isFinite(value) && value > 0 ? value : 0;
}

function pointsOf(series: readonly Series[], step: number): PeriodTraffic['points'] {
  const byTime = new Map<number, RequestCount[]>();
  for (const { metric, values = [] } of series)
    for (const [time, value] of values) {
      const [count] = countOf({ metric, value: [time, value] });
      if (count === undefined) continue;
      const list = byTime.get(time);
      if (list === undefined) byTime.set(time, [count]);
      else list.push(count);
    }
  return [...byTime]
    .sort(([one], [other]) => one - other)
    .map(([time, list]) => pointOf(list, (time - step) * 1000, time * 1000));
}

const Refusal = z.looseObject({ errorType: z.string().regex(/^[a-z_]{1,40}$/) });

async function query(
  prometheusUrl: string,
  path: string,
  form: Readonly<Record<string, string>>,
  bounds: CallBounds | undefined,
): Promise<readonly Series[]> {
  const url = below(prometheusUrl, `/api/v1/${path}`);
  const { status, text } = await callMetrics(url, SOURCE, bounds, form);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's words quote the answer, which we do not know.
    throw new KongauthError(
      'metrics-unreadable',
      `${url.pathname} at ${url.host} was answered ${status} without JSON; check that PROMETHEUS_URL is a Prometheus server.`,
    );
  }
  const answer = Answer.safeParse(value);
  if (answer.success) return answer.data.data.result;
  const refusal = Refusal.safeParse(value);
  const why = refusal.success ? ` (${refusal.data.errorType})` : '';
  throw new KongauthError(
    'metrics-unreadable',
    `${url.pathname} at ${url.host} was answered ${status}${why} and no result; check that PROMETHEUS_URL is a Prometheus server that keeps two weeks.`,
  );
}
