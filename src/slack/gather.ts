// Messages or a form become inputs of a diagnosis: texts, fetched files, who wrote what, and what could not be read.
import type { AnalystInput } from '../work/pool.ts';
import { callSlack } from './calls.ts';
import type { Bot } from './context.ts';
import type { FetchedFile, SlackFile } from './files.ts';
import { type Self, type SlackMessage, textOfMessage } from './message-text.ts';
import { SPLIT_WITHIN_SECONDS } from './read-thread.ts';

const FILES = 20;
/** Subtypes of messages that people and alerts write; the others tell who joined or what was renamed. */
const WRITTEN = new Set(['bot_message', 'file_share', 'thread_broadcast', 'me_message']);

export interface Gathered {
  readonly inputs: readonly AnalystInput[];
  /** Whose each input is, by its source; absent for alerts of other bots. */
  readonly authors: ReadonlyMap<string, string>;
  /** Sentences about what could not be read. */
  readonly notes: readonly string[];
  /** What gave an input, for "since my last answer". */
  readonly read: readonly { readonly ts: string; readonly files: number }[];
  /** Removes the fetched files. */
  dispose(): Promise<void>;
}

/** A message by itself, with its files. */
export async function gatherMessages(messages: readonly SlackMessage[], self: Self, bot: Bot): Promise<Gathered> {
  return withFiles(
    inputsOf(messages, self),
    messages.filter((message) => isMaterial(message, self)),
    bot,
  );
}

/** What a form or a slash command gave. */
export async function gatherPaste(text: string, files: readonly unknown[], user: string, bot: Bot): Promise<Gathered> {
  const inputs = text.trim() === '' ? [] : [{ source: 'paste', text, user }];
  return withFiles(inputs, [{ user, files }], bot);
}

function isMaterial(message: SlackMessage, self: Self): boolean {
  if (self.userId !== undefined && message.user === self.userId) return false;
  if (self.botId !== undefined && message.bot_id === self.botId) return false;
  return message.subtype === undefined || WRITTEN.has(message.subtype);
}

interface TextInput {
  readonly source: string;
  readonly text: string;
  readonly user?: string | undefined;
  readonly ts?: string | undefined;
}

/** Texts of messages; halves of one paste are one input. */
export function inputsOf(messages: readonly SlackMessage[], self: Self): readonly TextInput[] {
  const said = messages
    .filter((message) => isMaterial(message, self))
    .map((message) => ({ ...message, said: textOfMessage(message, self) }))
    .filter((message) => message.said !== '' && !isOnlyAsking(message.said));
  const joined: {
    text: string;
    user: string | undefined;
    ts: string | undefined;
    last: number;
    bot: string | undefined;
  }[] = [];
  for (const message of said) {
    const before = joined.at(-1);
    const at = Number(message.ts ?? Number.NaN);
    if (
      before !== undefined &&
      before.user !== undefined &&
      before.user === message.user &&
      before.bot === message.bot_id &&
      at - before.last <= SPLIT_WITHIN_SECONDS
    ) {
      before.text += `${isMidLine(before.text, message.said) ? '' : '\n'}${message.said}`;
      before.last = at;
      before.ts = message.ts;
    } else joined.push({ text: message.said, user: message.user, ts: message.ts, last: at, bot: message.bot_id });
  }
  const taken = new Map<string, number>();
  return joined.map(({ text, user, ts, bot }) => ({
    source: joined.length === 1 ? 'message' : numbered(`message ${timeOf(ts)}`, taken),
    text,
    // Alerts have a user of their own who reads no notes.
    user: bot === undefined ? user : undefined,
    ts,
  }));
}

/** A request without material: `diagnose`, `please diagnose this thread`. */
function isOnlyAsking(text: string): boolean {
  return (
    text.length < 60 &&
    /^(?:please\s+)?(?:diagnose|analy[sz]e|look|check|update|again|help|why)\b[a-z\s,]*[.?!]*$/i.test(text)
  );
}

/** Whether the first ends within a line that the second continues: an entry of a JSON log, or an open quotation. */
function isMidLine(first: string, second: string): boolean {
  if (first.length < 1000 || /^(?:\{|\d{4}[/-]\d\d|\d{1,3}\.\d{1,3}\.|\[)/.test(second)) return false;
  const last = first.slice(first.lastIndexOf('\n') + 1);
  if (/^\s*\{/.test(last)) return !/\}\s*$/.test(last) || count(last, '{') > count(last, '}');
  return count(last, '"') % 2 === 1;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function timeOf(ts: string | undefined): string {
  const at = Number(ts) * 1000;
  return Number.isFinite(at) ? `${new Date(at).toISOString().slice(11, 19)}Z` : '';
}

function numbered(source: string, taken: Map<string, number>): string {
  const times = (taken.get(source) ?? 0) + 1;
  taken.set(source, times);
  return times === 1 ? source : `${source} (${times})`;
}

async function withFiles(texts: readonly TextInput[], messages: readonly SlackMessage[], bot: Bot): Promise<Gathered> {
  const inputs: AnalystInput[] = texts.map(({ source, text }) => ({ source, text }));
  const authors = new Map(texts.flatMap(({ source, user }) => (user === undefined ? [] : [[source, user] as const])));
  const notes: string[] = [];
  const fetched: FetchedFile[] = [];
  const filesOf = new Map<string, number>();
  const seen = new Set<string>();
  const taken = new Map<string, number>(inputs.map(({ source }) => [source, 1]));
  for (const message of messages) {
    for (const listed of message.files ?? []) {
      const file = asFile(listed);
      if (file === undefined || seen.has(file.id)) continue;
      seen.add(file.id);
      if (seen.size > FILES) continue;
      const got = await bot.files.fetch(await whole(file, bot));
      if ('refused' in got) {
        notes.push(got.refused);
        continue;
      }
      fetched.push(got);
      const source = numbered(got.source, taken);
      inputs.push({ source, path: got.path });
      if (message.user !== undefined && message.bot_id === undefined) authors.set(source, message.user);
      filesOf.set(message.ts ?? '', (filesOf.get(message.ts ?? '') ?? 0) + 1);
    }
  }
  if (seen.size > FILES) notes.push(`I read ${FILES} files at once; ${seen.size - FILES} more were left out.`);
  const stamps = new Set(
    [...texts.flatMap(({ ts }) => (ts === undefined ? [] : [ts])), ...filesOf.keys()].filter(Boolean),
  );
  return {
    inputs,
    authors,
    notes: [...new Set(notes)],
    read: [...stamps]
      .sort((one, other) => Number(one) - Number(other))
      .map((ts) => ({ ts, files: filesOf.get(ts) ?? 0 })),
    async dispose() {
      await Promise.all(fetched.map((file) => file.dispose()));
    },
  };
}

interface ListedFile extends SlackFile {
  readonly file_access?: string;
}

function asFile(value: unknown): ListedFile | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return undefined;
  return value as ListedFile;
}

/** Files of shared channels come as a stub that has to be asked for. */
async function whole(file: ListedFile, bot: Bot): Promise<SlackFile> {
  if (file.file_access !== 'check_file_info') return file;
  try {
    const { file: info } = await callSlack(() => bot.client.files.info({ file: file.id }), { repeatable: true });
    return (info as SlackFile | undefined) ?? file;
  } catch {
    // The stub is refused by name then.
    return file;
  }
}
