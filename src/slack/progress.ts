// A line that work goes on, for what takes longer than a look; nothing for what does not.
import type { Bot } from './context.ts';
import type { OutMessage } from './post.ts';
import type { Question } from './question.ts';
import { notice } from './views/notice.ts';

/** Work this long shows that it goes on, and again after this long; a reaction shows it from the start. */
const PROGRESS_AFTER_MS = 5000;
const PROGRESS_EACH_MS = 15_000;

export interface Progress {
  /** Ends it; the message that shows it in a thread, which the answer then takes the place of. */
  end(): Promise<string | undefined>;
}

/** A gateway that is slow is worth a word sooner. */
const LIVE_AFTER_MS = 1000;

/** Begins to watch; `end` has to be called. */
export function showProgress({ user, where, live }: Pick<Question, 'user' | 'where' | 'live'>, bot: Bot): Progress {
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
  timer = setTimeout(show, live === undefined ? PROGRESS_AFTER_MS : LIVE_AFTER_MS);
  return {
    end() {
      clearTimeout(timer);
      return shown;
    },
  };
}
