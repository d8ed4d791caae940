// What metrics tell of requests: how many of which answer, by service, route and consumer, over a period.

/** Requests that were answered alike. */
export interface RequestCount {
  readonly service: string;
  /** Empty where a service is counted without its routes. */
  readonly route: string;
  readonly status: number;
  /** Who answered; from 3.0 on. */
  readonly source?: 'kong' | 'upstream';
  readonly consumer?: string;
  readonly count: number;
}

/** Failures are the answers that this product is about. */
export const FAILURE_STATUSES: readonly number[] = [400, 401, 403];

export interface Tally {
  readonly requests: number;
  readonly failed: number;
}

/** One step of time, for the picture. */
export interface TrafficPoint extends Tally {
  /** ms since 1970 */
  readonly from: number;
  readonly to: number;
  /** The busiest or most failing services, by name. */
  readonly services: Readonly<Record<string, Tally>>;
}

/** Requests between two instants. */
export interface PeriodTraffic {
  /** ms since 1970; undefined where the counters began before we looked. */
  readonly from?: number;
  readonly to: number;
  readonly requests: readonly RequestCount[];
  /** Requests that reached an upstream, by `service` and `route`: for versions that do not say who answered. */
  readonly reachedUpstream?: readonly {
    readonly service: string;
    readonly route: string;
    readonly count: number;
  }[];
  /** Requests of consumers, failed or not, where they are told apart from `requests`. */
  readonly consumers?: readonly { readonly consumer: string; readonly count: number }[];
  /** Steps within the period, where the source knows them. */
  readonly points: readonly TrafficPoint[];
}

/** What a scrape of one node says: everything since it started. */
export interface Counters {
  /** Undefined before 3.2, which tells no node. */
  readonly node?: string;
  readonly requests: readonly RequestCount[];
  readonly reachedUpstream: NonNullable<PeriodTraffic['reachedUpstream']>;
}

/** Whether it is one of the failures this product is about. */
export function isFailure({ status }: RequestCount): boolean {
  return FAILURE_STATUSES.includes(status);
}

/** Sums of requests and failures. */
export function tallyOf(requests: readonly RequestCount[]): Tally {
  let [all, failed] = [0, 0];
  for (const one of requests) {
    all += one.count;
    if (isFailure(one)) failed += one.count;
  }
  return { requests: all, failed };
}

/** Share of failures, 0 without requests. */
export function rateOf({ requests, failed }: Tally): number {
  return requests === 0 ? 0 : failed / requests;
}

function keyOf({ service, route, status, source, consumer }: RequestCount): string {
  return JSON.stringify([service, route, status, source, consumer]);
}

/** Equal series summed up; those of workspaces are one. */
export function merged(requests: readonly RequestCount[]): readonly RequestCount[] {
  const byKey = new Map<string, RequestCount>();
  for (const one of requests) {
    const known = byKey.get(keyOf(one));
    byKey.set(keyOf(one), known === undefined ? one : { ...known, count: known.count + one.count });
  }
  return [...byKey.values()];
}

/**
 * What came between two scrapes.
 * @returns the increase; `restarted` when the node began anew (or another one answered): then what it counted since
 */
export function increase(
  before: Counters,
  now: Counters,
): {
  readonly requests: readonly RequestCount[];
  readonly reachedUpstream: NonNullable<PeriodTraffic['reachedUpstream']>;
  readonly restarted: boolean;
} {
  const known = new Map(before.requests.map((one) => [keyOf(one), one.count]));
  const current = new Map(now.requests.map((one) => [keyOf(one), one.count]));
  // Counters of one node end together. A series of 2.x that is a difference of two may fall by a few without a restart.
  const fell = [...known].some(([key, count]) => count - (current.get(key) ?? 0) > Math.max(5, count * 0.05));
  const restarted = fell || (before.node !== undefined && now.node !== undefined && before.node !== now.node);
  if (restarted) return { requests: now.requests, reachedUpstream: now.reachedUpstream, restarted };
  const reached = new Map(before.reachedUpstream.map(({ service, route, count }) => [`${service}\n${route}`, count]));
  return {
    requests: now.requests.flatMap((one) => {
      const count = one.count - (known.get(keyOf(one)) ?? 0);
      return count > 0 ? [{ ...one, count }] : [];
    }),
    reachedUpstream: now.reachedUpstream.map(({ service, route, count }) => ({
      service,
      route,
      count: Math.max(0, count - (reached.get(`${service}\n${route}`) ?? 0)),
    })),
    restarted,
  };
}

/** Services of one point at most: the picture has room for few. */
const SERVICES = 12;

/** One point of these requests. */
export function pointOf(requests: readonly RequestCount[], from: number, to: number): TrafficPoint {
  const byService = new Map<string, RequestCount[]>();
  for (const one of requests) {
    const list = byService.get(one.service);
    if (list === undefined) byService.set(one.service, [one]);
    else list.push(one);
  }
  const services = [...byService]
    .map(([name, list]) => [name, tallyOf(list)] as const)
    .sort(([, one], [, other]) => other.failed - one.failed || other.requests - one.requests)
    .slice(0, SERVICES);
  return { from, to, ...tallyOf(requests), services: Object.fromEntries(services) };
}
