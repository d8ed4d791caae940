// A digest of one made-up day with the day before, for pictures.

import { type Digest, digestOf } from '../../src/digest/digest.ts';
import type { DigestSnapshot } from '../../src/digest/snapshot.ts';
import { countersOf } from '../../src/digest/status-metrics.ts';
import { type Counters, increase, pointOf, type TrafficPoint } from '../../src/digest/traffic.ts';
import { type Change, metricsText, trafficOf } from './kong-traffic.ts';

const START = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;

/** The digest of the second day, in hours. */
export function chartScene(): Digest {
  const changes: readonly Change[] = [
    { route: 'orders-list', fromHour: 32, failures: [{ status: 401, source: 'kong', share: 0.07 }] },
    { route: 'pay', fromHour: 38, failures: [{ status: 403, source: 'service', share: 0.5 }] },
    { route: 'nightly', fromHour: 40, hourly: 0 },
  ];
  const series = trafficOf(3, 48, changes);
  const nothing: Counters = { requests: [], reachedUpstream: [] };
  const scrapes = Array.from({ length: 48 }, (_, hour) => countersOf(metricsText(series, hour)) ?? nothing);
  const points: readonly TrafficPoint[] = scrapes.map((now, hour) =>
    pointOf(increase(scrapes[hour - 1] ?? nothing, now).requests, START + hour * HOUR, START + (hour + 1) * HOUR),
  );
  const between = (from: number, to: number) => ({
    from: START + from * HOUR,
    to: START + to * HOUR,
    requests: [...increase(scrapes[from - 1] ?? nothing, scrapes[to - 1] ?? nothing).requests],
    points: [...points.slice(from, to)],
  });
  const snapshot: DigestSnapshot = {
    version: 1,
    gateway: 'prod-eu',
    at: START + 48 * HOUR,
    source: 'prometheus',
    traffic: between(24, 48),
    history: [],
    failures: [],
    notes: [],
  };
  return digestOf(snapshot, { baselines: { before: between(0, 24) } });
}
