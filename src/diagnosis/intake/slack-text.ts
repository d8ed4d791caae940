// What Slack and other editors did to pasted text is undone: entities, links, smart quotes, odd blanks, colours.

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]{0,20}[A-Za-z]`, 'g');
/** The same where a chat lost the escape character. */
const LOST_ANSI = /\[(?:\d{1,3};){0,4}\d{1,3}m/g;
/** Quotation marks or indentation before what can only be the start of a log line. */
const MARGIN = /^[\s>]{1,40}(?=\d{4}[/-]\d{2}[/-]\d{2}[ T]\d{2}:\d{2}|\d{1,3}(?:\.\d{1,3}){3} - \S{1,200} \[)/;
const BEYOND = /[\u00a0-\uffff]/;
const SLACK_LINK = /<((?:https?|mailto|tel):[^|>\s]{1,2000})\|([^>]{0,2000})>|<((?:https?):[^|>\s]{1,2000})>/g;
const MENTION = /<[@#!]([^>|]{1,80})(?:\|([^>]{0,80}))?>/g;

/**
 * One line as it was before it was pasted. Fast for lines that hold nothing to undo.
 * @param text the line as it came
 */
export function undoPasting(text: string): string {
  let line = text;
  if (line.includes('\u001b[')) line = line.replace(ANSI, '');
  else if (line.includes('[0m')) line = line.replace(LOST_ANSI, '');
  if (line.includes('&'))
    line = line
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  if (line.includes('<')) {
    if (line.includes('<http') || line.includes('<mailto') || line.includes('<tel')) {
      line = line.replace(
        SLACK_LINK,
        (_all, url: string | undefined, label: string | undefined, bare: string | undefined) =>
          bare ?? unlinked(url ?? '', label ?? ''),
      );
    }
    if (line.includes('<@') || line.includes('<#') || line.includes('<!'))
      line = line.replace(MENTION, (_all, id: string, label: string | undefined) => `@${label ?? id}`);
  }
  const first = line.charCodeAt(0);
  if (first === 62 || first === 32 || first === 9) line = line.replace(MARGIN, '');
  return isPlain(line) ? line : straightened(line);
}

/** Slack makes <http://api.example.com|api.example.com> of a host that was typed: the label is what was typed. */
function unlinked(url: string, label: string): string {
  return label === '' ? url : label;
}

/** No character beyond Latin-1's controls: a native search, since every line of a log passes here. */
function isPlain(line: string): boolean {
  return !BEYOND.test(line);
}

function straightened(line: string): string {
  return line
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u2018\u2019\u201a]/g, "'")
    .replace(/[\u00a0\u202f\u2007]/g, ' ')
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/\u2026$/, '...');
}

/** Whether a line is a Markdown or Slack code fence. */
export function isFence(line: string): boolean {
  const text = line.trim();
  return text.startsWith('```') && !text.slice(3).includes(' ') && text.length < 24;
}

/** Removes a fence that stands on the line of the code itself (Slack joins them). */
export function withoutInlineFence(line: string): string {
  if (!line.includes('```')) return line;
  return line.replace(/^\s*```/, '').replace(/```\s*$/, '');
}
