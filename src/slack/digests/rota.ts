// The rota of digests: what is due becomes a job, one replica does it, and whoever set it up hears when it ends.
import { z } from 'zod';
import { nextDue } from '../../digest/schedule.ts';
import { isStoreDown, KongauthError } from '../../errors.ts';
import { finishRun, openRuns, runState } from '../../store/digest-runs.ts';
import type { Jobs } from '../../store/jobs.ts';
import {
  advanceSchedules,
  claimTelling,
  type KeptSchedule,
  scheduleById,
  untellSchedule,
  untoldSchedules,
} from '../../store/schedules.ts';
import type { Bot } from '../context.ts';
import { endedMessage } from '../views/digest-schedules.ts';
import { notice } from '../views/notice.ts';
import { runDigest } from './run.ts';
import { whichDigest } from './words.ts';

export interface Rota {
  /**
   * Takes part from now on. Throws KongauthError `store-down`.
   * @param jobs on the same database as the bot's store
   */
  start(jobs: Jobs): Promise<void>;
  /** Takes nothing new. */
  stop(): Promise<void>;
}

const QUEUE = 'digest';
const TICK_MS = 1000;
const TELL_MS = 10_000;
/** After an outage what was due for so long is made up for; of what was due before, the last one. */
const MADE_UP_MS = 60 * 60_000;
const PAGE = 200;

const Due = z.object({ schedule: z.string(), due: z.number() });

export function createRota(bot: Bot): Rota {
  const { database, log } = bot;
  let timer: NodeJS.Timeout | undefined;
  let ticking: Promise<void> | undefined;
  let toldAt = 0;

  async function tick(jobs: Jobs): Promise<void> {
    try {
      await advanceSchedules(database, dueBy, bot.now());
      // Asked again until somebody has done it: a run that has its job gets no second one.
      for (const run of await openRuns(database, bot.now())) await jobs.send(QUEUE, run, `${run.schedule} ${run.due}`);
      if (bot.now() - toldAt < TELL_MS) return;
      toldAt = bot.now();
      await tellOwners(bot);
    } catch (error) {
      if (!isStoreDown(error)) log.error({ err: error }, 'what is due could not be looked at');
    }
  }

  return {
    async start(jobs) {
      await jobs.work(QUEUE, Due, (run, { isLast }) => runDigest(run, isLast, bot));
      await jobs.bury(QUEUE, Due, (run) => giveUp(run, bot));
      const next = (): void => {
        ticking = tick(jobs).finally(() => {
          if (timer !== undefined) timer = setTimeout(next, TICK_MS);
        });
      };
      timer = setTimeout(next, 0);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await ticking;
    },
  };
}

/**
 * Due times that have passed, and the first that has not.
 * @param now ms since 1970
 */
export function dueBy(
  schedule: Pick<KeptSchedule, 'cron' | 'timeZone' | 'nextDue'>,
  now: number,
): { readonly due: readonly number[]; readonly nextDue: number } {
  const { nextDue: first = now } = schedule;
  const after = (at: number, count: number): readonly number[] => nextDue(schedule, at, count).map(Number);
  const madeUp = now - MADE_UP_MS;
  // Often due and long away: most of it would be left out anyway.
  const begin = (after(first, PAGE).at(-1) ?? now) < madeUp ? after(madeUp, 1)[0] : first;
  const due: number[] = [];
  let next = begin ?? first;
  for (let ahead: readonly number[] = []; next <= now; ) {
    due.push(next);
    if (ahead.length === 0) ahead = after(next, PAGE);
    const [following = Number.POSITIVE_INFINITY, ...rest] = ahead;
    next = following;
    ahead = rest;
  }
  return { due: due.filter((at, index) => at > madeUp || index === due.length - 1), nextDue: next };
}

/** What all attempts did not bring about: kept for the list, and told to the owner. */
async function giveUp(run: z.output<typeof Due>, bot: Bot): Promise<void> {
  const schedule = await scheduleById(bot.database, run.schedule);
  const state = await runState(bot.database, run);
  if (schedule === undefined || state === 'posted') return;
  const says = 'It was begun several times and never finished; the log says why.';
  if (state !== 'failed') await finishRun(bot.database, run, { state: 'failed', says });
  bot.metrics.digests.inc({ outcome: 'failed' });
  const sentence = `${whichDigest(schedule, run.due)} was given up; \`/kongauth digest list\` says why.`;
  await bot.post.toThread(schedule.owner, undefined, notice([sentence]));
}

async function tellOwners(bot: Bot): Promise<void> {
  for (const schedule of await untoldSchedules(bot.database)) {
    if (!(await claimTelling(bot.database, schedule.id))) continue;
    try {
      await bot.post.toThread(schedule.owner, undefined, endedMessage(schedule));
    } catch (error) {
      if (!(error instanceof KongauthError)) throw error;
      bot.log.warn({ err: error }, 'the owner of a digest could not be told yet');
      await untellSchedule(bot.database, schedule.id);
    }
  }
}
