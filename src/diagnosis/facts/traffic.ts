// Tallies of the requests in a log: per dimension, over time, with a few kept examples. Flat memory for any number of lines.
import { detached } from '../intake/part.ts';
import type { Sighting } from '../intake/place.ts';
import { type Answerer, DIMENSIONS, type Dimension } from '../names.ts';
import { pathShape } from '../readers/lines/path-shape.ts';
import type { LoggedRequest, RequestBlockObservation } from '../readers/observation.ts';
import type { Tally, Traffic } from './facts.ts';

/** Distinct values kept per dimension; later ones are counted together as `(others)`. */
const VALUES_KEPT = 5000;
/** Of them those that a picture tells. */
const VALUES_TOLD = 500;
const EXAMPLES_KEPT = 60;
const SUCCESSES_KEPT = 12;
/** Seconds in one bucket of time at the start; doubled whenever more than BUCKETS are in use. */
const BUCKETS = 512;
export const OTHERS = '(others)';

interface Count {
  total: number;
  failed: number;
}

interface Example {
  readonly sighting: Sighting;
  readonly logged: LoggedRequest;
}

type Counted<K> = readonly (readonly [key: K, total: number, failed: number])[];

/** What a tally holds, to be counted on. */
export interface TallyState {
  readonly requests: number;
  readonly failed: number;
  readonly from?: number;
  readonly to?: number;
  readonly byStatus: readonly (readonly [status: number, count: number])[];
  readonly dimensions: Readonly<Partial<Record<Dimension, Counted<string>>>>;
  readonly failedBy: readonly (readonly [key: string, count: number])[];
  readonly buckets: Counted<number>;
  readonly bucketSeconds: number;
  readonly examples: readonly Example[];
  readonly exampleShapes: readonly (readonly [shape: string, seen: number])[];
  readonly others: readonly Example[];
  readonly successes: readonly Example[];
}

const NOTHING_COUNTED: TallyState = {
  requests: 0,
  failed: 0,
  byStatus: [],
  dimensions: {},
  failedBy: [],
  buckets: [],
  bucketSeconds: 1,
  examples: [],
  exampleShapes: [],
  others: [],
  successes: [],
};

/** The values of one dimension that a picture tells, those with most failures first; ties in the order of appearance. */
function mostFailing(values: ReadonlyMap<string, Count>): readonly (readonly [string, Count])[] {
  return [...values]
    .sort(([, one], [, other]) => other.failed - one.failed || other.total - one.total)
    .slice(0, VALUES_TOLD);
}

/** Statuses that this tool is about. */
export function isAuthStatus(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

/** Counts requests one by one. */
export class TrafficTally {
  private requests: number;
  private failed: number;
  private from: number | undefined;
  private to: number | undefined;
  private readonly byStatus: Map<number, number>;
  private readonly dimensions = new Map<Dimension, Map<string, Count>>();
  private readonly pathShapes = new Map<string, string>();
  private readonly failedBy: Map<string, number>;
  private buckets: Map<number, Count>;
  private bucketSeconds: number;
  private readonly examples: Example[];
  private readonly exampleShapes: Map<string, number>;
  private readonly others: Example[];
  private readonly successes: Example[];

  /** @param earlier what another tally held; it is counted on */
  constructor(earlier: TallyState = NOTHING_COUNTED) {
    this.requests = earlier.requests;
    this.failed = earlier.failed;
    this.from = earlier.from;
    this.to = earlier.to;
    this.byStatus = new Map(earlier.byStatus);
    for (const dimension of DIMENSIONS) {
      const values = earlier.dimensions[dimension] ?? [];
      this.dimensions.set(dimension, new Map(values.map(([value, total, failed]) => [value, { total, failed }])));
    }
    this.failedBy = new Map(earlier.failedBy);
    this.buckets = new Map(earlier.buckets.map(([at, total, failed]) => [at, { total, failed }]));
    this.bucketSeconds = earlier.bucketSeconds;
    this.examples = [...earlier.examples];
    this.exampleShapes = new Map(earlier.exampleShapes);
    this.others = [...earlier.others];
    this.successes = [...earlier.successes];
  }

  /** All that it holds, as plain values; of each dimension the values that `traffic` tells. */
  state(): TallyState {
    const counts = <K>(map: ReadonlyMap<K, Count>) =>
      [...map].map(([key, { total, failed }]) => [key, total, failed] as const);
    return {
      requests: this.requests,
      failed: this.failed,
      ...(this.from === undefined ? {} : { from: this.from }),
      ...(this.to === undefined ? {} : { to: this.to }),
      byStatus: [...this.byStatus],
      dimensions: Object.fromEntries(
        [...this.dimensions].map(([dimension, values]) => [dimension, counts(new Map(mostFailing(values)))]),
      ),
      failedBy: [...this.failedBy],
      buckets: counts(this.buckets),
      bucketSeconds: this.bucketSeconds,
      examples: this.examples,
      exampleShapes: [...this.exampleShapes],
      others: this.others,
      successes: this.successes,
    };
  }

  /** Counts one request. `sighting` is only called when the line is kept as an example. */
  add(logged: LoggedRequest, sighting: () => Sighting, times = 1): void {
    const failed = isAuthStatus(logged.status);
    this.requests += times;
    if (failed) this.failed += times;
    this.byStatus.set(logged.status, (this.byStatus.get(logged.status) ?? 0) + times);
    this.count('consumer', logged.consumer ?? logged.user, failed, times);
    this.count('credential', logged.credential, failed, times);
    this.count('target', logged.target, failed, times);
    this.count('node', logged.node, failed, times);
    this.count('route', logged.route, failed, times);
    this.count('service', logged.service, failed, times);
    this.count('method', logged.method, failed, times);
    this.count('client', logged.client, failed, times);
    this.count('agent', logged.agent, failed, times);
    this.count('version', logged.kongVersion, failed, times);
    if (logged.path !== undefined) this.count('path', this.shapeOf(logged.path), failed, times);
    if (logged.tokenAgeSeconds !== undefined) this.count('tokenAge', ageBand(logged.tokenAgeSeconds), failed, times);
    if (logged.at !== undefined) this.time(logged.at, failed, times);
    if (failed) this.keepFailure(logged, sighting, times);
    else if (logged.status >= 400 && this.others.length < 3)
      this.others.push({ sighting: sighting(), logged: detachLogged(logged) });
    else if (this.successes.length < SUCCESSES_KEPT && logged.status < 400) {
      this.successes.push({ sighting: sighting(), logged: detachLogged(logged) });
    }
  }

  /** Counts requests that a reader has counted; it gives whole the lines that may become examples. */
  addBlock(block: RequestBlockObservation): void {
    this.requests += block.requests;
    for (const answer of block.answers) {
      this.byStatus.set(answer.status, (this.byStatus.get(answer.status) ?? 0) + answer.total);
      if (!isAuthStatus(answer.status)) continue;
      this.failed += answer.total;
      const key = `${answer.status} ${answererOf(answer)}`;
      this.failedBy.set(key, (this.failedBy.get(key) ?? 0) + answer.total);
    }
    for (const { dimension, value, total, failed } of block.values) this.tell(dimension, value, total, failed);
    for (const { at, total, failed } of block.seconds) this.inBucket(at, total, failed);
    if (block.from !== undefined) this.span(block.from);
    if (block.to !== undefined) this.span(block.to);
  }

  private count(dimension: Dimension, value: string | undefined, failed: boolean, times: number): void {
    if (value !== undefined && value !== '') this.tell(dimension, value, times, failed ? times : 0);
  }

  private tell(dimension: Dimension, value: string, total: number, failed: number): void {
    const values = this.dimensions.get(dimension);
    if (values === undefined) return;
    let count = values.get(value);
    if (count === undefined) {
      const key = values.size < VALUES_KEPT ? detached(value) : OTHERS;
      count = values.get(key);
      if (count === undefined) {
        count = { total: 0, failed: 0 };
        values.set(key, count);
      }
    }
    count.total += total;
    count.failed += failed;
  }

  private shapeOf(path: string): string {
    let shape = this.pathShapes.get(path);
    if (shape === undefined) {
      shape = pathShape(path);
      if (this.pathShapes.size < VALUES_KEPT) this.pathShapes.set(detached(path), detached(shape));
    }
    return shape;
  }

  private time(at: number, failed: boolean, times: number): void {
    this.span(at);
    this.inBucket(at, times, failed ? times : 0);
  }

  private span(at: number): void {
    if (this.from === undefined || at < this.from) this.from = at;
    if (this.to === undefined || at > this.to) this.to = at;
  }

  private inBucket(at: number, total: number, failed: number): void {
    const key = Math.floor(at / 1000 / this.bucketSeconds);
    const bucket = this.buckets.get(key);
    if (bucket !== undefined) {
      bucket.total += total;
      bucket.failed += failed;
      return;
    }
    this.buckets.set(key, { total, failed });
    if (this.buckets.size > BUCKETS) this.coarsen();
  }

  private coarsen(): void {
    const coarser = new Map<number, Count>();
    for (const [key, count] of this.buckets) {
      const half = Math.floor(key / 2);
      const sum = coarser.get(half);
      if (sum === undefined) coarser.set(half, count);
      else {
        sum.total += count.total;
        sum.failed += count.failed;
      }
    }
    this.buckets = coarser;
    this.bucketSeconds *= 2;
    if (this.buckets.size > BUCKETS) this.coarsen();
  }

  private keepFailure(logged: LoggedRequest, sighting: () => Sighting, times: number): void {
    const by = answererOf(logged);
    const key = `${logged.status} ${by}`;
    this.failedBy.set(key, (this.failedBy.get(key) ?? 0) + times);
    if (this.examples.length >= EXAMPLES_KEPT) return;
    // At most four of one shape, so that a rare failure is not crowded out by a common one.
    const shape = `${key} ${logged.consumer ?? ''} ${logged.route ?? ''} ${logged.method ?? ''}`;
    const seen = this.exampleShapes.get(shape) ?? 0;
    if (seen >= 4) return;
    this.exampleShapes.set(detached(shape), seen + 1);
    this.examples.push({ sighting: sighting(), logged: detachLogged(logged) });
  }

  /** The picture so far. */
  traffic(): Traffic {
    const byDimension = {} as Record<Dimension, readonly Tally[]>;
    for (const dimension of DIMENSIONS) {
      const values = this.dimensions.get(dimension) ?? new Map<string, Count>();
      byDimension[dimension] = mostFailing(values).map(([value, { total, failed }]) => ({ value, total, failed }));
    }
    const failedBy: Partial<Record<Answerer, number>> = {};
    for (const [key, count] of this.failedBy) {
      const by = key.slice(key.indexOf(' ') + 1) as Answerer;
      failedBy[by] = (failedBy[by] ?? 0) + count;
    }
    return {
      requests: this.requests,
      failed: this.failed,
      ...(this.from === undefined ? {} : { from: this.from }),
      ...(this.to === undefined ? {} : { to: this.to }),
      byStatus: Object.fromEntries([...this.byStatus].map(([status, count]) => [String(status), count])),
      byDimension,
      failedBy,
      failedByStatusAndAnswerer: Object.fromEntries(this.failedBy),
      overTime: this.slices(),
      examples: this.examples,
      others: this.others,
      successes: this.successes,
    };
  }

  /** At most 48 equal slices from the first to the last bucket, empty ones included. */
  private slices(): { total: number; failed: number }[] {
    if (this.buckets.size === 0) return [];
    const keys = [...this.buckets.keys()];
    const first = Math.min(...keys);
    const last = Math.max(...keys);
    const slices = Math.min(48, last - first + 1);
    const result = Array.from({ length: slices }, () => ({ total: 0, failed: 0 }));
    for (const [key, count] of this.buckets) {
      const slice = result[Math.floor(((key - first) * slices) / (last - first + 1))];
      if (slice === undefined) continue;
      slice.total += count.total;
      slice.failed += count.failed;
    }
    return result;
  }
}

/** Who answered, as a log line alone can tell. */
export function answererOf(logged: Pick<LoggedRequest, 'source' | 'upstreamStatus'>): Answerer {
  if (logged.source !== undefined) return logged.source;
  if (logged.upstreamStatus === undefined) return 'unknown';
  return logged.upstreamStatus === '' ? 'kong' : 'upstream';
}

function ageBand(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 5) return 'under 5 minutes';
  if (minutes < 15) return '5 to 15 minutes';
  if (minutes < 30) return '15 to 30 minutes';
  if (minutes < 60) return '30 to 60 minutes';
  if (minutes < 24 * 60) return '1 to 24 hours';
  return 'over a day';
}

function detachLogged(logged: LoggedRequest): LoggedRequest {
  return Object.fromEntries(
    Object.entries(logged).map(([key, value]) => [key, typeof value === 'string' ? detached(value) : value]),
  ) as unknown as LoggedRequest;
}
