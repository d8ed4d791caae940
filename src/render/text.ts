// The diagnosis for a terminal: who answered, the likeliest cause, the line that proves it, what to paste, what to check.
import { styleText } from 'node:util';
import type { Diagnosis, Evidence, Finding, Remedy } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import {
  knownIssueSentence,
  nextSteps,
  percent,
  secretsSentence,
  snippetOf,
  timeline,
  trafficSentence,
} from './sentences.ts';
import { visible, windowOn, wrap } from './wrap.ts';

export interface TextOptions {
  readonly flavour: Flavour;
  /** Colour and weight; off when the output is no terminal. Neither ever says what the words do not. */
  readonly colour: boolean;
  /** Columns; text is wrapped to them, snippets never. */
  readonly width: number;
}

type Style = (text: string) => string;
interface Page extends TextOptions {
  readonly strong: Style;
  readonly faint: Style;
  readonly name: Style;
  readonly bad: Style;
  /** Places whose line was already shown. */
  readonly shown: Set<string>;
}

/** Lines of evidence of the first finding; of the others one. */
const EVIDENCE = 3;
const KNOWN_ISSUES = 2;
/** From this confidence on the second finding is a rival whose remedy is worth its lines. */
const LIKELY = 0.3;
/** Below this a candidate gets its name and no more. */
const UNLIKELY = 0.15;
const NARROWEST = 40;
const WIDEST = 110;
const INDENT = '   ';

/** Renders the diagnosis as text that ends with a line break. */
export function renderText(diagnosis: Diagnosis, options: TextOptions): string {
  const page = pageOf(options);
  const [best, ...others] = diagnosis.findings;
  const blocks = [
    page.strong(wrap(diagnosis.summary, page.width, '')),
    trafficBlock(diagnosis, page),
    best === undefined ? '' : bestBlock(best, page),
    ...others.flatMap((other, index) => (isRival(other) ? [otherBlock(other, index + 2, page)] : [])),
    farBlock(others, page),
    stepsBlock(diagnosis, page),
    others.length === 0
      ? ''
      : wrap('`kongauth explain NAME` shows how to be sure of a cause and what to do.', page.width, ''),
    wrap(secretsSentence(diagnosis.secrets), page.width, ''),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function pageOf(options: TextOptions): Page {
  const style = (format: Parameters<typeof styleText>[0]): Style =>
    options.colour
      ? (text) =>
          text
            .split('\n')
            .map((line) => styleText(format, line, { validateStream: false }))
            .join('\n')
      : (text) => text;
  return {
    ...options,
    width: Math.max(NARROWEST, Math.min(options.width, WIDEST)),
    strong: style('bold'),
    faint: style('dim'),
    name: style('cyan'),
    bad: style('red'),
    shown: new Set(),
  };
}

function trafficBlock({ traffic }: Diagnosis, page: Page): string {
  const line = timeline(traffic, page.width);
  const sentence = wrap(trafficSentence(traffic), page.width, '');
  if (line === undefined) return sentence;
  return `${sentence}\n${page.bad(line.bars)}\n${page.faint(wrap(line.legend, page.width, ''))}`;
}

function headOf(finding: Finding, rank: number, page: Page): string {
  const title = `${rank}. ${finding.title}`;
  const name = `${finding.cause}, ${percent(finding.confidence)} sure`;
  return title.length + 2 + name.length <= page.width
    ? `${page.strong(title)}  ${page.name(name)}`
    : `${page.strong(wrap(title, page.width, '', INDENT))}\n${page.name(wrap(name, page.width, INDENT))}`;
}

function bestBlock(finding: Finding, page: Page): string {
  return [
    `${headOf(finding, 1, page)}\n${wrap(finding.explanation, page.width, INDENT)}`,
    ...finding.evidence.slice(0, EVIDENCE).map((item) => evidenceBlock(item, page)),
    ...finding.remedies.map((remedy, index) => remedyBlock(remedy, index === 0 ? 'Do' : 'Or', page)),
    ...knownIssuesBlock(finding, page),
  ].join('\n\n');
}

function knownIssuesBlock({ knownIssues }: Finding, page: Page): readonly string[] {
  if (knownIssues.length === 0) return [];
  const lines = knownIssues
    .slice(0, KNOWN_ISSUES)
    .map((issue) => wrap(knownIssueSentence(issue), page.width, `${INDENT}- `, `${INDENT}  `));
  const more = knownIssues.length - lines.length;
  if (more > 0) lines.push(wrap(`${more} more with --format json.`, page.width, `${INDENT}- `, `${INDENT}  `));
  return [
    `${page.strong(wrap('Known issues of Kong that can lie behind it', page.width, INDENT))}\n${lines.join('\n')}`,
  ];
}

/** A further candidate: what speaks for it, and its first remedy where it is a real rival. */
function otherBlock(finding: Finding, rank: number, page: Page): string {
  const head = headOf(finding, rank, page);
  const [evidence] = finding.evidence;
  if (evidence === undefined) return head;
  const place = placeOf(evidence, page);
  const proof = page.shown.has(place)
    ? wrap(`${place}, as above: ${evidence.says}`, page.width, INDENT)
    : evidenceBlock(evidence, page);
  const [remedy] = finding.remedies;
  if (rank > 2 || finding.confidence < LIKELY || remedy === undefined) return `${head}\n${proof}`;
  return `${head}\n${proof}\n\n${remedyBlock(remedy, 'If so', page)}`;
}

function isRival(finding: Finding): boolean {
  return finding.confidence >= UNLIKELY;
}

/** Candidates far behind, in one sentence. */
function farBlock(others: readonly Finding[], page: Page): string {
  const far = others.filter((other) => !isRival(other));
  if (far.length === 0) return '';
  const list = far.map(({ title, cause, confidence }) => `${title} (${cause}, ${percent(confidence)})`);
  return wrap(`Far less likely: ${list.join('; ')}.`, page.width, '', INDENT);
}

/** The place, its end kept when a path is too long. */
function placeOf({ source, line }: Evidence, page: Page): string {
  const place = visible(`${source}:${line}`).replace(/\s+/g, ' ');
  const room = page.width - INDENT.length;
  return place.length <= room ? place : `…${place.slice(place.length - room + 1)}`;
}

function evidenceBlock(evidence: Evidence, page: Page): string {
  const place = placeOf(evidence, page);
  page.shown.add(place);
  const excerpt = visible(evidence.excerpt).replace(/\s+/g, ' ').trim();
  const { shown, at, length } = windowOn(excerpt, evidence.mark, page.width - INDENT.length - 2);
  return [
    `${INDENT}${page.faint(place)}`,
    `${INDENT}| ${shown}`,
    ...(at === -1 || length === 0 ? [] : [`${INDENT}| ${' '.repeat(at)}${page.bad('^'.repeat(length))}`]),
    wrap(evidence.says, page.width, INDENT),
  ].join('\n');
}

function remedyBlock(remedy: Remedy, lead: 'Do' | 'Or' | 'If so', page: Page): string {
  const head = wrap(`${lead}: ${remedy.title} (risk ${remedy.risk})`, page.width, INDENT);
  const note = wrap(remedy.note, page.width, INDENT);
  const snippet = snippetOf(remedy, page.flavour);
  if (snippet === undefined) return `${page.strong(head)}\n${note}`;
  const another =
    snippet.flavour === page.flavour
      ? ''
      : `${wrap(`As ${snippet.flavour}; ${page.flavour} cannot express it:`, page.width, INDENT)}\n`;
  const others =
    lead === 'Do' && snippet.others.length > 0 && snippet.flavour === page.flavour
      ? `\n${page.faint(wrap(`Other notations: --flavour ${snippet.others.join(' or ')}.`, page.width, INDENT))}`
      : '';
  return `${page.strong(head)}\n${note}\n\n${another}${indented(visible(snippet.text))}${others}`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `     ${line}`))
    .join('\n');
}

function stepsBlock(diagnosis: Diagnosis, page: Page): string {
  const { heading, steps } = nextSteps(diagnosis);
  if (steps.length === 0) return '';
  const lines = steps.map(({ about, text }) =>
    wrap(
      text,
      page.width,
      `  ${about === undefined ? '- ' : `for ${about}: `}`,
      about === undefined ? '    ' : '         ',
    ),
  );
  return [page.strong(heading), ...lines].join('\n');
}
