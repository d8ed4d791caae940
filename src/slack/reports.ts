// Recent answers about live configuration in memory, bounded: what Share comes back to.
import type { OutMessage } from './post.ts';

/** Reports kept in all; a large one with its file is some 100 kB. */
const KEPT = 200;

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

export interface Reports {
  put(report: Report): void;
  byId(id: string): Report | undefined;
}

/** An empty memory; beyond `limit` the oldest goes first. */
export function createReports(limit = KEPT): Reports {
  const byId = new Map<string, Report>();
  return {
    put(report) {
      byId.delete(report.id);
      byId.set(report.id, report);
      const [oldest] = byId.keys();
      if (byId.size > limit && oldest !== undefined) byId.delete(oldest);
    },
    byId: (id) => byId.get(id),
  };
}
