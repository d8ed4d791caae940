// The doctor's report for a terminal and as Markdown: what failed with what to do, what could not be looked at, what passed.
import { styleText } from 'node:util';
import type { CheckResult } from '../doctor/check.ts';
import type { DoctorReport } from '../doctor/examine.ts';
import { renderMarkdown, sentence } from './markdown.ts';
import { renderText } from './text.ts';
import { wrap } from './wrap.ts';

export interface ReportTextOptions {
  readonly colour: boolean;
  readonly width: number;
}

/** What every rendering says, in its order. */
export interface ReportParts {
  /** `Kong 3.10.0.2 at prod-eu: 3 failed, 2 could not look, 14 passed.` */
  readonly headline: string;
  readonly failed: readonly CheckResult[];
  readonly unseen: readonly CheckResult[];
  /** One sentence; empty when nothing passed. */
  readonly passed: string;
  /** One sentence; empty when every check applied. */
  readonly idle: string;
}

const WIDEST = 110;

/** Sorts a report by verdict. */
export function partsOf(report: DoctorReport): ReportParts {
  const of = (verdict: CheckResult['verdict']) => report.results.filter((result) => result.verdict === verdict);
  const [failed, unseen, passed] = [of('failed'), of('could-not-look'), of('passed')];
  const names = [...new Set(passed.map(({ check }) => check))];
  return {
    headline: `${subjectOf(report)}: ${failed.length} failed, ${unseen.length} could not look, ${passed.length} passed.`,
    failed,
    unseen,
    passed: names.length === 0 ? '' : `${names.join(', ')}.`,
    idle: report.idle.length === 0 ? '' : `${report.idle.join(', ')}.`,
  };
}

function subjectOf({ gateway, scope, version, targetVersion }: DoctorReport): string {
  const kong = version === undefined ? 'Kong of unknown version' : `Kong ${version}`;
  const where = scope === undefined ? '' : `, ${scope.type} ${scope.name}`;
  return `${kong} at ${gateway}${where}${targetVersion === undefined ? '' : `, on the way to ${targetVersion}`}`;
}

/** What a result says, with what it is about where the sentence does not name it. */
export function said({ subject, says }: CheckResult): string {
  const isNamed = subject.type === 'gateway' && subject.name === 'the gateway';
  return isNamed || says.includes(subject.name) ? says : `${subject.name}: ${says}`;
}

/** The report as text that ends with a line break. */
export function renderReportText(report: DoctorReport, { colour, width }: ReportTextOptions): string {
  const { headline, failed, unseen, passed, idle } = partsOf(report);
  const columns = Math.min(width, WIDEST);
  const strong = (text: string): string => (colour ? styleText('bold', text, { validateStream: false }) : text);
  const item = (result: CheckResult): string =>
    [
      wrap(`[${result.check}] ${said(result)}`, columns, '  - ', '    '),
      ...(result.advice === undefined ? [] : [wrap(`Do: ${result.advice}`, columns, '    ', '    ')]),
      ...(result.cause === undefined ? [] : [`    Leads to: ${result.cause}`]),
    ].join('\n');
  const blocks = [
    strong(wrap(headline, columns, '')),
    block(strong('FAILED'), failed.map(item)),
    block(strong('COULD NOT LOOK'), unseen.map(item)),
    block(strong('PASSED'), passed === '' ? [] : [wrap(passed, columns, '  ', '  ')]),
    block(strong('NOTHING TO LOOK AT'), idle === '' ? [] : [wrap(idle, columns, '  ', '  ')]),
    block(
      strong('NOTES'),
      report.notes.map((note) => wrap(note, columns, '  - ', '    ')),
    ),
    ...diagnosisText(report, colour, width, strong),
  ];
  return `${blocks.filter((text) => text !== '').join('\n\n')}\n`;
}

function block(heading: string, items: readonly string[]): string {
  return items.length === 0 ? '' : [heading, ...items].join('\n');
}

function diagnosisText(
  { diagnosis }: DoctorReport,
  colour: boolean,
  width: number,
  strong: (text: string) => string,
): readonly string[] {
  if (diagnosis.findings.length === 0) return [];
  // Nobody pasted anything, so no secret has to be rotated for having been shown.
  const text = renderText({ ...diagnosis, secrets: [] }, { flavour: 'admin-api', colour, width });
  return [`${strong('WHAT THE CONFIGURATION POINTS TO')}\n${text.trimEnd()}`];
}

/** The report as Markdown that ends with a line break; nothing that Kong holds can mark up or mention. */
export function renderReportMarkdown(report: DoctorReport): string {
  const { headline, failed, unseen, passed, idle } = partsOf(report);
  const item = (result: CheckResult): string =>
    [
      `- **${sentence(result.check)}**: ${sentence(said(result))}`,
      ...(result.advice === undefined ? [] : [`  - Do: ${sentence(result.advice)}`]),
      ...(result.cause === undefined ? [] : [`  - Leads to \`${result.cause}\``]),
    ].join('\n');
  const part = (heading: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `## ${heading}\n\n${lines.join('\n')}`;
  const { diagnosis, notes } = report;
  return `${[
    `**${sentence(headline)}**`,
    part('Failed', failed.map(item)),
    part('Could not look', unseen.map(item)),
    part('Passed', passed === '' ? [] : [sentence(passed)]),
    part('Nothing to look at', idle === '' ? [] : [sentence(idle)]),
    part(
      'Notes',
      notes.map((note) => `- ${sentence(note)}`),
    ),
    diagnosis.findings.length === 0
      ? ''
      : `# What the configuration points to\n\n${renderMarkdown({ ...diagnosis, secrets: [] }).trimEnd()}`,
  ]
    .filter((text) => text !== '')
    .join('\n\n')}\n`;
}
