// The verbs that ask a live gateway, whichever surface they were said on.
import type { Bot } from '../context.ts';
import type { PrivateAsker } from '../private-answer.ts';
import { digest } from './digest.ts';
import { doctor } from './doctor.ts';
import { inspect } from './inspect.ts';
import { status } from './status.ts';

/** Answers the asker alone; `said` is what stands behind the verb, with Slack's marks undone. */
export type LiveVerb = (asker: PrivateAsker, said: string, bot: Bot) => Promise<void>;

export const LIVE: Readonly<Record<string, LiveVerb>> = { digest, doctor, inspect, status };
