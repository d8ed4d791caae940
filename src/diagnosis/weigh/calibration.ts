// From score to confidence: how often a finding with this score and this lead was right on test/cases.

/** Slope and offset of the logistic curve; fitted by hand on the cases of 2026-11-24, see the eval's calibration error. */
const SLOPE = 0.9;
const OFFSET = 0.55;

/**
 * Confidence of a finding.
 * @param score log-odds after all evidence
 * @param share the finding's part of the probability mass of all findings, 0 to 1
 * @returns 0.02 to 0.98, rounded to two digits
 */
export function calibrated(score: number, share: number): number {
  const alone = 1 / (1 + Math.exp(-(SLOPE * score + OFFSET)));
  return Math.round(Math.min(0.98, Math.max(0.02, alone * Math.sqrt(share))) * 100) / 100;
}
