// Scores of the diagnosis on cases: top-1, top-3, misled, calibration error.

import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Case } from './case.ts';

export interface CaseScore {
  readonly case: Case;
  readonly diagnosis: Diagnosis;
  readonly top1: boolean;
  readonly top3: boolean;
  readonly misled: boolean;
}

export interface Score {
  readonly scores: readonly CaseScore[];
  readonly top1: number;
  readonly top3: number;
  readonly misled: number;
  /** Expected calibration error of the first finding's confidence, ten bins. */
  readonly calibrationError: number;
}

/** Runs every case. */
export async function scoreCases(cases: readonly Case[]): Promise<Score> {
  const scores: CaseScore[] = [];
  const key = new Uint8Array(32).fill(7);
  for (const one of cases) {
    const diagnosis = await diagnose([{ source: 'paste', bytes: one.input }], { key });
    const names = diagnosis.findings.map((finding) => finding.cause);
    const [first] = names;
    scores.push({
      case: one,
      diagnosis,
      top1: first !== undefined && one.causes.includes(first),
      top3: names.slice(0, 3).some((name) => one.causes.includes(name)),
      misled: first !== undefined && one.must_not.includes(first),
    });
  }
  const share = (count: (score: CaseScore) => boolean): number =>
    scores.filter(count).length / Math.max(1, scores.length);
  return {
    scores,
    top1: share((score) => score.top1),
    top3: share((score) => score.top3),
    misled: scores.filter((score) => score.misled).length,
    calibrationError: calibrationError(scores),
  };
}

function calibrationError(scores: readonly CaseScore[]): number {
  const told = scores.filter((score) => score.diagnosis.findings.length > 0);
  const bins = Array.from({ length: 10 }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (const score of told) {
    const confidence = score.diagnosis.findings[0]?.confidence ?? 0;
    const bin = bins[Math.min(9, Math.floor(confidence * 10))];
    if (bin === undefined) continue;
    bin.count++;
    bin.confidence += confidence;
    if (score.top1) bin.right++;
  }
  return bins.reduce(
    (sum, bin) => (bin.count === 0 ? sum : sum + Math.abs(bin.right - bin.confidence) / told.length),
    0,
  );
}
