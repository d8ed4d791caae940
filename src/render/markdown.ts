// The diagnosis as Markdown, for a ticket or a file: GitHub's dialect, in which a paste can neither mark up nor mention.
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
import { visible } from './wrap.ts';

const LANGUAGES: Readonly<Record<Flavour, string>> = {
  'admin-api': 'sh',
  deck: 'yaml',
  kubernetes: 'yaml',
  'kong-conf': 'ini',
};

/** Renders the diagnosis as Markdown that ends with a line break. The other flavours are folded. */
export function renderMarkdown(diagnosis: Diagnosis, flavour: Flavour = 'admin-api'): string {
  const [best, ...others] = diagnosis.findings;
  const parts = [
    `**${sentence(diagnosis.summary)}**`,
    trafficPart(diagnosis),
    best === undefined ? '' : bestPart(best, flavour),
    ...others.map((other, index) => otherPart(other, index + 2)),
    stepsPart(diagnosis),
    diagnosis.secrets.length === 0 ? '' : `> ${sentence(secretsSentence(diagnosis.secrets))}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Sentences as a list that stands below a diagnosis. */
export function markdownList(sentences: readonly string[]): string {
  return sentences.map((one) => `- ${sentence(one)}\n`).join('');
}

function trafficPart({ traffic }: Diagnosis): string {
  const line = timeline(traffic);
  const said = sentence(trafficSentence(traffic));
  return line === undefined ? said : `${said}\n\n${fenced(line.bars, 'text')}\n\n${sentence(line.legend)}`;
}

function headOf(finding: Finding, rank: number): string {
  return `## ${rank}. ${sentence(finding.title)}\n\n\`${finding.cause}\`, ${percent(finding.confidence)} sure`;
}

function bestPart(finding: Finding, flavour: Flavour): string {
  return [
    headOf(finding, 1),
    sentence(finding.explanation),
    '### Evidence',
    ...finding.evidence.map(evidencePart),
    ...finding.remedies.map((remedy) => remedyPart(remedy, flavour)),
    finding.knownIssues.length === 0
      ? ''
      : `### Known issues of Kong that can lie behind it\n\n${finding.knownIssues.map((issue) => `- ${sentence(knownIssueSentence(issue))}`).join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function otherPart(finding: Finding, rank: number): string {
  return [headOf(finding, rank), ...finding.evidence.slice(0, 1).map(evidencePart)].join('\n\n');
}

function evidencePart(evidence: Evidence): string {
  return `${code(`${evidence.source}:${evidence.line}`)} ${sentence(evidence.says)}\n\n${fenced(evidence.excerpt, 'text')}`;
}

function remedyPart(remedy: Remedy, wanted: Flavour): string {
  const head = `### ${sentence(remedy.title)} (risk ${remedy.risk})\n\n${sentence(remedy.note)}`;
  const snippet = snippetOf(remedy, wanted);
  if (snippet === undefined) return head;
  const folded = snippet.others.map((flavour) => {
    const text = remedy.snippets[flavour] ?? '';
    return `<details><summary>${flavour}</summary>\n\n${fenced(text, LANGUAGES[flavour])}\n\n</details>`;
  });
  return [head, `${snippet.flavour}:`, fenced(snippet.text, LANGUAGES[snippet.flavour]), ...folded].join('\n\n');
}

function stepsPart(diagnosis: Diagnosis): string {
  const { heading, steps } = nextSteps(diagnosis);
  if (steps.length === 0) return '';
  const items = steps.map(({ about, text }) => `- [ ] ${about === undefined ? '' : `for ${about}: `}${sentence(text)}`);
  return `## ${heading}\n\n${items.join('\n')}`;
}

/** A fence longer than any run of backticks inside, so that a paste cannot end it. */
function fenced(text: string, language: string): string {
  const fence = '`'.repeat(longestTicks(text, 2) + 1);
  return `${fence}${language}\n${visible(text)}\n${fence}`;
}

function code(text: string): string {
  const ticks = '`'.repeat(longestTicks(text, 0) + 1);
  const inside = visible(text).replace(/\s+/g, ' ');
  return /^`|`$/.test(inside) ? `${ticks} ${inside} ${ticks}` : `${ticks}${inside}${ticks}`;
}

function longestTicks(text: string, least: number): number {
  return Math.max(least, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
}

/** Our sentences with pasted names in them: spans in backticks stay code, all else cannot become markup or a mention. */
export function sentence(text: string): string {
  const pieces = visible(text).replace(/\s+/g, ' ').split('`');
  // An odd number of backticks leaves one open: then none of them is ours to trust.
  if (pieces.length % 2 === 0) return escaped(pieces.join('`'));
  return pieces.map((piece, index) => (index % 2 === 1 && piece !== '' ? code(piece) : escaped(piece))).join('');
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~!&]/g, '\\$&').replace(/@(?=\w)/g, '@\u2060');
}
