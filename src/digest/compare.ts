// Which requests changed significantly: rates of failures and volumes, by service, route and consumer.
import { rateChange, volumeChange } from './significance.ts';
import { FAILURE_STATUSES, type PeriodTraffic, type RequestCount, rateOf, type Tally } from './traffic.ts';

/** What is compared with: each where there is one. */
export interface Baselines {
  readonly before?: PeriodTraffic;
  readonly week?: PeriodTraffic;
}

interface Spot {
  readonly service: string;
  /** Empty: all routes of the service. */
  readonly route: string;
}

export interface RateFinding extends Spot {
  readonly kind: 'rate';
  /**
   * `worse`: higher than in every baseline; `new`: fails and was not there before; `still`: higher than a week ago and
   * as high as in the last digest; `better`: lower than in the last digest.
   */
  readonly trend: 'worse' | 'new' | 'still' | 'better';
  readonly status: number;
  readonly consumer?: string;
  readonly now: Tally;
  readonly before?: Tally;
  readonly week?: Tally;
  /** Who got most of the failures. */
  readonly most?: { readonly consumer: string; readonly failed: number };
  readonly answeredBy?: 'kong' | 'upstream';
}

export interface VolumeFinding extends Spot {
  readonly kind: 'volume';
  readonly direction: 'up' | 'down';
  /** Requests; those of the baselines scaled to the length of this period. */
  readonly now: number;
  readonly before?: number;
  readonly week?: number;
}

export type TrafficFinding = RateFinding | VolumeFinding;

/** A new spot or one without a past that fails: from this rate and so many failures on. */
const NEW_RATE = 0.05;
const NEW_FAILURES = 20;
/** Flagged routes of one service from which on the service is told instead. */
const ROUTES = 3;
/** Where only one baseline can be compared, the day of the week may be the reason of less. */
const LONE_RATIO = 4;
const DAY = 86_400_000;

/** What changed in a way that matters; empty without baselines. */
export function compareTraffic(now: PeriodTraffic, baselines: Baselines): readonly TrafficFinding[] {
  if (baselines.before === undefined && baselines.week === undefined) return [];
  const tables = {
    now: tableOf(now),
    ...(baselines.before === undefined ? {} : { before: tableOf(baselines.before) }),
    ...(baselines.week === undefined ? {} : { week: tableOf(baselines.week) }),
  };
  const comparisons = tables.now.spots.size * (FAILURE_STATUSES.length + 1) + tables.now.consumers.size;
  const rates = ratesOf(tables, now, comparisons);
  const volumes = volumesOf(tables, now, baselines, comparisons).filter(
    // Callers that are refused try again: the rate says it.
    (volume) => !rates.some((rate) => isSame(rate, volume) && (rate.trend === 'worse' || rate.trend === 'still')),
  );
  return [...rates, ...consumersOf(tables, rates, now.requests, comparisons), ...volumes];
}

interface Cell {
  readonly spot: Spot;
  readonly requests: number;
  readonly failed: ReadonlyMap<number, number>;
}

interface Table {
  /** By service and route, and by service alone. */
  readonly spots: ReadonlyMap<string, Cell>;
  /** By consumer. */
  readonly consumers: ReadonlyMap<string, Cell>;
}

interface Tables {
  readonly now: Table;
  readonly before?: Table;
  readonly week?: Table;
}

function keyOf({ service, route }: Spot): string {
  return JSON.stringify([service, route]);
}

function isSame(one: Spot, other: Spot): boolean {
  return one.service === other.service && (one.route === other.route || one.route === '' || other.route === '');
}

function tableOf({ requests, consumers }: PeriodTraffic): Table {
  const spots = new Map<string, MutableCell>();
  const byConsumer = new Map<string, MutableCell>();
  for (const one of requests) {
    const { service, route } = one;
    add(spots, keyOf({ service, route }), { service, route }, one);
    if (route !== '') add(spots, keyOf({ service, route: '' }), { service, route: '' }, one);
    if (one.consumer !== undefined) add(byConsumer, one.consumer, { service: '', route: '' }, one);
  }
  for (const { consumer, count } of consumers ?? []) {
    const known = byConsumer.get(consumer);
    if (known !== undefined) known.requests = Math.max(known.requests, count);
    else byConsumer.set(consumer, { spot: { service: '', route: '' }, requests: count, failed: new Map() });
  }
  return { spots, consumers: byConsumer };
}

interface MutableCell {
  readonly spot: Spot;
  requests: number;
  readonly failed: Map<number, number>;
}

function add(cells: Map<string, MutableCell>, key: string, spot: Spot, { status, count }: RequestCount): void {
  const cell = cells.get(key) ?? { spot, requests: 0, failed: new Map<number, number>() };
  cells.set(key, cell);
  cell.requests += count;
  if (FAILURE_STATUSES.includes(status)) cell.failed.set(status, (cell.failed.get(status) ?? 0) + count);
}

function tallyAt(cell: Cell | undefined, status: number): Tally | undefined {
  return cell === undefined || cell.requests === 0
    ? undefined
    : { requests: cell.requests, failed: cell.failed.get(status) ?? 0 };
}

function trendOf(
  now: Tally,
  before: Tally | undefined,
  week: Tally | undefined,
  comparisons: number,
): RateFinding['trend'] | undefined {
  const isNewAndFails = rateOf(now) >= NEW_RATE && now.failed >= NEW_FAILURES;
  if (before === undefined && week === undefined) return isNewAndFails ? 'new' : undefined;
  const sinceBefore = before === undefined ? undefined : rateChange(before, now, comparisons);
  const sinceWeek = week === undefined ? undefined : rateChange(week, now, comparisons);
  if ((sinceBefore ?? 'up') === 'up' && (sinceWeek ?? 'up') === 'up') return 'worse';
  if (sinceWeek === 'up' && sinceBefore === 'same') return 'still';
  if (sinceBefore === 'down' && sinceWeek !== 'up') return 'better';
  return undefined;
}

function ratesOf(tables: Tables, period: PeriodTraffic, comparisons: number): readonly RateFinding[] {
  const findings: RateFinding[] = [];
  for (const [key, cell] of tables.now.spots)
    for (const status of FAILURE_STATUSES) {
      const now = tallyAt(cell, status);
      const [before, week] = [
        tallyAt(tables.before?.spots.get(key), status),
        tallyAt(tables.week?.spots.get(key), status),
      ];
      const trend = now === undefined ? undefined : trendOf(now, before, week, comparisons);
      if (now === undefined || trend === undefined) continue;
      findings.push({
        kind: 'rate',
        trend,
        ...cell.spot,
        status,
        now,
        ...(before === undefined ? {} : { before }),
        ...(week === undefined ? {} : { week }),
        ...detailsOf(period, cell.spot, status),
      });
    }
  return nearest(findings, (one, other) => one.status === other.status && one.trend === other.trend);
}

/** Who got most of the failures at this spot, and who gave them. */
function detailsOf(
  { requests, reachedUpstream }: PeriodTraffic,
  spot: Spot,
  status: number,
): Pick<RateFinding, 'most' | 'answeredBy'> {
  const here = requests.filter(
    (one) => one.service === spot.service && (spot.route === '' || one.route === spot.route),
  );
  const failures = here.filter((one) => one.status === status);
  const sum = (list: readonly RequestCount[]): number => list.reduce((total, { count }) => total + count, 0);
  const failed = sum(failures);
  const byConsumer = new Map<string, number>();
  for (const { consumer, count } of failures)
    if (consumer !== undefined) byConsumer.set(consumer, (byConsumer.get(consumer) ?? 0) + count);
  const [top] = [...byConsumer].sort(([, one], [, other]) => other - one);
  const most = top !== undefined && top[1] >= failed * 0.5 ? { consumer: top[0], failed: top[1] } : undefined;
  const kong = sum(failures.filter(({ source }) => source === 'kong'));
  const upstream = sum(failures.filter(({ source }) => source === 'upstream'));
  let answeredBy: RateFinding['answeredBy'];
  if (kong + upstream > 0)
    answeredBy = kong >= failed * 0.8 ? 'kong' : upstream >= failed * 0.8 ? 'upstream' : undefined;
  else if (reachedUpstream !== undefined && reachedUpstream.length > 0) {
    // Before 3.0 nothing says who answered; what never reached an upstream was answered by Kong.
    const reached = reachedUpstream
      .filter((one) => one.service === spot.service && (spot.route === '' || one.route === spot.route))
      .reduce((total, { count }) => total + count, 0);
    const own = sum(here) - reached;
    answeredBy = own >= failed * 0.8 ? 'kong' : own <= failed * 0.2 ? 'upstream' : undefined;
  }
  return { ...(most === undefined ? {} : { most }), ...(answeredBy === undefined ? {} : { answeredBy }) };
}

/** Of a service and its routes the nearer one: a few routes are named, many are their service. */
function nearest<T extends Spot>(findings: readonly T[], isAlike: (one: T, other: T) => boolean): readonly T[] {
  return findings.filter((finding) => {
    const alike = findings.filter((other) => other.service === finding.service && isAlike(finding, other));
    const routes = alike.filter(({ route }) => route !== '').length;
    const hasService = alike.some(({ route }) => route === '');
    if (finding.route === '') return routes === 0 || routes >= ROUTES;
    return !(hasService && routes >= ROUTES);
  });
}

/** Share of a consumer's failures that lie where a finding tells of them. */
function shareWithin(
  rates: readonly RateFinding[],
  requests: readonly RequestCount[],
  consumer: string,
  status: number,
): number {
  const failures = requests.filter((one) => one.consumer === consumer && one.status === status);
  const told = failures.filter((one) => rates.some((rate) => rate.status === status && isSame(rate, one)));
  const sum = (list: readonly RequestCount[]): number => list.reduce((total, { count }) => total + count, 0);
  return sum(failures) === 0 ? 0 : sum(told) / sum(failures);
}

function consumersOf(
  tables: Tables,
  rates: readonly RateFinding[],
  requests: readonly RequestCount[],
  comparisons: number,
): readonly RateFinding[] {
  return [...tables.now.consumers].flatMap(([consumer, cell]) =>
    FAILURE_STATUSES.flatMap((status): RateFinding[] => {
      const now = tallyAt(cell, status);
      const before = tallyAt(tables.before?.consumers.get(consumer), status);
      const week = tallyAt(tables.week?.consumers.get(consumer), status);
      // A consumer that is new or seldom has no rate to compare with; its route has one.
      if (now === undefined || (before === undefined && week === undefined)) return [];
      const trend = trendOf(now, before, week, comparisons);
      if (trend === undefined || trend === 'new') return [];
      if (rates.some((rate) => rate.status === status && rate.most?.consumer === consumer)) return [];
      if (shareWithin(rates, requests, consumer, status) >= 0.6) return [];
      const past = { ...(before === undefined ? {} : { before }), ...(week === undefined ? {} : { week }) };
      return [{ kind: 'rate', trend, service: '', route: '', consumer, status, now, ...past }];
    }),
  );
}

/** Whether two periods are of one length and one time of day, so that their volumes can be compared. */
function isComparable(
  period: PeriodTraffic,
  other: PeriodTraffic | undefined,
): other is PeriodTraffic & { from: number } {
  if (period.from === undefined || other?.from === undefined) return false;
  const [length, otherLength] = [period.to - period.from, other.to - other.from];
  if (length <= 0 || Math.abs(otherLength / length - 1) > 0.25) return false;
  const shift = Math.abs(period.to - other.to) % DAY;
  return length >= DAY * 0.9 || Math.min(shift, DAY - shift) <= DAY / 24;
}

function volumesOf(
  tables: Tables,
  period: PeriodTraffic,
  baselines: Baselines,
  comparisons: number,
): readonly VolumeFinding[] {
  const length = (one: PeriodTraffic): number => one.to - (one.from ?? one.to);
  const compared = (['before', 'week'] as const).flatMap((name) => {
    const baseline = baselines[name];
    return isComparable(period, baseline)
      ? [{ name, table: tables[name], scale: length(period) / length(baseline) }]
      : [];
  });
  if (compared.length === 0) return [];
  const ratio = compared.length === 1 && compared[0]?.name === 'before' ? LONE_RATIO : undefined;
  const keys = new Set([
    ...tables.now.spots.keys(),
    ...compared.flatMap(({ table }) => [...(table?.spots.keys() ?? [])]),
  ]);
  const findings = [...keys].flatMap((key): VolumeFinding[] => {
    const now = tables.now.spots.get(key)?.requests ?? 0;
    const past = compared.map(({ name, table, scale }) => ({
      name,
      scale,
      requests: table?.spots.get(key)?.requests ?? 0,
    }));
    const directions = past.map(({ requests, scale }) => volumeChange(requests, now, scale, comparisons, ratio));
    const [direction] = directions;
    // What is new is told by the change of the configuration.
    if (past.every((one) => one.requests === 0)) return [];
    if (direction === undefined || direction === 'same' || directions.some((one) => one !== direction)) return [];
    const [service = '', route = ''] = JSON.parse(key) as string[];
    const scaled = Object.fromEntries(past.map(({ name, requests, scale }) => [name, Math.round(requests * scale)]));
    return [{ kind: 'volume', direction, service, route, now, ...scaled }];
  });
  return nearest(findings, (one, other) => one.direction === other.direction);
}
