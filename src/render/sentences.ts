// What all renderings say alike: traffic, secrets, known issues, what to check next, and which snippet is shown.
import type { Diagnosis, KnownIssue, Remedy, SecretSeen, TrafficSeen } from '../diagnosis/diagnosis.ts';
import { FLAVOURS, type Flavour } from '../diagnosis/names.ts';
import { knownIssueHead } from './known-issue-head.ts';

/** 0.754 as `75%`. */
export function percent(confidence: number): string {
  return `${Math.round(confidence * 100)}%`;
}

/** `60 requests, 20 of them failed (40 × 200, 20 × 401), 17:39:29 to 17:41:02 UTC on 2026-11-23.`; empty for one request. */
export function trafficSentence(traffic: TrafficSeen): string {
  if (traffic.requests < 2) return '';
  const statuses = Object.entries(traffic.byStatus)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 6)
    .map(([status, count]) => `${count} × ${status}`);
  const failed = traffic.failed === 0 ? 'none with 400, 401 or 403' : `${traffic.failed} of them failed`;
  return `${traffic.requests} requests, ${failed} (${statuses.join(', ')})${spanOfTime(traffic)}.`;
}

function spanOfTime({ from, to }: TrafficSeen): string {
  if (from === undefined || to === undefined) return '';
  const [day, time] = [from.slice(0, 10), from.slice(11, 19)];
  if (to.slice(0, 19) === from.slice(0, 19)) return ` at ${time} UTC on ${day}`;
  return to.startsWith(day)
    ? `, ${time} to ${to.slice(11, 19)} UTC on ${day}`
    : `, ${day} ${time} to ${to.slice(0, 10)} ${to.slice(11, 19)} UTC`;
}

/**
 * Failures over time as a row of bars with its legend; undefined when the log is too short for one.
 * @param columns bars at most
 */
export function timeline(
  traffic: TrafficSeen,
  columns = 48,
): { readonly bars: string; readonly legend: string } | undefined {
  const { from, to } = traffic;
  const slices = coarser(traffic.failuresOverTime, columns);
  if (slices.length < 4 || traffic.failed === 0 || from === undefined || to === undefined) return undefined;
  const seconds = Math.max(1, (Date.parse(to) - Date.parse(from)) / 1000 / slices.length);
  return {
    bars: sparkline(slices),
    legend: `failures over time: a column is ${duration(seconds)}, the highest has ${Math.max(...slices)}, · none`,
  };
}

/** Neighbouring slices added up until there are few enough. */
function coarser(slices: readonly number[], most: number): readonly number[] {
  const together = Math.ceil(slices.length / most);
  if (together <= 1) return slices;
  return Array.from({ length: Math.ceil(slices.length / together) }, (_, at) =>
    slices.slice(at * together, (at + 1) * together).reduce((sum, count) => sum + count, 0),
  );
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}

/** Eight heights; a dot for none. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values
    .map((value) => (value === 0 ? '·' : ('▁▂▃▄▅▆▇█'[Math.min(7, Math.ceil((value / most) * 8) - 1)] ?? ' ')))
    .join('');
}

/** What was replaced, and what follows from it; empty without secrets. */
export function secretsSentence(secrets: readonly SecretSeen[]): string {
  if (secrets.length === 0) return '';
  const kinds = new Map<string, { count: number; line: number }>();
  for (const { kind, line } of secrets) {
    const seen = kinds.get(kind);
    if (seen === undefined) kinds.set(kind, { count: 1, line });
    else seen.count++;
  }
  const list = [...kinds].map(
    ([kind, { count, line }]) => `${count} ${kind} (${count === 1 ? '' : 'first '}line ${line})`,
  );
  return `Secrets in the paste: ${list.join(', ')}. They are hidden here; whoever saw the paste saw them, so rotate them.`;
}

/** `openid-connect (fixed in 3.14.0.8): text` */
export function knownIssueSentence(issue: KnownIssue): string {
  return `${knownIssueHead(issue)}: ${issue.text}`;
}

/** A thing to run or to paste next, and the number of the finding that it confirms or rules out. */
export interface Step {
  readonly about?: number;
  readonly text: string;
}

/** What to do to be surer, with its heading; no steps when nothing is open. */
export function nextSteps(diagnosis: Diagnosis): { readonly heading: string; readonly steps: readonly Step[] } {
  const [best, second] = diagnosis.findings;
  if (best === undefined) return { heading: 'To tell more', steps: diagnosis.ask.map((text) => ({ text })) };
  const asks = diagnosis.ask.length > 0 ? diagnosis.ask : best.checks.slice(0, 2);
  const decides = second !== undefined && asks.some((text) => !best.checks.includes(text));
  if (!decides) return { heading: 'Check next', steps: asks.map((text) => ({ text })) };
  return {
    heading: 'What would decide between 1 and 2',
    steps: asks.map((text) => ({
      text,
      ...(best.checks.includes(text) ? { about: 1 } : second.checks.includes(text) ? { about: 2 } : {}),
    })),
  };
}

/** The snippet to show: the wanted flavour, else the first that there is; and the flavours that are left. */
export function snippetOf(
  remedy: Remedy,
  wanted: Flavour,
): { readonly flavour: Flavour; readonly text: string; readonly others: readonly Flavour[] } | undefined {
  const there = FLAVOURS.filter((flavour) => remedy.snippets[flavour] !== undefined);
  const flavour = there.find((one) => one === wanted) ?? there[0];
  const text = flavour === undefined ? undefined : remedy.snippets[flavour];
  if (flavour === undefined || text === undefined) return undefined;
  return { flavour, text, others: there.filter((one) => one !== flavour) };
}
