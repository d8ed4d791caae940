// The sample gateway's counters: steady traffic of its consumers, and what incidents add to it.

/** One series of `kong_http_requests_total`. */
export interface Series {
  readonly service: string;
  readonly route: string;
  readonly code: number;
  /** Who answered: `service` is the upstream. */
  readonly source: 'kong' | 'service';
  readonly consumer: string;
}

interface Flow extends Series {
  /** Requests that were counted when it began. */
  readonly base: number;
  readonly perSecond: number;
  /** ms since 1970 */
  readonly since: number;
}

const STEADY: readonly (readonly [service: string, consumer: string, base: number, perSecond: number])[] = [
  ['orders', 'partner-acme', 21_400, 0.9],
  ['orders', 'mobile-app', 64_100, 2.7],
  ['orders', 'web-shop', 38_900, 1.6],
  ['catalogue', 'mobile-app', 81_300, 3.4],
  ['catalogue', 'web-shop', 47_700, 2.1],
  ['payments', 'billing', 9_800, 0.4],
  ['payments', 'mobile-app', 12_600, 0.5],
  ['accounts', '', 18_200, 0.8],
];

export class Traffic {
  private readonly flows: Flow[];
  private readonly now: () => number;
  private readonly node: string;

  constructor(node: string, now: () => number) {
    this.node = node;
    this.now = now;
    const since = now();
    this.flows = STEADY.flatMap(([service, consumer, base, perSecond]) => [
      { service, route: service, code: 200, source: 'service', consumer, base, perSecond, since },
      // The few that everybody has: a client without its credential.
      {
        service,
        route: service,
        code: 401,
        source: 'kong',
        consumer: '',
        base: Math.round(base / 900),
        perSecond: perSecond / 900,
        since,
      },
    ]);
  }

  /** From now on these happen too. */
  add(series: Series, count: number, perSecond: number): void {
    this.flows.push({ ...series, base: count, perSecond, since: this.now() });
  }

  /** Prometheus text, as the Status API of Kong 3.14 has it. */
  metrics(): string {
    const totals = new Map<string, number>();
    let all = 0;
    for (const { service, route, code, source, consumer, base, perSecond, since } of this.flows) {
      const labels = `service="${service}",route="${route}",code="${code}",source="${source}",workspace="default",consumer="${consumer}"`;
      const count = Math.floor(base + (perSecond * (this.now() - since)) / 1000);
      totals.set(labels, (totals.get(labels) ?? 0) + count);
      all += count;
    }
    return [
      '# HELP kong_datastore_reachable Datastore reachable from Kong, 0 is unreachable',
      '# TYPE kong_datastore_reachable gauge',
      'kong_datastore_reachable 1',
      '# HELP kong_http_requests_total HTTP status codes per consumer/service/route in Kong',
      '# TYPE kong_http_requests_total counter',
      ...[...totals].map(([labels, count]) => `kong_http_requests_total{${labels}} ${count}`),
      '# HELP kong_nginx_requests_total Total number of requests',
      '# TYPE kong_nginx_requests_total gauge',
      `kong_nginx_requests_total{node_id="${this.node}",subsystem="http"} ${all}`,
      '# HELP kong_node_info Kong Node metadata information',
      '# TYPE kong_node_info gauge',
      `kong_node_info{node_id="${this.node}",version="3.14.0.2"} 1`,
      '',
    ].join('\n');
  }
}
