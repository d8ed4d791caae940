// The doctor's report as Block Kit within its limits: failures first, each with what to do; the rest folded.
import type { CheckResult } from '../doctor/check.ts';
import type { DoctorReport } from '../doctor/examine.ts';
import { partsOf, said } from './doctor-report.ts';
import { percent } from './sentences.ts';
import { type Block, context, cut, section, withinLimits } from './slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeLines, safeSentence } from './slack-safe.ts';

/** Results that one message shows; the file has all. */
const FAILED = 15;
const UNSEEN = 8;
const NOTES = 5;
const SENTENCE = 600;
const TEXT = 3800;

export interface ReportMessage {
  readonly text: SlackSafe;
  readonly blocks: readonly Block[];
  /** Something is not in it. */
  readonly isCut: boolean;
}

/** @param at when it was read, ms since 1970 */
export function renderReportBlocks(report: DoctorReport, at: number): ReportMessage {
  const { headline, failed, unseen, passed, idle } = partsOf(report);
  const [best] = report.diagnosis.findings;
  const read = safeSentence(
    `Read from the gateway ${report.gateway} at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
  );
  const points =
    best === undefined
      ? undefined
      : safeSentence(
          `The configuration alone points to \`${best.cause}\` (${percent(best.confidence)} sure): ${best.title}.`,
        );
  const failures = failed.slice(0, FAILED).map(lineOf);
  const open = unseen.slice(0, UNSEEN).map((result) => lineOf(result));
  const folded = safeLines(
    passed === '' ? undefined : safeSentence(`Passed: ${passed}`),
    idle === '' ? undefined : safeSentence(`Nothing to look at: ${idle}`),
  );
  const notes = report.notes.slice(0, NOTES).map((note) => safeSentence(cut(note, SENTENCE)));
  const more = [
    ...(failed.length > FAILED ? [safeSentence(`… and ${failed.length - FAILED} more that failed.`)] : []),
    ...(unseen.length > UNSEEN
      ? [safeSentence(`… and ${unseen.length - UNSEEN} more that could not be looked at.`)]
      : []),
  ];
  const fitted = withinLimits(
    [
      section(safeBold(headline)),
      ...(failures.length === 0 ? [] : [section(safeBold('Failed')), ...failures.map((line) => section(line))]),
      ...(open.length === 0 ? [] : [section(safeBold('Could not look')), ...open.map((line) => context(line))]),
      ...(points === undefined ? [] : [section(points)]),
      ...more.map((line) => context(line)),
    ],
    [...(folded === '' ? [] : [context(folded)]), context(safeLines(read, ...notes))],
  );
  const text = safeLines(
    safeSentence(headline),
    failures.length === 0 ? undefined : safeBold('Failed'),
    ...failures,
    open.length === 0 ? undefined : safeBold('Could not look'),
    ...open,
    points,
    ...more,
    folded,
    read,
    ...notes,
  );
  const isCut = fitted.cut || more.length > 0 || notes.length < report.notes.length || text.length > TEXT;
  return { text: safeCut(text, TEXT), blocks: fitted.blocks, isCut: isCut || report.diagnosis.findings.length > 0 };
}

function lineOf(result: CheckResult): SlackSafe {
  const { check, advice, cause } = result;
  return safeLines(
    safeSentence(`\`${check}\` ${cut(said(result), SENTENCE)}`),
    advice === undefined ? undefined : safeSentence(`Do: ${cut(advice, SENTENCE)}`),
    cause === undefined ? undefined : safeSentence(`Leads to \`${cause}\`.`),
  );
}
