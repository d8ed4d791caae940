// The only maker of SlackSafe text: whatever it holds, Slack shows it and neither pings, links nor ends a block for it.
import { visible } from './wrap.ts';

declare const slackSafe: unique symbol;
/** Text that may stand in a mrkdwn field or in a message's `text`. */
export type SlackSafe = string & { readonly [slackSafe]: true };

/** Slack's three control characters as entities: this alone disarms `<!channel>`, `<@U1>` and `<url|label>`. */
function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A word joiner: unseen, and enough that a name or mark is no longer one. */
const JOINER = '\u2060';

/**
 * A sentence of ours with pasted names in it. Spans in backticks become code; marks, mentions and links elsewhere
 * lose their meaning.
 */
export function safeSentence(text: string): SlackSafe {
  const pieces = visible(text).replace(/\s+/g, ' ').split('`');
  // An odd number of backticks leaves one open: then none of them is ours to trust.
  if (pieces.length % 2 === 0) return disarmed(pieces.join('`\u2060')) as SlackSafe;
  return pieces
    .map((piece, index) => (index % 2 === 1 && piece.trim() !== '' ? code(piece) : disarmed(piece)))
    .join('') as SlackSafe;
}

/** Nothing in a code span pings; the three words that would ping everyone are taken apart all the same. */
function code(text: string): string {
  return `\`${entities(text).replace(/@(?=(?:here|channel|everyone)\b)/gi, `@${JOINER}`)}\``;
}

function disarmed(text: string): string {
  return (
    entities(text)
      .replace(/@(?=[\w{])/g, `@${JOINER}`)
      .replace(/:\/\//g, `:${JOINER}//`)
      // Within a word `_` marks nothing, and names of settings are copied from here.
      .replace(/(?:[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))(?!\u2060)/g, (mark) => `${mark}${JOINER}`)
  );
}

/** A sentence in bold. */
export function safeBold(text: string): SlackSafe {
  return `*${safeSentence(text).replaceAll('`', `\`${JOINER}`)}*` as SlackSafe;
}

/** Pasted or pasteable text as a fenced block of a `text` fallback, where there are no blocks; no fence inside ends it. */
export function safeFence(text: string): SlackSafe {
  return `\`\`\`\n${entities(visible(text)).replace(/`(?=`)/g, `\`${JOINER}`)}\n\`\`\`` as SlackSafe;
}

/** A mention that pings: only for ids of people that our settings or Slack itself named. Anything else is text. */
export function safeMention(id: string): SlackSafe {
  return /^[UW][A-Z0-9]{2,20}$/.test(id) ? (`<@${id}>` as SlackSafe) : safeSentence(id);
}

/** A link to a channel, shown by its name to whoever may see it. Anything but an id is text. */
export function safeChannel(id: string): SlackSafe {
  return /^[CG][A-Z0-9]{2,20}$/.test(id) ? (`<#${id}>` as SlackSafe) : safeSentence(id);
}

/** Safe texts one behind the other. */
export function safeJoined(...parts: readonly SlackSafe[]): SlackSafe {
  return parts.join('') as SlackSafe;
}

/** Safe texts one below the other. */
export function safeLines(...lines: readonly (SlackSafe | undefined)[]): SlackSafe {
  return lines.filter((line) => line !== undefined && line !== '').join('\n') as SlackSafe;
}

/**
 * Text for places that parse nothing (rich_text_preformatted, plain_text). Nothing there pings; `<!` and its like are
 * taken apart all the same, since people copy from there into messages.
 */
export function safeRaw(text: string): string {
  return visible(text).replace(/<(?=[!@#])/g, `<${JOINER}`);
}

/** Cuts to a length at a line's end and says so; an entity or a fence is never left half. */
export function safeCut(text: SlackSafe, length: number): SlackSafe {
  if (text.length <= length) return text;
  const note = '\n… (cut)';
  const room = text.slice(0, length - note.length - 4);
  const line = room.lastIndexOf('\n');
  const kept = line > length / 3 ? room.slice(0, line) : room.replace(/&[a-z]{0,3}$/, '');
  const open = (kept.split('```').length - 1) % 2 === 1 ? '\n```' : '';
  return `${kept}${open}${note}` as SlackSafe;
}
