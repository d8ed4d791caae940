// Contrast: which dimension separates failing from succeeding requests, with the figures, or silence.
import { DIMENSIONS, type Dimension } from '../names.ts';
import type { Contrast, Tally, Traffic } from './facts.ts';
import { fisherExact } from './fisher.ts';
import { OTHERS } from './traffic.ts';

/** Family-wise error that is accepted over all comparisons of one diagnosis. */
const ALPHA = 0.01;
/** A separation must explain most failures and spare most of the rest, or it is no answer for a person at 3 am. */
const RECALL_NEEDED = 0.75;
const RATE_RATIO_NEEDED = 3;

/**
 * Contrasts of a traffic picture, most telling first. Each value of each dimension is tested with Fisher's exact test,
 * corrected for the number of comparisons (Bonferroni); a dimension with one value only cannot separate.
 * @param traffic tallies of one or more logs
 */
export function findContrasts(traffic: Traffic): readonly Contrast[] {
  const { requests, failed } = traffic;
  if (failed < 3 || requests - failed < 3) return [];
  const candidates = DIMENSIONS.flatMap((dimension) => testable(dimension, traffic.byDimension[dimension]));
  const contrasts = candidates
    .map((candidate) => compare(candidate.dimension, candidate.tally, candidate.known, candidates.length, traffic))
    .filter((contrast) => contrast !== undefined);
  return mostTelling(contrasts);
}

/** How sure a contrast is, as a person would say it: the p of Fisher's exact test, corrected for all comparisons. */
export function noCoincidence({ p }: Pick<Contrast, 'p'>): string {
  return `no coincidence (Fisher’s exact test, p${p < 0.0001 ? '<0.0001' : `=${p.toPrecision(1)}`})`;
}

interface Candidate {
  readonly dimension: Dimension;
  readonly tally: Tally;
  /** Requests and failures of which this dimension is known. */
  readonly known: { readonly total: number; readonly failed: number };
}

function testable(dimension: Dimension, tallies: readonly Tally[]): Candidate[] {
  if (tallies.length < 2) return [];
  const known = tallies.reduce(
    (sum, tally) => ({ total: sum.total + tally.total, failed: sum.failed + tally.failed }),
    { total: 0, failed: 0 },
  );
  return tallies
    .filter((tally) => tally.value !== OTHERS && tally.failed >= 2)
    .slice(0, 40)
    .map((tally) => ({ dimension, tally, known }));
}

function compare(
  dimension: Dimension,
  tally: Tally,
  known: Candidate['known'],
  comparisons: number,
  traffic: Traffic,
): Contrast | undefined {
  const failedWithout = known.failed - tally.failed;
  const totalWithout = known.total - tally.total;
  if (totalWithout === 0) return undefined;
  // Where the log knows the dimension for few failures only, it says nothing about the others.
  if (known.failed < traffic.failed * 0.5) return undefined;
  const recall = tally.failed / known.failed;
  const rateWith = tally.failed / tally.total;
  const rateWithout = failedWithout / totalWithout;
  if (recall < RECALL_NEEDED || rateWith < rateWithout * RATE_RATIO_NEEDED || rateWith < 0.05) return undefined;
  const p = Math.min(
    1,
    fisherExact(tally.failed, tally.total - tally.failed, failedWithout, totalWithout - failedWithout) * comparisons,
  );
  if (p > ALPHA) return undefined;
  const example =
    traffic.examples.find(({ logged }) => valueIn(dimension, logged) === tally.value) ?? traffic.examples[0];
  if (example === undefined) return undefined;
  return {
    dimension,
    value: tally.value,
    failedWith: tally.failed,
    totalWith: tally.total,
    failedWithout,
    totalWithout,
    p,
    complete: recall >= 0.95 && rateWith >= 0.9 && rateWithout <= 0.02,
    figures: `${tally.value}: ${tally.failed} of ${tally.total} failed; all others: ${failedWithout} of ${totalWithout}`,
    sighting: example.sighting,
  };
}

function valueIn(dimension: Dimension, logged: Traffic['examples'][number]['logged']): string | undefined {
  switch (dimension) {
    case 'consumer':
    case 'credential':
    case 'target':
    case 'node':
    case 'route':
    case 'service':
    case 'method':
    case 'client':
    case 'agent':
      return logged[dimension];
    case 'version':
      return logged.kongVersion;
    default:
      return undefined;
  }
}

/** Order: how well the value separates (rate with against rate without, recall), then the closer dimension. */
function mostTelling(contrasts: readonly Contrast[]): readonly Contrast[] {
  return [...contrasts].sort(
    (one, other) => separation(other) - separation(one) || closeness(one.dimension) - closeness(other.dimension),
  );
}

/** Youden's index: share of failures that have the value minus share of successes that have it; -1 to 1. */
function separation(contrast: Contrast): number {
  const failures = contrast.failedWith + contrast.failedWithout;
  const successes = contrast.totalWith + contrast.totalWithout - failures;
  const sensitivity = contrast.failedWith / failures;
  const falseAlarm = (contrast.totalWith - contrast.failedWith) / successes;
  return Math.round((sensitivity - falseAlarm) * 100) / 100;
}

/** Where two dimensions separate alike (a consumer always calls from one address) the one nearer to the cause goes first. */
function closeness(dimension: Dimension): number {
  return DIMENSIONS.indexOf(dimension);
}
