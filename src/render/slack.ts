// The diagnosis as a Block Kit message within Slack's limits, with a full text fallback. Pure: the bot adds its buttons.
import type { Diagnosis, Evidence, Finding, Remedy } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { knownIssueSentence, nextSteps, percent, secretsSentence, snippetOf, trafficSentence } from './sentences.ts';
import { type SlackSafe, safeBold, safeCut, safeFence, safeLines, safeRaw, safeSentence } from './slack-safe.ts';

/** A Block Kit block; its shape is Slack's. Only the types that every workspace knows: section, context, rich_text, divider. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** `text` is what notifications and screen readers get, and all there is when the blocks are refused: post with parse none. */
export interface SlackMessage {
  readonly text: SlackSafe;
  readonly blocks: readonly Block[];
}

export interface SlackOptions {
  readonly flavour: Flavour;
  /** Further candidates: one line each, or with their evidence and first remedy. */
  readonly further?: 'folded' | 'shown';
}

/** Slack refuses a section over 3,000 characters and a message over some 13,200; we stay well below. */
const SECTION = 2800;
const CONTEXT = 1800;
const EXCERPT = 400;
const SNIPPET = 2200;
const FALLBACK = 3800;
const MESSAGE = 12_500;
const BLOCKS = 45;
const EVIDENCE = 3;
/** Known issues in one message: it is read in a channel. */
const KNOWN_ISSUES = 2;

/** The message that the bot posts. Everything pasted stands in preformatted text, where nothing pings or links. */
export function renderSlack(diagnosis: Diagnosis, options: SlackOptions): SlackMessage {
  const [best, ...others] = diagnosis.findings;
  const traffic = trafficSentence(diagnosis.traffic);
  const blocks = [
    section(safeBold(diagnosis.summary)),
    ...(traffic === '' ? [] : [context(safeSentence(traffic))]),
    ...(best === undefined ? [] : bestBlocks(best, options.flavour)),
    ...furtherBlocks(others, options),
    ...stepBlocks(diagnosis),
    ...(diagnosis.secrets.length === 0 ? [] : [context(safeSentence(secretsSentence(diagnosis.secrets)))]),
  ];
  return { text: fallbackOf(diagnosis, options.flavour), blocks: withinLimits(blocks) };
}

function bestBlocks(finding: Finding, flavour: Flavour): readonly Block[] {
  const head = safeLines(
    `${safeBold(finding.title)} (${finding.cause}, ${percent(finding.confidence)} sure)` as SlackSafe,
    safeSentence(finding.explanation),
  );
  return [
    section(head),
    ...finding.evidence.slice(0, EVIDENCE).map(evidenceBlock),
    ...finding.remedies.slice(0, 1).flatMap((remedy) => remedyBlocks(remedy, 'Do', flavour)),
    ...otherRemedies(finding.remedies.slice(1)),
    ...knownIssueBlocks(finding),
  ];
}

function knownIssueBlocks({ knownIssues }: Finding): readonly Block[] {
  if (knownIssues.length === 0) return [];
  const lines = knownIssues.slice(0, KNOWN_ISSUES).map((issue) => safeSentence(`• ${knownIssueSentence(issue)}`));
  return [context(safeLines(safeBold('Known issues of Kong'), ...lines))];
}

function otherRemedies(remedies: readonly Remedy[]): readonly Block[] {
  if (remedies.length === 0) return [];
  const titles = remedies.map((remedy) => `${remedy.title} (risk ${remedy.risk})`);
  return [context(safeSentence(`Or: ${titles.join('; ')}.`))];
}

/** Place, reason and line in one block. */
function evidenceBlock(evidence: Evidence): Block {
  const place = `${evidence.source}:${evidence.line}`;
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_section',
        elements: [
          { type: 'text', text: cut(place, 200), style: { code: true } },
          { type: 'text', text: ` ${cut(evidence.says, 600)}` },
        ],
      },
      preformattedElement(cut(evidence.excerpt, EXCERPT)),
    ],
  };
}

function remedyBlocks(remedy: Remedy, lead: string, flavour: Flavour): readonly Block[] {
  const head = section(
    safeLines(`*${lead}:* ${safeSentence(remedy.title)} (risk ${remedy.risk})` as SlackSafe, safeSentence(remedy.note)),
  );
  const snippet = snippetOf(remedy, flavour);
  if (snippet === undefined) return [head];
  const others = snippet.others.length === 0 ? '' : `; also as ${snippet.others.join(', ')}`;
  return [
    head,
    { type: 'rich_text', elements: [preformattedElement(cutAtLine(snippet.text, SNIPPET))] },
    context(safeSentence(`${snippet.flavour}${others}`)),
  ];
}

function furtherBlocks(others: readonly Finding[], { flavour, further }: SlackOptions): readonly Block[] {
  if (others.length === 0) return [];
  if (further === 'shown') {
    return others.flatMap((finding, index) => [
      { type: 'divider' },
      section(safeBold(`${index + 2}. ${finding.title} (${finding.cause}, ${percent(finding.confidence)})`)),
      ...finding.evidence.slice(0, 1).map(evidenceBlock),
      ...finding.remedies.slice(0, 1).flatMap((remedy) => remedyBlocks(remedy, 'If so', flavour)),
    ]);
  }
  const lines = others.map((finding, index) =>
    safeSentence(
      `${index + 2}. ${finding.title} (${finding.cause}, ${percent(finding.confidence)}): ${cut(finding.evidence[0]?.says ?? '', 200)}`,
    ),
  );
  return [{ type: 'divider' }, context(safeLines(safeSentence('Also possible'), ...lines))];
}

function stepBlocks(diagnosis: Diagnosis): readonly Block[] {
  const { heading, steps } = nextSteps(diagnosis);
  if (steps.length === 0) return [];
  const lines = steps.map(({ about, text }) => safeSentence(`• ${about === undefined ? '' : `for ${about}: `}${text}`));
  return [section(safeLines(safeBold(heading), ...lines))];
}

function section(text: SlackSafe): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: safeCut(text, SECTION), verbatim: true } };
}

function context(text: SlackSafe): Block {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: safeCut(text, CONTEXT), verbatim: true }] };
}

function preformattedElement(text: string): Block {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: safeRaw(text) || ' ' }] };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A snippet cut where a line ends; half a command is worse than none. */
function cutAtLine(text: string, length: number): string {
  if (text.length <= length) return text;
  const lines = text.split('\n');
  let kept = '';
  for (const [index, line] of lines.entries()) {
    if (kept.length + line.length + 60 > length) return `${kept}# cut: ${lines.length - index} more lines`;
    kept += `${line}\n`;
  }
  return kept;
}

/** Drops blocks from the end until count and characters fit, and says so. */
function withinLimits(blocks: readonly Block[]): readonly Block[] {
  const kept: Block[] = [];
  let characters = 0;
  for (const block of blocks) {
    characters += textLength(block);
    if (kept.length >= BLOCKS || characters > MESSAGE)
      return [...kept, context(safeSentence('The rest is too long for one message.'))];
    kept.push(block);
  }
  return kept;
}

/** Characters of all texts in a block. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, inner]) => sum + (name === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  );
}

function fallbackOf(diagnosis: Diagnosis, flavour: Flavour): SlackSafe {
  const [best, ...others] = diagnosis.findings;
  const { heading, steps } = nextSteps(diagnosis);
  const [evidence] = best?.evidence ?? [];
  const [remedy] = best?.remedies ?? [];
  const snippet = remedy === undefined ? undefined : snippetOf(remedy, flavour);
  return safeCut(
    safeLines(
      safeSentence(diagnosis.summary),
      best === undefined ? undefined : safeSentence(best.explanation),
      evidence === undefined ? undefined : safeSentence(`${evidence.source}:${evidence.line} ${evidence.says}`),
      evidence === undefined ? undefined : safeFence(cut(evidence.excerpt, EXCERPT)),
      remedy === undefined ? undefined : safeSentence(`Do: ${remedy.title} (risk ${remedy.risk}). ${remedy.note}`),
      snippet === undefined ? undefined : safeFence(cutAtLine(snippet.text, 1500)),
      ...others.map((finding) =>
        safeSentence(`Also possible: ${finding.title} (${finding.cause}, ${percent(finding.confidence)}).`),
      ),
      steps.length === 0 ? undefined : safeSentence(`${heading}:`),
      ...steps.map(({ text }) => safeSentence(`• ${text}`)),
    ),
    FALLBACK,
  );
}
