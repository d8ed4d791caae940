// Recent answers about live configuration, kept for a while: what Share comes back to, on any replica.
import { z } from 'zod';
import type { Database } from '../store/database.ts';
import { putReport, reportById } from '../store/reports.ts';
import type { OutMessage } from './post.ts';

/** An answer that only its asker has seen, as the channel will see it. */
export interface Report {
  readonly id: string;
  readonly user: string;
  readonly channel: string;
  readonly threadTs?: string;
  /** Without the button; its file comes along when it is shared. */
  readonly message: OutMessage;
  readonly shared?: boolean;
}

/** Both throw KongauthError `store-down` while the database is away. */
export interface Reports {
  put(report: Report): Promise<void>;
  byId(id: string): Promise<Report | undefined>;
}

const Kept = z.object({
  user: z.string(),
  channel: z.string(),
  threadTs: z.string().exactOptional(),
  // Written by this program, redacted and within Slack's limits.
  message: z.custom<OutMessage>((value) => typeof value === 'object' && value !== null),
  shared: z.boolean().exactOptional(),
});

/** @param now ms since 1970 */
export function createReports(database: Database, now: () => number): Reports {
  return {
    put: ({ id, ...payload }) => putReport(database, { id, at: now(), payload }),
    async byId(id) {
      const kept = Kept.safeParse(await reportById(database, id));
      return kept.success ? { id, ...kept.data } : undefined;
    },
  };
}
