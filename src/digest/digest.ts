// The verb: one digest of one gateway, and the snapshot that the next one compares with.
import type { CheckResult } from '../doctor/check.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { collect, DAY, type ProviderState, type ReadGateway } from './collect.ts';
import { type Baselines, compareTraffic } from './compare.ts';
import { differenceOf } from './configuration.ts';
import type { DigestItem } from './item.ts';
import { queryPeriod } from './prometheus.ts';
import type { DigestSnapshot } from './snapshot.ts';
import { isFailure, type PeriodTraffic, type TrafficPoint } from './traffic.ts';
import { say } from './verdict.ts';

/** Steps of time with those of the period before behind them; empty where there are too few to see anything. */
export interface DigestSeries {
  readonly now: readonly TrafficPoint[];
  readonly before: readonly TrafficPoint[];
}

export interface Digest {
  readonly gateway: string;
  /** ms since 1970 */
  readonly at: number;
  readonly from?: number;
  readonly source: DigestSnapshot['source'];
  /** Nothing matters. */
  readonly isQuiet: boolean;
  /** There was no earlier snapshot; requests of a fleet are compared all the same. */
  readonly isFirst: boolean;
  readonly verdict: string;
  readonly figures: readonly string[];
  readonly items: readonly DigestItem[];
  /** Who got most failures. */
  readonly consumers: readonly { readonly consumer: string; readonly failed: number; readonly requests?: number }[];
  readonly notes: readonly string[];
  readonly series: DigestSeries;
}

export interface DigestOptions {
  readonly previous?: DigestSnapshot;
  /** Of the same day last week, where the metrics know no past of their own. */
  readonly lastWeek?: DigestSnapshot;
  /** ms since 1970 */
  readonly now: number;
  /** Of the fingerprints; of the installation, so that a changed secret is seen. */
  readonly key: Uint8Array;
  /** What was read of the gateway already. */
  readonly read?: ReadGateway;
  /** What the doctor found, redacted. */
  readonly results?: readonly CheckResult[];
  /** What the identity providers publish now, where somebody has looked. */
  readonly providers?: readonly ProviderState[];
}

/**
 * Looks at the gateway and says what matters since the last digest.
 * @returns the digest, and the snapshot to keep for the next one; neither holds a secret
 * @throws KongauthError `settings-invalid`, `not-configured`; what cannot be reached is an item
 */
export async function makeDigest(
  gateway: GatewaySettings,
  options: DigestOptions,
): Promise<{ readonly digest: Digest; readonly snapshot: DigestSnapshot }> {
  const previous = options.previous?.gateway === gateway.name ? options.previous : undefined;
  const lastWeek = options.lastWeek?.gateway === gateway.name ? options.lastWeek : undefined;
  const { now, key, read, results, providers } = options;
  const snapshot = await collect(gateway, {
    key,
    now,
    ...(previous === undefined ? {} : { previous }),
    ...(read === undefined ? {} : { read }),
    ...(results === undefined ? {} : { results }),
    ...(providers === undefined ? {} : { providers }),
  });
  const baselines = await baselinesOf(gateway, snapshot, previous, lastWeek);
  return { digest: digestOf(snapshot, { ...(previous === undefined ? {} : { previous }), baselines }), snapshot };
}

/**
 * The digest of a snapshot; asks nobody.
 * @param compared the last digest's snapshot, and the periods that requests are compared with
 */
export function digestOf(
  snapshot: DigestSnapshot,
  { previous, baselines }: { readonly previous?: DigestSnapshot; readonly baselines: Baselines },
): Digest {
  const changes =
    previous?.configuration === undefined || snapshot.configuration === undefined
      ? undefined
      : differenceOf(previous.configuration, snapshot.configuration);
  const { traffic } = snapshot;
  const { verdict, figures, items } = say({
    snapshot,
    baselines,
    traffic: traffic === undefined ? [] : compareTraffic(traffic, baselines),
    ...(previous === undefined ? {} : { previous }),
    ...(changes === undefined ? {} : { changes }),
  });
  const isFirst = previous === undefined;
  const from = traffic?.from ?? previous?.at;
  return {
    gateway: snapshot.gateway,
    at: snapshot.at,
    ...(from === undefined ? {} : { from }),
    source: snapshot.source,
    isQuiet: items.length === 0 && !isFirst,
    isFirst,
    verdict,
    figures,
    items,
    consumers: traffic === undefined ? [] : mostFailing(traffic),
    // What could not be read last time either is no news.
    notes: snapshot.notes.filter((note) => !(previous?.notes ?? []).includes(note)),
    series: seriesOf(snapshot, baselines),
  };
}

async function baselinesOf(
  { prometheusUrl }: GatewaySettings,
  { traffic }: DigestSnapshot,
  previous: DigestSnapshot | undefined,
  lastWeek: DigestSnapshot | undefined,
): Promise<Baselines> {
  if (prometheusUrl === undefined || traffic?.from === undefined) {
    const [before, week] = [previous?.traffic, lastWeek?.traffic];
    return {
      // Without a beginning they are everything since a node started.
      ...(before?.from === undefined ? {} : { before }),
      ...(week?.from === undefined ? {} : { week }),
    };
  }
  const { from, to } = traffic;
  const [before, week] = await Promise.all([
    ifKnown(queryPeriod(prometheusUrl, from - (to - from), from)),
    ifKnown(queryPeriod(prometheusUrl, from - 7 * DAY, to - 7 * DAY)),
  ]);
  return { ...(before === undefined ? {} : { before }), ...(week === undefined ? {} : { week }) };
}

/** Undefined for a time that the server does not know or does not tell. */
async function ifKnown(period: Promise<PeriodTraffic>): Promise<PeriodTraffic | undefined> {
  try {
    const traffic = await period;
    return traffic.requests.length === 0 ? undefined : traffic;
  } catch (error) {
    // The period itself was told; a digest with one comparison less is better than none.
    if (error instanceof KongauthError) return undefined;
    throw error;
  }
}

function seriesOf({ traffic, history }: DigestSnapshot, { before }: Baselines): DigestSeries {
  const points = traffic?.points ?? [];
  if (points.length > 0) return { now: points, before: before?.points ?? [] };
  // Where each digest is one point, the later half has the earlier one behind it.
  const half = Math.floor(history.length / 2);
  if (half < 4) return { now: history, before: [] };
  return { now: history.slice(-half), before: history.slice(-2 * half, -half) };
}

function mostFailing({ requests, consumers }: PeriodTraffic): Digest['consumers'] {
  const totals = new Map((consumers ?? []).map(({ consumer, count }) => [consumer, count]));
  const byConsumer = Map.groupBy(
    requests.filter(({ consumer }) => consumer !== undefined),
    ({ consumer }) => consumer ?? '',
  );
  return [...byConsumer]
    .map(([consumer, list]) => {
      const failed = list.filter(isFailure).reduce((sum, { count }) => sum + count, 0);
      const all = consumers === undefined ? list.reduce((sum, { count }) => sum + count, 0) : totals.get(consumer);
      return { consumer, failed, ...(all === undefined ? {} : { requests: all }) };
    })
    .filter(({ failed }) => failed > 0)
    .sort((one, other) => other.failed - one.failed)
    .slice(0, 5);
}
