// Failures over time: did they begin at an instant, end at one, or come in periods? Read from the slices of the traffic.
import type { Traffic } from './facts.ts';

export type Course = 'steady' | 'since' | 'until' | 'window' | 'periodic' | 'unknown';

/** How the failures lie in time, and a sentence with the figures. */
export interface PeriodSeen {
  readonly course: Course;
  /** Milliseconds since 1970 at which the failures begin (since, window) or end (until). */
  readonly at?: number;
  readonly says: string;
}

/** Looks at the course of the failures. Needs at least 20 requests in at least 8 slices; else `unknown`. */
export function periodOf(traffic: Traffic): PeriodSeen {
  const slices = traffic.overTime;
  const { from, to } = traffic;
  if (slices.length < 8 || traffic.requests < 20 || traffic.failed < 3 || from === undefined || to === undefined) {
    return { course: 'unknown', says: '' };
  }
  const width = (to - from) / slices.length;
  const bad = slices.map((slice) => (slice.total === 0 ? undefined : slice.failed / slice.total > 0.5));
  const runs = runsOf(bad);
  const badRuns = runs.filter((run) => run.bad);
  const clock = (slice: number) => new Date(from + slice * width).toISOString().slice(0, 19);
  if (badRuns.length === 0) return { course: 'steady', says: '' };
  const [first] = badRuns;
  const goodShare = runs.filter((run) => !run.bad).reduce((sum, run) => sum + run.length, 0) / slices.length;
  if (first !== undefined && badRuns.length === 1 && goodShare >= 0.15) {
    const begins = first.start > 0;
    const ends = first.start + first.length < bad.length;
    if (begins && !ends) {
      return {
        course: 'since',
        at: from + first.start * width,
        says: `Most requests fail since ${clock(first.start)}Z, none to speak of before.`,
      };
    }
    if (ends && !begins) {
      const end = first.start + first.length;
      return { course: 'until', at: from + end * width, says: `The failures end at ${clock(end)}Z.` };
    }
    if (begins && ends) {
      return {
        course: 'window',
        at: from + first.start * width,
        says: `The failures lie between ${clock(first.start)}Z and ${clock(first.start + first.length)}Z.`,
      };
    }
  }
  if (badRuns.length >= 3 && isRegular(badRuns.map((run) => run.start))) {
    return { course: 'periodic', says: `The failures come in ${badRuns.length} bursts at regular distance.` };
  }
  return { course: 'steady', says: '' };
}

interface Run {
  readonly bad: boolean;
  readonly start: number;
  readonly length: number;
}

/** Runs of bad and good slices; empty slices join the run before them. */
function runsOf(bad: readonly (boolean | undefined)[]): Run[] {
  const runs: Run[] = [];
  for (const [index, value] of bad.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && (value === undefined || value === last.bad)) {
      runs[runs.length - 1] = { ...last, length: last.length + 1 };
    } else runs.push({ bad: value ?? false, start: index, length: 1 });
  }
  return runs;
}

function isRegular(starts: readonly number[]): boolean {
  const gaps = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return gaps.every((gap) => Math.abs(gap - mean) <= Math.max(1, mean * 0.25));
}
