// What every listener is given besides Slack's own words: the rooms it may call and the tools of the bot.
import type { webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Proposals, Trail } from '../kong/apply/trail.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Settings } from '../settings.ts';
import type { Database } from '../store/database.ts';
import type { Analyst } from '../work/pool.ts';
import type { Budget } from './budget.ts';
import type { Files } from './files.ts';
import type { Post } from './post.ts';
import type { Reports } from './reports.ts';

/** A diagnosis that somebody may ask about again: redacted, never the paste it was made from. */
export interface Remembered {
  readonly id: string;
  readonly diagnosis: Diagnosis;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly messageTs?: string;
  /** ms since 1970 */
  readonly at: number;
  /** The newest message of the thread that went into it. */
  readonly readUpTo?: string;
  /** What its diagnosis can be continued from; absent when there was too much. */
  readonly material?: Uint8Array;
  /** The gateway that was looked at live. */
  readonly gateway?: string;
  /** What is said above and below it whenever it is drawn, in private or to the channel. */
  readonly said?: { readonly news: string; readonly notes: readonly string[] };
  /** It was private and has been shared with its channel. */
  readonly shared?: boolean;
}

/** Recent diagnoses. All throw KongauthError `store-down` while the database is away. */
export interface Remember {
  put(remembered: Remembered): Promise<void>;
  byId(id: string): Promise<Remembered | undefined>;
  byThread(channel: string, threadTs: string): Promise<Remembered | undefined>;
  /** Newest first, a few. */
  byUser(user: string): Promise<readonly Remembered[]>;
  /** False when the diagnosis is gone. */
  feedback(id: string, user: string, good: boolean): Promise<boolean>;
}

export interface Bot {
  /** For calls that post.ts has no verb for (views, history, files.info): short timeout, few retries, no waiting out a 429. */
  readonly client: webApi.WebClient;
  readonly analyst: Analyst;
  readonly post: Post;
  readonly files: Files;
  readonly budget: Budget;
  readonly remember: Remember;
  readonly reports: Reports;
  readonly proposals: Proposals;
  readonly trail: Trail;
  readonly database: Database;
  /** Carries the interaction's id. Ids, codes and durations only: no text that people wrote. */
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly settings: Settings;
  /** ms since 1970 */
  now(): number;
}
