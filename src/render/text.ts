// The diagnosis for a terminal: who answered, the likeliest cause, the line that proves it, what to paste, what to check.
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Diagnosis, Evidence, Finding } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { knownIssueHead } from './known-issue-head.ts';

export interface TextOptions {
  readonly flavour: Flavour;
  /** Colour and weight; off when the output is no terminal. */
  readonly colour: boolean;
  /** Columns; text is wrapped to them, snippets never. */
  readonly width: number;
}

type Style = (text: string) => string;
interface Styles {
  readonly strong: Style;
  readonly faint: Style;
  readonly good: Style;
  readonly bad: Style;
}

function stylesOf(colour: boolean): Styles {
  const with_ = (format: Parameters<typeof styleText>[0]): Style =>
    colour ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return { strong: with_('bold'), faint: with_('dim'), good: with_('cyan'), bad: with_('red') };
}

/** Renders the diagnosis as text that ends with a line break. */
export function renderText(diagnosis: Diagnosis, options: TextOptions): string {
  const styles = stylesOf(options.colour);
  const width = Math.max(40, Math.min(options.width, 110));
  const blocks: string[] = [styles.strong(wrap(diagnosis.summary, width, ''))];
  const traffic = trafficLine(diagnosis, styles);
  if (traffic !== '') blocks.push(traffic);
  const [best, ...others] = diagnosis.findings;
  if (best !== undefined) blocks.push(finding(best, 1, width, styles, options.flavour, true));
  for (const [index, other] of others.entries())
    blocks.push(finding(other, index + 2, width, styles, options.flavour, false));
  if (diagnosis.ask.length > 0) {
    const title = best === undefined ? 'To tell more, paste' : 'What would decide';
    blocks.push([styles.strong(title), ...diagnosis.ask.map((ask) => wrap(`- ${ask}`, width, '  '))].join('\n'));
  }
  if (diagnosis.secrets.length > 0) {
    const kinds = new Map<string, number>();
    for (const secret of diagnosis.secrets) kinds.set(secret.kind, (kinds.get(secret.kind) ?? 0) + 1);
    blocks.push(
      wrap(
        `The paste holds secrets (${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}); they are replaced here by kind and fingerprint. Whoever else saw the paste saw them: rotate them.`,
        width,
        '',
      ),
    );
  }
  return `${blocks.join('\n\n')}\n`;
}

function trafficLine(diagnosis: Diagnosis, styles: Styles): string {
  const { traffic } = diagnosis;
  if (traffic.requests < 2) return '';
  const statuses = Object.entries(traffic.byStatus)
    .map(([status, count]) => `${status} × ${count}`)
    .join(', ');
  const line = `${traffic.requests} requests, ${traffic.failed} with 400, 401 or 403 (${statuses})`;
  if (traffic.failuresOverTime.length < 4 || traffic.from === undefined || traffic.to === undefined) return line;
  return `${line}\n${styles.faint(traffic.from.slice(0, 19))} ${styles.bad(sparkline(traffic.failuresOverTime))} ${styles.faint(traffic.to.slice(0, 19))} failures over time`;
}

/** Eight heights; a blank for none. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values
    .map((value) => (value === 0 ? '·' : ('▁▂▃▄▅▆▇█'[Math.min(7, Math.ceil((value / most) * 8) - 1)] ?? ' ')))
    .join('');
}

function finding(item: Finding, rank: number, width: number, styles: Styles, flavour: Flavour, whole: boolean): string {
  const percent = `${Math.round(item.confidence * 100)} %`;
  const lines = [`${styles.strong(`${rank}. ${item.title}`)}  ${styles.good(item.cause)}  ${percent} sure`];
  if (whole) lines.push(wrap(item.explanation, width - 3, '   '));
  for (const evidence of whole ? item.evidence.slice(0, 3) : item.evidence.slice(0, 1))
    lines.push(evidenceLines(evidence, width, styles));
  if (whole)
    for (const [index, remedy] of item.remedies.entries())
      lines.push(remedyLines(remedy, index, width, styles, flavour));
  if (whole && item.knownIssues.length > 0) {
    lines.push(`\n   ${styles.strong('Known issues of Kong that can lie behind it')}`);
    for (const issue of item.knownIssues)
      lines.push(wrap(`- ${knownIssueHead(issue)}: ${issue.text}`, width - 3, '     ').replace(/^ {5}/, '   '));
  }
  return lines.join('\n');
}

function evidenceLines(evidence: Evidence, width: number, styles: Styles): string {
  const place = `${evidence.source}:${evidence.line}`;
  const excerpt = stripVTControlCharacters(evidence.excerpt.replace(/\s+/g, ' ').trim());
  const room = Math.max(30, width - 5);
  const shown = excerpt.length > room ? `${excerpt.slice(0, room - 1)}…` : excerpt;
  return `   ${styles.faint(place)}\n   | ${shown}\n   ${styles.good('^')} ${wrap(evidence.says, width - 5, '     ').trimStart()}`;
}

function remedyLines(
  remedy: Finding['remedies'][number],
  index: number,
  width: number,
  styles: Styles,
  flavour: Flavour,
): string {
  const snippet = remedy.snippets[flavour];
  const [other] = Object.keys(remedy.snippets);
  const head = `   ${styles.strong(index === 0 ? 'Do' : 'Or')}: ${remedy.title} (risk ${remedy.risk})`;
  const note = wrap(remedy.note, width - 3, '   ');
  const shown = snippet ?? (other === undefined ? '' : remedy.snippets[other as Flavour]) ?? '';
  const lead = snippet === undefined && other !== undefined ? `   (as ${other}; ${flavour} cannot express it)\n` : '';
  return `\n${head}\n${note}${shown === '' ? '' : `\n\n${lead}${indented(stripVTControlCharacters(shown))}`}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `     ${line}`))
    .join('\n');
}

/** Wraps at blanks; every line after the first begins with the indent, and so does the first. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of stripVTControlCharacters(text).split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(indent + line);
  return lines.join('\n');
}
