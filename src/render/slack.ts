// The diagnosis as a Block Kit message within Slack's limits, with a full text fallback. Pure: the bot adds its buttons.
import type { Diagnosis, Evidence, Finding, Remedy } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { knownIssueSentence, nextSteps, percent, snippetOf, trafficSentence } from './sentences.ts';
import {
  type Block,
  context,
  cut,
  cutAtLine,
  DIVIDER,
  preformatted,
  preformattedElement,
  section,
  withinLimits,
} from './slack-blocks.ts';
import { type SlackSafe, safeBold, safeCut, safeFence, safeLines, safeRaw, safeSentence } from './slack-safe.ts';

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

/** What the bot adds to the message; it knows the names of its buttons, the rendering does not. */
export interface ReplyOptions extends SlackOptions {
  /** With blocks that some workspaces do not know yet (table); without it section, context, rich_text and divider only. */
  readonly rich: boolean;
  /** What is new since the last answer, above everything. */
  readonly news?: string;
  /** Stands below the snippet, when there is one. */
  readonly underSnippet?: Block;
  /** Stand below everything and are never dropped. */
  readonly atEnd: readonly Block[];
}

export interface Reply extends SlackMessage {
  /** Whether something did not fit: then the whole diagnosis belongs into a file. */
  readonly cut: boolean;
}

const EXCERPT = 400;
const SNIPPET = 2200;
const FALLBACK = 3800;
const EVIDENCE = 3;
/** Known issues in one message: it is read in a channel. */
const KNOWN_ISSUES = 2;

/** The message that the bot posts, without its buttons. Everything pasted stands in preformatted text, where nothing pings or links. */
export function renderSlack(diagnosis: Diagnosis, options: SlackOptions): SlackMessage {
  const { text, blocks } = renderReply(diagnosis, { ...options, rich: false, atEnd: [] });
  return { text, blocks };
}

/**
 * The message with its buttons: who answered and what fails first, then the likeliest cause with its evidence, what to
 * paste, the next candidates, and what would decide.
 */
export function renderReply(diagnosis: Diagnosis, options: ReplyOptions): Reply {
  const [best, ...others] = diagnosis.findings;
  const traffic = trafficSentence(diagnosis.traffic);
  const blocks = [
    section(safeBold(diagnosis.summary)),
    ...(options.news === undefined ? [] : [context(safeSentence(options.news))]),
    ...(traffic === '' ? [] : [context(safeSentence(traffic))]),
    ...(best === undefined ? [] : bestBlocks(best, options)),
    ...furtherBlocks(others, options),
    ...stepBlocks(diagnosis),
    ...(diagnosis.secrets.length === 0 ? [] : [context(safeSentence(HIDDEN))]),
  ];
  const fitted = withinLimits(blocks, options.atEnd);
  return {
    text: fallbackOf(diagnosis, options),
    blocks: fitted.blocks,
    cut: fitted.cut || isSnippetCut(diagnosis, options.flavour),
  };
}

/** Whose secrets, and what to do about them, is said to whoever pasted them and not to the channel. */
const HIDDEN = 'Secrets in the paste are hidden here, each behind its kind and fingerprint.';

function isSnippetCut({ findings }: Diagnosis, flavour: Flavour): boolean {
  const [remedy] = findings[0]?.remedies ?? [];
  return remedy !== undefined && (snippetOf(remedy, flavour)?.text.length ?? 0) > SNIPPET;
}

function bestBlocks(finding: Finding, { flavour, underSnippet }: ReplyOptions): readonly Block[] {
  const head = safeLines(
    `${safeBold(finding.title)} (${finding.cause}, ${percent(finding.confidence)} sure)` as SlackSafe,
    safeSentence(finding.explanation),
  );
  return [
    section(head),
    ...finding.evidence.slice(0, EVIDENCE).map(evidenceBlock),
    ...finding.remedies.slice(0, 1).flatMap((remedy) => remedyBlocks(remedy, 'Do', flavour, underSnippet)),
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

function remedyBlocks(remedy: Remedy, lead: string, flavour: Flavour, underSnippet?: Block): readonly Block[] {
  const head = section(
    safeLines(`*${lead}:* ${safeSentence(remedy.title)} (risk ${remedy.risk})` as SlackSafe, safeSentence(remedy.note)),
  );
  const snippet = snippetOf(remedy, flavour);
  if (snippet === undefined) return [head];
  const others = snippet.others.length === 0 ? '' : `; also as ${snippet.others.join(', ')}`;
  return [
    head,
    preformatted(cutAtLine(snippet.text, SNIPPET)),
    // The select names the flavours itself.
    underSnippet ?? context(safeSentence(`${snippet.flavour}${others}`)),
  ];
}

function furtherBlocks(others: readonly Finding[], { flavour, further, rich }: ReplyOptions): readonly Block[] {
  if (others.length === 0) return [];
  if (further === 'shown') {
    return others.flatMap((finding, index) => [
      DIVIDER,
      section(safeBold(`${index + 2}. ${finding.title} (${finding.cause}, ${percent(finding.confidence)})`)),
      ...finding.evidence.slice(0, 1).map(evidenceBlock),
      ...finding.remedies.slice(0, 1).flatMap((remedy) => remedyBlocks(remedy, 'If so', flavour)),
    ]);
  }
  if (rich) return [DIVIDER, section(safeSentence('Also possible:')), candidateTable(others)];
  const lines = others.map((finding, index) =>
    safeSentence(
      `${index + 2}. ${finding.title} (${finding.cause}, ${percent(finding.confidence)}): ${cut(finding.evidence[0]?.says ?? '', 200)}`,
    ),
  );
  return [DIVIDER, context(safeLines(safeSentence('Also possible'), ...lines))];
}

/** Cells are raw text: nothing in them is read. An empty one would refuse the whole message. */
function candidateTable(others: readonly Finding[]): Block {
  const cell = (text: string, length: number): Block => ({ type: 'raw_text', text: cut(safeRaw(text), length) || '-' });
  const rows = others.map((finding, index) => [
    cell(`${index + 2}`, 3),
    cell(`${finding.title} (${finding.cause})`, 160),
    cell(percent(finding.confidence), 5),
    cell(finding.evidence[0]?.says ?? '', 200),
  ]);
  return {
    type: 'table',
    column_settings: [{ align: 'right' }, { is_wrapped: true }, { align: 'right' }, { is_wrapped: true }],
    rows: [[cell('#', 3), cell('Cause', 20), cell('Sure', 5), cell('Why', 20)], ...rows],
  };
}

function stepBlocks(diagnosis: Diagnosis): readonly Block[] {
  const { heading, steps } = nextSteps(diagnosis);
  if (steps.length === 0) return [];
  const lines = steps.map(({ about, text }) => safeSentence(`• ${about === undefined ? '' : `for ${about}: `}${text}`));
  return [section(safeLines(safeBold(heading), ...lines))];
}

function fallbackOf(diagnosis: Diagnosis, { flavour, news }: ReplyOptions): SlackSafe {
  const [best, ...others] = diagnosis.findings;
  const { heading, steps } = nextSteps(diagnosis);
  const [evidence] = best?.evidence ?? [];
  const [remedy] = best?.remedies ?? [];
  const snippet = remedy === undefined ? undefined : snippetOf(remedy, flavour);
  return safeCut(
    safeLines(
      safeSentence(diagnosis.summary),
      news === undefined ? undefined : safeSentence(news),
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
