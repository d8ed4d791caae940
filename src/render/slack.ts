// The diagnosis as a Block Kit message within Slack's limits, with a full text fallback.
import type { Diagnosis, Finding, KnownIssue } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { knownIssueHead } from './known-issue-head.ts';

/** A Block Kit block; its shape is Slack's. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Characters of a section's text and of one preformatted block that we use (Slack takes 3,000 and more). */
const SECTION = 2900;
const PREFORMATTED = 2500;
const FALLBACK = 3800;
/** Known issues in one message: it is read in a channel. */
const KNOWN_ISSUES = 2;

/** The message that the bot posts. Everything pasted stands in rich_text_preformatted, where nothing pings or links. */
export function renderSlack(diagnosis: Diagnosis, flavour: Flavour): SlackMessage {
  const blocks: Block[] = [section(`*${escaped(diagnosis.summary)}*`)];
  const [best, ...others] = diagnosis.findings;
  if (best !== undefined) blocks.push(...findingBlocks(best, flavour));
  if (others.length > 0)
    blocks.push(
      context(
        `Also possible: ${others.map((other) => `${escaped(other.title)} (${Math.round(other.confidence * 100)} %)`).join(', ')}`,
      ),
    );
  if (diagnosis.ask.length > 0)
    blocks.push(
      section(
        `*${best === undefined ? 'To tell more, paste' : 'What would decide'}*\n${diagnosis.ask.map((ask) => `• ${escaped(ask)}`).join('\n')}`,
      ),
    );
  return { text: fallback(diagnosis, flavour), blocks };
}

function findingBlocks(finding: Finding, flavour: Flavour): readonly Block[] {
  const blocks: Block[] = [
    section(
      `*${escaped(finding.title)}* (${finding.cause}, ${Math.round(finding.confidence * 100)} % sure)\n${escaped(finding.explanation)}`,
    ),
  ];
  for (const evidence of finding.evidence.slice(0, 3)) {
    blocks.push(
      context(`${escaped(evidence.source)}:${evidence.line} ${escaped(evidence.says)}`),
      preformatted(evidence.excerpt),
    );
  }
  const [remedy] = finding.remedies;
  if (remedy !== undefined) {
    blocks.push(section(`*Do:* ${escaped(remedy.title)} (risk ${remedy.risk})\n${escaped(remedy.note)}`));
    const snippet = remedy.snippets[flavour] ?? Object.values(remedy.snippets)[0];
    if (snippet !== undefined) blocks.push(preformatted(snippet));
  }
  if (finding.knownIssues.length > 0)
    blocks.push(
      context(['*Known issues of Kong*', ...finding.knownIssues.slice(0, KNOWN_ISSUES).map(knownIssueLine)].join('\n')),
    );
  return blocks;
}

function knownIssueLine(issue: KnownIssue): string {
  return `• ${escaped(knownIssueHead(issue))}: ${escaped(issue.text)}`;
}

function section(text: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, SECTION), verbatim: true } };
}

function context(text: string): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: text.slice(0, 1900), verbatim: true }] };
}

function preformatted(text: string): Block {
  return {
    type: 'rich_text',
    elements: [
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: text.slice(0, PREFORMATTED) || ' ' }] },
    ],
  };
}

/** Slack's three control characters escaped, and the at sign made harmless. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=\w)/g, '@\u2060')
    .replace(/[*_~`]/g, (mark) => `${mark}\u2060`);
}

function fallback(diagnosis: Diagnosis, flavour: Flavour): string {
  const [best] = diagnosis.findings;
  const [remedy] = best?.remedies ?? [];
  const pieces = [
    diagnosis.summary,
    best?.explanation ?? '',
    remedy === undefined ? '' : `${remedy.title}: ${remedy.snippets[flavour] ?? ''}`,
    ...diagnosis.ask,
  ];
  return escaped(pieces.filter((piece) => piece !== '').join('\n')).slice(0, FALLBACK);
}
