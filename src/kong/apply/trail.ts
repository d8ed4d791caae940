// What is kept of proposed changes and of what became of them: the interfaces that a store implements; proposals in memory.

/** One field of the diff, as people see it. */
export interface FieldChange {
  /** `config.client_auth`. */
  readonly field: string;
  /** JSON text; `not set` where there is nothing. */
  readonly before: string;
  readonly after: string;
}

export type ProposalState =
  | 'proposed'
  | 'applying'
  | 'applied'
  | 'rejected'
  | 'conflict'
  | 'failed'
  | 'unknown'
  | 'undoing'
  | 'undone';

/** A change that somebody wants made. All of it is JSON, and none of it is a secret: changes of secrets are refused. */
export interface Proposal {
  readonly id: string;
  readonly gateway: string;
  /** What is done, as a title: `Send client authentication as the provider wants it`. */
  readonly title: string;
  /** `the plugin openid-connect on the route orders`. */
  readonly subject: string;
  readonly how: 'create' | 'update' | 'delete';
  /** `plugins`, `services`, `routes`, `upstreams`, `upstreams/ID/targets`. */
  readonly collection: string;
  /** Undefined until a creation is done. */
  readonly entity?: string;
  /** What is sent: the fields of a PATCH, or the whole of a POST. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The same fields as they were; the whole entity for a deletion. */
  readonly before: Readonly<Record<string, unknown>>;
  readonly diff: readonly FieldChange[];
  /** What cannot be seen and whoever approves should know, one sentence. */
  readonly caution?: string;
  /** Keyed fingerprints of every field when it was proposed, and when it had been applied. */
  readonly seen: Readonly<Record<string, string>>;
  readonly seenApplied?: Readonly<Record<string, string>>;
  /** Slack ids. */
  readonly proposer: string;
  readonly channel: string;
  readonly approver?: string;
  /** ms since 1970 */
  readonly at: number;
  readonly state: ProposalState;
}

/** Proposals, which two people may press at once: `claim` is atomic. */
export interface Proposals {
  put(proposal: Proposal): Promise<void>;
  byId(id: string): Promise<Proposal | undefined>;
  /** Moves it from one state to the next; false when it is in another state by now. */
  claim(id: string, from: ProposalState, to: ProposalState): Promise<boolean>;
}

export interface TrailEntry {
  /** ms since 1970 */
  readonly at: number;
  readonly gateway: string;
  readonly proposal: string;
  /** Slack id. */
  readonly who: string;
  readonly what: ProposalState | 'refused';
  readonly subject: string;
  /** One sentence. */
  readonly says: string;
  readonly diff: readonly FieldChange[];
}

/** Who changed what and when; entries are only ever added. */
export interface Trail {
  append(entry: TrailEntry): Promise<void>;
  /** Newest first. */
  list(gateway: string, limit: number): Promise<readonly TrailEntry[]>;
}

/** Proposals of this process, the newest ones. */
export function createProposals(limit = 500): Proposals {
  const kept = new Map<string, Proposal>();
  return {
    async put(proposal) {
      kept.delete(proposal.id);
      kept.set(proposal.id, proposal);
      for (const oldest of kept.keys()) {
        if (kept.size <= limit) break;
        kept.delete(oldest);
      }
    },
    byId: async (id) => kept.get(id),
    async claim(id, from, to) {
      const proposal = kept.get(id);
      if (proposal?.state !== from) return false;
      kept.set(id, { ...proposal, state: to });
      return true;
    },
  };
}
