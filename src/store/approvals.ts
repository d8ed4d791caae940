// Proposed changes of a gateway, each in one state; moving it on is atomic across replicas.
import { z } from 'zod';
import type { Database } from './database.ts';

interface Proposed {
  readonly id: string;
  readonly gateway: string;
  readonly state: string;
  /** ms since 1970 */
  readonly at: number;
}

/** Proposals as kong/apply/trail.ts asks for them. */
export interface KeptProposals<Proposal extends Proposed> {
  put(proposal: Proposal): Promise<void>;
  byId(id: string): Promise<Proposal | undefined>;
  claim(id: string, from: Proposal['state'], to: Proposal['state']): Promise<boolean>;
}

/** @param proposal what a proposal looks like; what the database returns is parsed by it */
export function createKeptProposals<Proposal extends Proposed>(
  database: Database,
  proposal: z.ZodType<Proposal>,
): KeptProposals<Proposal> {
  const row = z.object({ payload: z.record(z.string(), z.unknown()), state: z.string() });
  return {
    async put(given) {
      await database.run(
        `insert into kongauth.proposals (id, gateway, state, at, payload) values ($1, $2, $3, $4, $5::json)
         on conflict (id) do update set state = excluded.state, payload = excluded.payload`,
        [given.id, given.gateway, given.state, new Date(given.at), JSON.stringify(given)],
      );
    },
    async byId(id) {
      const [found] = await database.rows(row, 'select payload, state from kongauth.proposals where id = $1', [id]);
      // The column moves on by itself: what was put may still say the state before.
      return found === undefined ? undefined : proposal.parse({ ...found.payload, state: found.state });
    },
    claim: async (id, from, to) =>
      (await database.run('update kongauth.proposals set state = $3 where id = $1 and state = $2', [id, from, to])) > 0,
  };
}
