// From what was found to what is said: items by how much they matter, one line of verdict, two of figures.
import type { Baselines, TrafficFinding } from './compare.ts';
import type { EntityChange } from './configuration.ts';
import { configurationItems } from './configuration-items.ts';
import type { DigestItem } from './item.ts';
import type { DigestSnapshot } from './snapshot.ts';
import { outOfSync, silent, stateItems } from './state-items.ts';
import { type PeriodTraffic, rateOf, tallyOf } from './traffic.ts';
import { trafficItems } from './traffic-items.ts';
import { counted, instant, length, many, share } from './words.ts';

export interface Compared {
  readonly snapshot: DigestSnapshot;
  readonly previous?: DigestSnapshot;
  readonly baselines: Baselines;
  readonly traffic: readonly TrafficFinding[];
  /** Undefined where two configurations could not be compared. */
  readonly changes?: readonly EntityChange[];
}

export interface Said {
  readonly verdict: string;
  /** One line on the requests, one on the gateway. */
  readonly figures: readonly string[];
  readonly items: readonly DigestItem[];
}

/** Everything that is said, most important first; on a quiet day three lines and no item. */
export function say(compared: Compared): Said {
  const { snapshot, previous, traffic, changes = [] } = compared;
  const from = snapshot.traffic?.from ?? previous?.at;
  const period = { ...(from === undefined ? {} : { from }), to: snapshot.at };
  const items = [
    ...stateItems(snapshot, previous),
    ...trafficItems(
      traffic.filter((finding) => isThere(finding, changes)),
      period,
    ),
    ...configurationItems(changes, snapshot.gateway, period),
  ].sort((one, other) => other.weight - one.weight);
  return { verdict: verdictOf(compared, items), figures: [requestsLine(compared), stateLine(compared)], items };
}

/** Requests of what was removed end by themselves: the change of the configuration tells it. */
function isThere(finding: TrafficFinding, changes: readonly EntityChange[]): boolean {
  return !changes.some(
    ({ change, type, name, id }) =>
      change === 'removed' &&
      finding.kind === 'volume' &&
      ((type === 'service' && [name, id].includes(finding.service)) ||
        (type === 'route' && finding.route !== '' && [name, id].includes(finding.route))),
  );
}

function verdictOf({ snapshot, previous }: Compared, items: readonly DigestItem[]): string {
  const { gateway } = snapshot;
  const [first] = items;
  if (first !== undefined) {
    const rest = items.length - 1;
    const more = rest === 0 ? '' : `, and ${rest} more ${rest === 1 ? 'thing' : 'things'}`;
    return `${gateway}: ${previous === undefined ? 'first look; ' : ''}${first.headline}${more}.`;
  }
  if (previous === undefined) return `${gateway}: this is the first look; the next digest compares with it.`;
  return `${gateway}: quiet; nothing that matters has changed since ${instant(previous.at)}.`;
}

function requestsLine({ snapshot, baselines }: Compared): string {
  const { traffic, source } = snapshot;
  if (source === 'none') return 'Requests: not known; set KONG_STATUS_URL or PROMETHEUS_URL.';
  if (traffic === undefined) return 'Requests: not known this time.';
  const tally = tallyOf(traffic.requests);
  const span = traffic.from === undefined ? 'since the node started' : `in ${length(traffic.to - traffic.from)}`;
  const past = [...shareOf(baselines.before, 'before'), ...shareOf(baselines.week, 'a week ago')].join(', ');
  const failures =
    tally.requests === 0 ? '' : `, ${share(rateOf(tally))} answered 400, 401 or 403${past === '' ? '' : ` (${past})`}`;
  return `${many(tally.requests, 'request')} ${span}${failures}${answeredBy(traffic)}.`;
}

function shareOf(period: PeriodTraffic | undefined, name: string): readonly string[] {
  if (period === undefined) return [];
  const tally = tallyOf(period.requests);
  return tally.requests === 0 ? [] : [`${name} ${share(rateOf(tally))}`];
}

function answeredBy({ requests }: PeriodTraffic): string {
  const by = (wanted: 'kong' | 'upstream'): number =>
    tallyOf(requests.filter(({ source }) => source === wanted)).failed;
  const [kong, upstream] = [by('kong'), by('upstream')];
  return kong + upstream === 0 ? '' : `: ${counted(kong)} by Kong itself, ${counted(upstream)} by upstreams`;
}

function stateLine({ snapshot, changes, previous }: Compared): string {
  const { dataPlanes = [], targets = [], checks = [], certificates = [], at, configuration } = snapshot;
  const failing = checks.filter(({ verdict }) => verdict === 'failed').length;
  const unhealthy = targets.filter(({ health }) => /^(?:unhealthy|dns_error)$/i.test(health)).length;
  const next = Math.min(...certificates.map(({ expires }) => expires));
  const apart = outOfSync(snapshot).length;
  const unseen = silent(snapshot).length;
  const parts = [
    configuration === undefined
      ? 'configuration not read'
      : changes === undefined
        ? `${many(configuration.entities.length, 'entity', 'entities')} configured`
        : changes.length === 0
          ? 'configuration unchanged'
          : `${many(changes.length, 'change')} of the configuration`,
    ...(dataPlanes.length === 0
      ? []
      : [
          `${dataPlanes.length - apart - unseen} of ${many(dataPlanes.length, 'data plane')} in sync${unseen === 0 ? '' : `, ${unseen} not seen lately`}`,
        ]),
    ...(targets.length === 0
      ? []
      : [
          unhealthy === 0
            ? `no target of ${targets.length} unhealthy`
            : `${unhealthy} of ${many(targets.length, 'target')} unhealthy`,
        ]),
    ...(failing === 0
      ? []
      : [`${many(failing, 'check')} failing${previous?.checks === undefined ? '' : ' in all'} (\`kongauth doctor\`)`]),
    ...(Number.isFinite(next)
      ? [next > at ? `next certificate expires in ${length(next - at)}` : 'a certificate has expired']
      : []),
  ];
  const line = parts.join('; ');
  return `${line.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
}
