// The one verb behind every surface: inputs are gathered, analysed, remembered and answered where they were asked.
import { randomBytes } from 'node:crypto';
import type { Diagnosed } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Flavour } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import { bytesOf } from '../work/pool.ts';
import { applicableOf } from './applicable.ts';
import { readableGateway } from './commands/for-gateway.ts';
import type { Bot, Remembered } from './context.ts';
import type { Gathered } from './gather.ts';
import { lookLive } from './live.ts';
import type { OutMessage } from './post.ts';
import { showProgress } from './progress.ts';
import { type Question, tell } from './question.ts';
import { ifStored } from './remember.ts';
import { noteSecrets } from './secret-notes.ts';
import type { Shown } from './views/handles.ts';
import { notice } from './views/notice.ts';
import { replyMessage } from './views/reply.ts';
import { whatToPaste } from './views/what-to-paste.ts';

const FLAVOUR: Flavour = 'admin-api';
const WORKING = 'eyes';
const DONE = 'white_check_mark';

/** Answers a question; throws KongauthError for what is wrong with us or the world, and has cleaned up then. */
export async function answer(question: Question, bot: Bot): Promise<void> {
  const { user, where } = question;
  const channel = where.kind === 'direct' ? user : where.channel;
  const allowance = await bot.budget.take(user, channel);
  if (!allowance.ok) return tell(question, overBudget(allowance.retryInSeconds), bot);
  if (where.kind === 'thread') await bot.post.react(where.channel, where.askedTs, WORKING);
  const progress = showProgress(question, bot);
  let gathered: Gathered | undefined;
  let isAnswered = false;
  try {
    gathered = await question.gather();
    const made = await messageFor(question, gathered, bot);
    await deliver(question, made, await progress.end(), bot);
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
  if (gathered.inputs.length === 0)
    return { gathered, message: whatToPaste('There is nothing to analyse here yet.', gathered.notes) };
  const first = await bot.analyst.diagnose(gathered.inputs, { now: bot.now() });
  const asked = question.live === undefined ? undefined : await askGateway(question, first, gathered, bot);
  const diagnosis = asked?.diagnosis ?? first.diagnosis;
  const { material } = first;
  const notes = [...(asked?.sentences ?? []), ...gathered.notes];
  bot.metrics.diagnoses.inc({ cause: diagnosis.findings[0]?.cause ?? 'none' });
  const id = randomBytes(6).toString('hex');
  const threadTs = where.kind === 'direct' ? undefined : where.threadTs;
  const readUpTo = gathered.read.at(-1)?.ts;
  const channel = where.kind === 'direct' ? user : where.channel;
  const previous =
    where.kind === 'thread' ? await ifStored(bot.log, bot.remember.byThread(channel, where.threadTs)) : undefined;
  const remembered: Remembered = {
    id,
    diagnosis,
    user,
    channel,
    at: bot.now(),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(readUpTo === undefined ? {} : { readUpTo }),
    ...(material === undefined ? {} : { material }),
    ...(asked?.gateway === undefined ? {} : { gateway: asked.gateway }),
  };
  const made = { gathered, remembered, previous };
  if (isOnlyTalk(diagnosis)) return { ...made, message: whatToPaste(diagnosis.summary, notes) };
  const shown: Shown = {
    flavour: FLAVOUR,
    further: 'folded',
    audience: where.kind === 'private' ? 'private' : 'public',
  };
  const news = previous === undefined ? undefined : newsSince(previous, diagnosis, gathered);
  const canApply = applicableOf(remembered, bot.settings) !== undefined;
  return {
    ...made,
    message: replyMessage({ ...shown, id, diagnosis, notes, canApply, ...(news === undefined ? {} : { news }) }),
  };
}

/** Bytes that are read twice rather than continued from what was kept: with the paste at hand more can be checked. */
const READ_TWICE = 8 * 2 ** 20;

/** The diagnosis with what the gateway says; without it, why, since the paste alone tells something too. */
async function askGateway(
  { user, where, live }: Question,
  { diagnosis, material }: Diagnosed,
  { inputs }: Gathered,
  bot: Bot,
): Promise<{ readonly diagnosis: Diagnosis; readonly sentences: readonly string[]; readonly gateway?: string }> {
  try {
    const channel = where.kind === 'direct' ? user : where.channel;
    const gateway = readableGateway(bot.settings.gateways, live?.gateway, { user, channel });
    const looked = await lookLive(gateway, diagnosis.subjects, bot);
    const isSmall = bytesOf(inputs) <= READ_TWICE;
    const again =
      isSmall || material === undefined
        ? await bot.analyst.diagnose([...inputs, ...looked.inputs], { now: bot.now() })
        : await bot.analyst.diagnose(looked.inputs, { now: bot.now(), material });
    return { diagnosis: again.diagnosis, sentences: looked.sentences, gateway: gateway.name };
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return { diagnosis, sentences: [`Judged by the paste alone, the gateway was not looked at. ${error.message}`] };
  }
}

/** Words about a failure and nothing that shows it. */
function isOnlyTalk({ findings, inputs, traffic }: Diagnosis): boolean {
  return findings.length === 0 && traffic.requests === 0 && inputs.every(({ kind }) => kind === 'prose');
}

async function deliver(question: Question, made: Made, progressTs: string | undefined, bot: Bot): Promise<void> {
  const { user, where } = question;
  const { message, remembered } = made;
  if (remembered !== undefined) await ifStored(bot.log, bot.remember.put(remembered));
  switch (where.kind) {
    case 'thread': {
      if (progressTs !== undefined) await bot.post.update(where.channel, progressTs, message);
      const posted =
        progressTs === undefined ? await bot.post.toThread(where.channel, where.threadTs, message) : { ts: progressTs };
      if (remembered !== undefined && posted !== undefined)
        await ifStored(bot.log, bot.remember.put({ ...remembered, messageTs: posted.ts }));
      break;
    }
    case 'private':
      await bot.post.respond(where.responseUrl, message, {});
      break;
    case 'direct':
      await bot.post.toThread(user, undefined, message);
      break;
  }
  if (remembered !== undefined) await noteSecrets(question, remembered.diagnosis, made.gathered, made.previous, bot);
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
