// The diagnosis as Markdown, for a ticket or a file.
import type { Diagnosis, Finding } from '../diagnosis/diagnosis.ts';
import { FLAVOURS } from '../diagnosis/names.ts';
import { knownIssueHead } from './known-issue-head.ts';

/** Renders the diagnosis as Markdown that ends with a line break. */
export function renderMarkdown(diagnosis: Diagnosis): string {
  const parts = [`**${plain(diagnosis.summary)}**`];
  for (const [index, finding] of diagnosis.findings.entries()) parts.push(findingPart(finding, index));
  if (diagnosis.ask.length > 0)
    parts.push(
      `## ${diagnosis.findings.length === 0 ? 'To tell more, paste' : 'What would decide'}\n\n${diagnosis.ask.map((ask) => `- ${plain(ask)}`).join('\n')}`,
    );
  return `${parts.join('\n\n')}\n`;
}

function findingPart(finding: Finding, index: number): string {
  const lines = [
    `## ${index + 1}. ${finding.title} (\`${finding.cause}\`, ${Math.round(finding.confidence * 100)} %)`,
    plain(finding.explanation),
  ];
  lines.push(
    finding.evidence
      .map((item) => `- \`${item.source}:${item.line}\` ${plain(item.says)}\n\n${fenced(item.excerpt, '', '  ')}`)
      .join('\n'),
  );
  if (index === 0) {
    for (const remedy of finding.remedies) {
      lines.push(`### ${plain(remedy.title)} (risk ${remedy.risk})\n\n${plain(remedy.note)}`);
      for (const flavour of FLAVOURS) {
        const snippet = remedy.snippets[flavour];
        if (snippet !== undefined)
          lines.push(
            `${flavour}:\n\n${fenced(snippet, flavour === 'admin-api' ? 'sh' : flavour === 'kong-conf' ? 'ini' : 'yaml', '')}`,
          );
      }
    }
    if (finding.knownIssues.length > 0)
      lines.push(
        `### Known issues of Kong that can lie behind it\n\n${finding.knownIssues
          .map((issue) => `- ${plain(knownIssueHead(issue))}: ${plain(issue.text)}`)
          .join('\n')}`,
      );
  }
  return lines.join('\n\n');
}

/** A fence longer than any run of backticks inside, so that a paste cannot end it. */
function fenced(text: string, language: string, indent: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((match) => match[0].length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}${language}`, ...text.split('\n'), fence].map((line) => indent + line).join('\n');
}

/** Text of a paste cannot become markup. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');
}
