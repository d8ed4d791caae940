// The one verb behind every surface: inputs are gathered, analysed, remembered and answered where they were asked.
import { randomBytes } from 'node:crypto';
import type { Diagnosis, SecretSeen } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import type { Bot, Remembered } from './context.ts';
import type { Gathered } from './gather.ts';
import type { OutMessage } from './post.ts';
import type { Shown } from './views/handles.ts';
import { notice } from './views/notice.ts';
import { replyMessage } from './views/reply.ts';
import { secretNote } from './views/secret-note.ts';
import { whatToPaste } from './views/what-to-paste.ts';

/** Where an answer goes. */
export type Where =
  /** Into a thread, seen by the channel; `askedTs` gets the reactions. */
  | {
      readonly kind: 'thread';
      readonly channel: string;
      readonly threadTs: string;
      readonly askedTs: string;
      readonly isDirect: boolean;
    }
  /** To the asker alone; `channel` and `threadTs` are where *Share* puts it. */
  | { readonly kind: 'private'; readonly channel: string; readonly threadTs?: string; readonly responseUrl: string }
  /** Into the conversation with the bot: asked from a place without a channel. */
  | { readonly kind: 'direct' };

export interface Question {
  readonly user: string;
  readonly where: Where;
  gather(): Promise<Gathered>;
}

const FLAVOUR: Flavour = 'admin-api';
/** Work this long shows that it goes on, and again after this long. */
const PROGRESS_AFTER_MS = 3000;
const PROGRESS_EACH_MS = 15_000;
const WORKING = 'eyes';
const DONE = 'white_check_mark';

/** Answers a question; throws KongauthError for what is wrong with us or the world, and has cleaned up then. */
export async function answer(question: Question, bot: Bot): Promise<void> {
  const { user, where } = question;
  const channel = where.kind === 'direct' ? user : where.channel;
  const allowance = bot.budget.take(user, channel);
  if (!allowance.ok) return tell(question, overBudget(allowance.retryInSeconds), bot);
  if (where.kind === 'thread') await bot.post.react(where.channel, where.askedTs, WORKING);
  const progress = showProgress(question, bot);
  let gathered: Gathered | undefined;
  let isAnswered = false;
  try {
    gathered = await question.gather();
    const message = await messageFor(question, gathered, bot);
    const progressTs = await progress.end();
    await deliver(question, message, progressTs, bot);
    isAnswered = true;
  } finally {
    const progressTs = await progress.end();
    if (!isAnswered && progressTs !== undefined && where.kind === 'thread')
      // The wrapper tells the asker why; whoever else saw the progress learns that it ended. Its failure is not the news.
      await bot.post.update(where.channel, progressTs, notice(['I could not finish this one.'])).catch(() => undefined);
    if (where.kind === 'thread') await bot.post.unreact(where.channel, where.askedTs, WORKING);
    await gathered?.dispose();
  }
  if (where.kind === 'thread') await bot.post.react(where.channel, where.askedTs, DONE);
}

interface Made {
  readonly message: OutMessage;
  readonly remembered?: Remembered;
  readonly gathered: Gathered;
  readonly previous?: Remembered | undefined;
}

async function messageFor(question: Question, gathered: Gathered, bot: Bot): Promise<Made> {
  const { user, where } = question;
  const { notes } = gathered;
  if (gathered.inputs.length === 0)
    return { gathered, message: whatToPaste('There is nothing to analyse here yet.', notes) };
  const diagnosis = await bot.analyst.diagnose(gathered.inputs, { now: bot.now() });
  bot.metrics.diagnoses.inc({ cause: diagnosis.findings[0]?.cause ?? 'none' });
  const id = randomBytes(6).toString('hex');
  const threadTs = where.kind === 'direct' ? undefined : where.threadTs;
  const readUpTo = gathered.read.at(-1)?.ts;
  const channel = where.kind === 'direct' ? user : where.channel;
  const previous = where.kind === 'thread' ? bot.remember.byThread(channel, where.threadTs) : undefined;
  const remembered: Remembered = {
    id,
    diagnosis,
    user,
    channel,
    at: bot.now(),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(readUpTo === undefined ? {} : { readUpTo }),
  };
  const made = { gathered, remembered, previous };
  if (isOnlyTalk(diagnosis)) return { ...made, message: whatToPaste(diagnosis.summary, notes) };
  const shown: Shown = {
    flavour: FLAVOUR,
    further: 'folded',
    audience: where.kind === 'private' ? 'private' : 'public',
  };
  const news = previous === undefined ? undefined : newsSince(previous, diagnosis, gathered);
  return {
    ...made,
    message: replyMessage({ ...shown, id, diagnosis, notes, ...(news === undefined ? {} : { news }) }),
  };
}

/** Words about a failure and nothing that shows it. */
function isOnlyTalk({ findings, inputs, traffic }: Diagnosis): boolean {
  return findings.length === 0 && traffic.requests === 0 && inputs.every(({ kind }) => kind === 'prose');
}

async function deliver(question: Question, made: Made, progressTs: string | undefined, bot: Bot): Promise<void> {
  const { user, where } = question;
  const { message, remembered } = made;
  if (remembered !== undefined) bot.remember.put(remembered);
  switch (where.kind) {
    case 'thread': {
      if (progressTs !== undefined) await bot.post.update(where.channel, progressTs, message);
      const posted =
        progressTs === undefined ? await bot.post.toThread(where.channel, where.threadTs, message) : { ts: progressTs };
      if (remembered !== undefined && posted !== undefined) bot.remember.put({ ...remembered, messageTs: posted.ts });
      break;
    }
    case 'private':
      await bot.post.respond(where.responseUrl, message, {});
      break;
    case 'direct':
      await bot.post.toThread(user, undefined, message);
      break;
  }
  if (remembered !== undefined) await noteSecrets(question, made, remembered.diagnosis, bot);
}

/** Whoever pasted a secret learns it alone; in a thread nobody is told twice of the same one. */
async function noteSecrets(
  question: Question,
  { gathered, previous }: Made,
  { secrets }: Diagnosis,
  bot: Bot,
): Promise<void> {
  const { user } = question;
  const told = new Set(previous?.diagnosis.secrets.map(({ fingerprint }) => fingerprint));
  const byPerson = new Map<string, SecretSeen[]>();
  for (const secret of secrets) {
    if (told.has(secret.fingerprint)) continue;
    // What an alert carried is told to whoever asked.
    const person = gathered.authors.get(secret.source) ?? user;
    byPerson.set(person, [...(byPerson.get(person) ?? []), secret]);
  }
  for (const [person, theirs] of byPerson) {
    try {
      await noteTo(person, theirs, question, bot);
    } catch (error) {
      // The answer is out; a note that cannot reach its person (gone from the channel) takes nothing from it.
      bot.log.warn({ code: error instanceof KongauthError ? error.code : 'internal' }, 'secret note not delivered');
    }
  }
}

async function noteTo(
  person: string,
  secrets: readonly SecretSeen[],
  { user, where }: Question,
  bot: Bot,
): Promise<void> {
  switch (where.kind) {
    case 'thread':
      if (where.isDirect) await bot.post.toThread(where.channel, where.threadTs, secretNote(secrets, false));
      else await bot.post.ephemeral(where.channel, person, where.threadTs, secretNote(secrets, true));
      return;
    case 'private': {
      // A one-time address reaches the asker only; the author of a message is reached where the bot is a member.
      const isSeen = where.threadTs !== undefined;
      if (person === user) await bot.post.respond(where.responseUrl, secretNote(secrets, isSeen), {});
      else await bot.post.ephemeral(where.channel, person, where.threadTs, secretNote(secrets, true));
      return;
    }
    case 'direct':
      await bot.post.toThread(user, undefined, secretNote(secrets, false));
  }
}

/** What came since the last answer and what it changes. */
function newsSince(previous: Remembered, diagnosis: Diagnosis, { read }: Gathered): string {
  const since = Number(previous.readUpTo ?? 0);
  const fresh = read.filter(({ ts }) => Number(ts) > since);
  const files = fresh.reduce((sum, { files }) => sum + files, 0);
  if (fresh.length === 0) return 'Nothing new to read since my last answer in this thread.';
  const came = [
    `${fresh.length} new ${fresh.length === 1 ? 'message' : 'messages'}`,
    ...(files === 0 ? [] : [`${files} ${files === 1 ? 'file' : 'files'}`]),
  ].join(' with ');
  const [before, now] = [previous.diagnosis.findings[0], diagnosis.findings[0]];
  if (before?.cause === now?.cause) return `Since my last answer: ${came}; the likeliest cause is the same.`;
  return `Since my last answer: ${came}; the likeliest cause was ${before?.cause ?? 'not told'} and is now ${now?.cause ?? 'not told'}.`;
}

function overBudget(seconds: number): OutMessage {
  return notice([
    `That is more than I may analyse for you or this channel just now; ask again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
  ]);
}

async function tell({ user, where }: Question, message: OutMessage, bot: Bot): Promise<void> {
  switch (where.kind) {
    case 'thread':
      if (where.isDirect) await bot.post.toThread(where.channel, where.threadTs, message);
      else await bot.post.ephemeral(where.channel, user, where.threadTs, message);
      return;
    case 'private':
      return bot.post.respond(where.responseUrl, message, {});
    case 'direct':
      await bot.post.toThread(user, undefined, message);
  }
}

/** A line that work goes on, for what takes longer than a look; nothing for what does not. */
function showProgress({ user, where }: Question, bot: Bot): { end(): Promise<string | undefined> } {
  const startedAt = bot.now();
  let shown: Promise<string | undefined> = Promise.resolve(undefined);
  let timer: NodeJS.Timeout | undefined;
  const line = (): OutMessage =>
    notice([
      `Still reading (${Math.max(1, Math.round((bot.now() - startedAt) / 1000))} s so far); the answer follows here.`,
    ]);
  const show = (): void => {
    // A progress line that does not get through is not worth an error; the answer will say what is wrong.
    shown = shown
      .then(async (ts) => {
        switch (where.kind) {
          case 'thread':
            if (ts === undefined) return (await bot.post.toThread(where.channel, where.threadTs, line()))?.ts;
            await bot.post.update(where.channel, ts, line());
            return ts;
          case 'private':
            await bot.post.respond(where.responseUrl, line(), {});
            return undefined;
          case 'direct':
            await bot.post.toThread(user, undefined, line());
            return undefined;
        }
      })
      .catch(() => undefined);
    // Only a thread's line is rewritten; a one-time address would be used up.
    timer = where.kind === 'thread' ? setTimeout(show, PROGRESS_EACH_MS) : undefined;
  };
  timer = setTimeout(show, PROGRESS_AFTER_MS);
  return {
    end() {
      clearTimeout(timer);
      return shown;
    },
  };
}
