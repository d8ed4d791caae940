// Who changed what and when: entries are added and never changed.
import { z } from 'zod';
import type { Database } from './database.ts';

interface Entry {
  /** ms since 1970 */
  readonly at: number;
  readonly gateway: string;
  readonly proposal: string;
  readonly who: string;
  readonly what: string;
}

/** The trail as kong/apply/trail.ts asks for it. */
export interface KeptTrail<Kept extends Entry> {
  append(entry: Kept): Promise<void>;
  /** Newest first. */
  list(gateway: string, limit: number): Promise<readonly Kept[]>;
}

/** @param entry what an entry looks like; what the database returns is parsed by it */
export function createKeptTrail<Kept extends Entry>(database: Database, entry: z.ZodType<Kept>): KeptTrail<Kept> {
  return {
    async append(given) {
      await database.run(
        'insert into kongauth.trail (gateway, proposal, who, what, at, payload) values ($1, $2, $3, $4, $5, $6::json)',
        [given.gateway, given.proposal, given.who, given.what, new Date(given.at), JSON.stringify(given)],
      );
    },
    async list(gateway, limit) {
      const found = await database.rows(
        z.object({ payload: z.unknown() }),
        'select payload from kongauth.trail where gateway = $1 order by number desc limit $2',
        [gateway, limit],
      );
      return found.map(({ payload }) => entry.parse(payload));
    },
  };
}
