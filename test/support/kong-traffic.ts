// Weeks of a gateway's requests, made up by a seed: days, weeks and noise, and what is made to change in them.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RouteTraffic {
  readonly service: string;
  readonly route: string;
  /** Requests of an average hour. */
  readonly hourly: number;
  /** Shares of answers that are no 200, by status and who gives them. */
  readonly failures: readonly {
    readonly status: number;
    readonly source: 'kong' | 'service';
    readonly share: number;
  }[];
  /** Shares of the calls. */
  readonly consumers: Readonly<Record<string, number>>;
}

/** From this hour on the route behaves so. */
export interface Change {
  readonly route: string;
  readonly fromHour: number;
  readonly hourly?: number;
  readonly failures?: RouteTraffic['failures'];
  /** Of this consumer's calls alone. */
  readonly consumer?: string;
}

export const ROUTES: readonly RouteTraffic[] = [
  {
    service: 'orders',
    route: 'orders-list',
    hourly: 900,
    failures: [
      { status: 401, source: 'kong', share: 0.006 },
      { status: 403, source: 'kong', share: 0.002 },
    ],
    consumers: { web: 0.6, mobile: 0.35, 'partner-acme': 0.05 },
  },
  {
    service: 'orders',
    route: 'orders-write',
    hourly: 300,
    failures: [{ status: 400, source: 'service', share: 0.015 }],
    consumers: { web: 0.7, mobile: 0.3 },
  },
  {
    service: 'payments',
    route: 'pay',
    hourly: 150,
    failures: [{ status: 403, source: 'service', share: 0.01 }],
    consumers: { web: 0.5, 'partner-acme': 0.5 },
  },
  { service: 'search', route: 'search', hourly: 2500, failures: [], consumers: { web: 0.8, mobile: 0.2 } },
  {
    service: 'reports',
    route: 'nightly',
    hourly: 40,
    failures: [{ status: 401, source: 'kong', share: 0.03 }],
    consumers: { batch: 1 },
  },
  {
    service: 'legacy',
    route: 'legacy',
    hourly: 12,
    failures: [{ status: 401, source: 'service', share: 0.05 }],
    consumers: { 'old-app': 1 },
  },
];

/** mulberry32: the same numbers on every machine. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number about the mean: Poisson where that is small, its normal form beyond. */
function drawn(mean: number, random: () => number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let product = random();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Day and night, and quiet weekends; hour 0 is a Monday's midnight. */
function season(hour: number): number {
  const day = Math.floor(hour / 24) % 7;
  return (1 + 0.7 * Math.sin(((hour % 24) - 9) * (Math.PI / 12))) * (day >= 5 ? 0.45 : 1);
}

/** One series of counters: labels as Kong writes them, and what was counted by the end of each hour. */
export type Series = ReadonlyMap<string, readonly number[]>;

/** The counters of these hours. */
export function trafficOf(
  seed: number,
  hours: number,
  changes: readonly Change[] = [],
  routes: readonly RouteTraffic[] = ROUTES,
): Series {
  const random = randomOf(seed);
  const series = new Map<string, number[]>();
  const count = (labels: string, hour: number, by: number): void => {
    let list = series.get(labels);
    if (list === undefined) {
      list = new Array<number>(hours).fill(0);
      series.set(labels, list);
    }
    list[hour] = (list[hour] ?? 0) + by;
  };
  for (const route of routes) {
    const own = changes.filter((change) => change.route === route.route);
    for (let hour = 0; hour < hours; hour++) {
      const changed = own.filter(({ fromHour }) => hour >= fromHour);
      const hourly = changed.findLast((change) => change.hourly !== undefined)?.hourly ?? route.hourly;
      // Days differ by more than chance: volumes by about a tenth, rates by about a sixth.
      const mean = hourly * season(hour) * Math.exp(0.1 * normal(random));
      for (const [consumer, share] of Object.entries(route.consumers)) {
        const requests = drawn(mean * share, random);
        const override = changed.findLast(
          (one) => one.failures !== undefined && (one.consumer ?? consumer) === consumer,
        );
        let left = requests;
        for (const { status, source, share: rate } of override?.failures ?? route.failures) {
          const failed = Math.min(left, drawn(requests * rate * Math.exp(0.16 * normal(random)), random));
          left -= failed;
          // Whom Kong refuses it does not know.
          const known = source === 'kong' && status === 401 ? '' : consumer;
          count(labelsOf(route, status, source, known), hour, failed);
        }
        count(labelsOf(route, 200, 'service', consumer), hour, left);
      }
    }
  }
  for (const list of series.values())
    for (let hour = 1; hour < hours; hour++) list[hour] = (list[hour] ?? 0) + (list[hour - 1] ?? 0);
  return series;
}

function labelsOf({ service, route }: RouteTraffic, status: number, source: string, consumer: string): string {
  const escaped = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `service="${escaped(service)}",route="${escaped(route)}",code="${status}",source="${source}",workspace="default",consumer="${escaped(consumer)}"`;
}

/** What Kong's `/metrics` says at the end of an hour. @param since the hour of the node's last start */
export function metricsText(series: Series, hour: number, since = -1): string {
  const lines = [
    '# HELP kong_http_requests_total HTTP status codes per consumer/service/route in Kong',
    '# TYPE kong_http_requests_total counter',
  ];
  for (const [labels, list] of series) {
    const value = (list[hour] ?? 0) - (since < 0 ? 0 : (list[since] ?? 0));
    if (value > 0) lines.push(`kong_http_requests_total{${labels}} ${value}`);
  }
  lines.push('kong_node_info{node_id="7296abe6-7ef5-4c53-a39f-fb29c827be07",version="3.9.3"} 1');
  return `${lines.join('\n')}\n`;
}

/** A Status API that says what it is told to. */
export interface Exporter {
  readonly url: string;
  text: string;
  status: number;
  readonly close: () => Promise<void>;
}

/** Starts it on a free port. */
export async function startExporter(): Promise<Exporter> {
  const server = createServer((_, response) => {
    response.writeHead(exporter.status, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(exporter.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exporter: Exporter = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: '',
    status: 200,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return exporter;
}
