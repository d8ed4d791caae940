// Whether a difference between two periods is more than chance and more than a day's mood.
import { fisherExact } from '../diagnosis/facts/fisher.ts';
import { rateOf, type Tally } from './traffic.ts';

/** Family-wise error over all comparisons of one digest. */
const ALPHA = 0.01;
/** A rate matters when it has at least doubled ... */
const RATE_RATIO = 2;
/** ... by half a percentage point ... */
const RATE_STEP = 0.005;
/** ... and by so many failures. */
const FAILURES = 10;
/** A volume matters when it has at least doubled or halved, by so many requests. */
const VOLUME_RATIO = 2;
const REQUESTS = 50;
/** What volumes of equal periods differ by anyway: the standard deviation of the logarithm of their ratio. */
const VOLUME_NOISE = 0.2;

export type Direction = 'up' | 'down' | 'same';

/**
 * Where a rate of failures went. Fisher's exact test, corrected for the number of comparisons (Bonferroni), above a
 * floor of effect: with millions of requests every difference is significant, and few of them matter.
 */
export function rateChange(before: Tally, now: Tally, comparisons: number): Direction {
  const [was, is] = [rateOf(before), rateOf(now)];
  if (is > was) return isHigher(before, now, comparisons) ? 'up' : 'same';
  return isHigher(now, before, comparisons) ? 'down' : 'same';
}

/** Whether the second rate is higher by more than chance and floor. */
function isHigher(low: Tally, high: Tally, comparisons: number): boolean {
  if (low.requests === 0 || high.requests === 0) return false;
  const [was, is] = [rateOf(low), rateOf(high)];
  if (is < was * RATE_RATIO || is - was < RATE_STEP || high.failed - was * high.requests < FAILURES) return false;
  const p = fisherExact(high.failed, high.requests - high.failed, low.failed, low.requests - low.failed);
  return p * comparisons <= ALPHA;
}

/**
 * Where a volume went, for periods of this length: a log ratio against Poisson's variance plus what days differ by
 * anyway, corrected as above.
 * @param scale length of the later period by the length of the earlier one
 * @param ratio floor of the effect
 */
export function volumeChange(
  before: number,
  now: number,
  scale: number,
  comparisons: number,
  ratio: number = VOLUME_RATIO,
): Direction {
  const expected = before * scale;
  if (Math.abs(now - expected) < REQUESTS) return 'same';
  const logRatio = Math.log((now + 0.5) / (expected + 0.5));
  if (Math.abs(logRatio) < Math.log(ratio)) return 'same';
  const deviation = Math.sqrt(1 / (now + 0.5) + 1 / (before + 0.5) + VOLUME_NOISE ** 2);
  if (tail(Math.abs(logRatio) / deviation) * 2 * comparisons > ALPHA) return 'same';
  return logRatio > 0 ? 'up' : 'down';
}

/** Upper tail of the standard normal distribution, by its continued fraction's first terms; error below 1e-3 of it for z > 2. */
function tail(z: number): number {
  if (z < 0.5) return 0.5;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let fraction = z;
  for (let term = 60; term >= 1; term--) fraction = z + term / fraction;
  return density / fraction;
}
