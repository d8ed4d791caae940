// Answers about a live gateway: to the asker alone until they share them, with a line that work goes on after a second.
import { randomBytes } from 'node:crypto';
import { type Block, context } from '../render/slack-blocks.ts';
import { safeSentence } from '../render/slack-safe.ts';
import type { Bot } from './context.ts';
import type { OutBlock, OutMessage } from './post.ts';
import { ifStored } from './remember.ts';
import { notice } from './views/notice.ts';
import { shareButton } from './views/share-report.ts';

const PROGRESS_AFTER_MS = 1000;
const FILE_WHEN_SHARED =
  'Not everything fits into one message; shared with the channel, it comes with the whole as a file.';
const PICTURE_WHEN_SHARED = 'Shared with the channel, it comes with its picture.';
const IN_FILE = 'The whole is in the file in this thread.';

/** Who asked about a gateway, and the way back to them alone. */
export interface PrivateAsker {
  readonly user: string;
  /** Where *Share* puts it; a direct message's is D…. */
  readonly channel: string;
  readonly threadTs?: string;
  /** The one-time address of a command, shortcut or button; without it a message that only they see. */
  readonly responseUrl?: string;
  /** Opens one form, within three seconds; commands and buttons have it. */
  readonly triggerId?: string;
  /** In the conversation with the bot nobody else reads, and there is nothing to share with. */
  readonly isDirect: boolean;
}

/** Says it to the asker alone. All throw as Post does. */
export async function tellAlone(asker: PrivateAsker, message: OutMessage, bot: Bot): Promise<void> {
  const { user, channel, threadTs, responseUrl, isDirect } = asker;
  if (responseUrl !== undefined) await bot.post.respond(responseUrl, message, {});
  else if (isDirect) await bot.post.toThread(channel, threadTs, message);
  else await bot.post.ephemeral(channel, user, threadTs, message);
}

/**
 * Answers the asker alone, with a button that shares the answer with their channel; its file and picture come with that.
 * @param message as the channel will see it: redacted, and with room for two blocks more
 */
export async function answerPrivately(asker: PrivateAsker, message: OutMessage, bot: Bot): Promise<void> {
  const { user, channel, threadTs, isDirect } = asker;
  if (isDirect && asker.responseUrl === undefined)
    return tellAlone(asker, withBlocks(message, message.file === undefined ? [] : [small(IN_FILE)]), bot);
  const id = randomBytes(6).toString('hex');
  const hasFile = message.file !== undefined;
  const shown = withBlocks(message, hasFile ? [small(IN_FILE)] : []);
  const report = { id, user, channel, message: shown, ...(threadTs === undefined ? {} : { threadTs }) };
  await ifStored(bot.log, bot.reports.put(report));
  const { file: _file, picture, ...alone } = message;
  const hint = hasFile ? FILE_WHEN_SHARED : picture === undefined ? undefined : PICTURE_WHEN_SHARED;
  const atEnd = [...(hint === undefined ? [] : [small(hint)]), shareButton(id)];
  await tellAlone(asker, withBlocks(alone, atEnd), bot);
}

/**
 * Does what may take long; after a second the asker reads that it goes on.
 * @param sentence `Still reading the gateway prod-eu; the answer follows here.`
 */
export async function withProgress<T>(
  asker: PrivateAsker,
  sentence: string,
  bot: Bot,
  work: () => Promise<T>,
): Promise<T> {
  let shown: Promise<void> = Promise.resolve();
  const timer = setTimeout(() => {
    // A progress line that does not get through is not worth an error; the answer will say what is wrong.
    shown = tellAlone(asker, notice([sentence]), bot).catch(() => undefined);
  }, PROGRESS_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    // The answer must not overtake it.
    await shown;
  }
}

function small(sentence: string): Block {
  return context(safeSentence(sentence));
}

function withBlocks(message: OutMessage, more: readonly OutBlock[]): OutMessage {
  const { blocks, plain } = message;
  return {
    ...message,
    plain: [...plain, ...more],
    ...(blocks === undefined ? {} : { blocks: [...blocks, ...more] }),
  };
}
