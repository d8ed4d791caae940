// What is kept of proposed changes and of what became of them: its forms, and the interfaces that a store implements.
import { z } from 'zod';

const Change = z.object({
  /** `config.client_auth`. */
  field: z.string(),
  /** JSON text; `not set` where there is nothing. */
  before: z.string(),
  after: z.string(),
});
/** One field of the diff, as people see it. */
export type FieldChange = Readonly<z.infer<typeof Change>>;

const STATES = [
  'proposed',
  'applying',
  'applied',
  'rejected',
  'conflict',
  'failed',
  'unknown',
  'undoing',
  'undone',
] as const;
export type ProposalState = (typeof STATES)[number];

const fields = z.record(z.string(), z.unknown());
const fingerprints = z.record(z.string(), z.string()).readonly();

export const KeptProposal = z.object({
  id: z.string(),
  gateway: z.string(),
  /** What is done, as a title: `Send client authentication as the provider wants it`. */
  title: z.string(),
  /** `the plugin openid-connect on the route orders`. */
  subject: z.string(),
  how: z.enum(['create', 'update', 'delete']),
  /** `plugins`, `services`, `routes`, `upstreams`, `upstreams/ID/targets`. */
  collection: z.string(),
  /** Undefined until a creation is done. */
  entity: z.string().exactOptional(),
  /** What is sent: the fields of a PATCH, or the whole of a POST. */
  body: fields.readonly(),
  /** The same fields as they were; the whole entity for a deletion. */
  before: fields.readonly(),
  diff: z.array(Change.readonly()).readonly(),
  /** What cannot be seen and whoever approves should know, one sentence. */
  caution: z.string().exactOptional(),
  /** Keyed fingerprints of every field when it was proposed, and when it had been applied. */
  seen: fingerprints,
  seenApplied: fingerprints.exactOptional(),
  /** Slack ids. */
  proposer: z.string(),
  channel: z.string(),
  approver: z.string().exactOptional(),
  /** ms since 1970 */
  at: z.number(),
  state: z.enum(STATES),
});
/** A change that somebody wants made. All of it is JSON, and none of it is a secret: changes of secrets are refused. */
export type Proposal = Readonly<z.infer<typeof KeptProposal>>;

/** Proposals, which two people may press at once: `claim` is atomic. */
export interface Proposals {
  put(proposal: Proposal): Promise<void>;
  byId(id: string): Promise<Proposal | undefined>;
  /** Moves it from one state to the next; false when it is in another state by now. */
  claim(id: string, from: ProposalState, to: ProposalState): Promise<boolean>;
}

export const KeptEntry = z.object({
  /** ms since 1970 */
  at: z.number(),
  gateway: z.string(),
  proposal: z.string(),
  /** Slack id. */
  who: z.string(),
  what: z.enum([...STATES, 'refused']),
  subject: z.string(),
  /** One sentence. */
  says: z.string(),
  diff: z.array(Change.readonly()).readonly(),
});
export type TrailEntry = Readonly<z.infer<typeof KeptEntry>>;

/** Who changed what and when; entries are only ever added. */
export interface Trail {
  append(entry: TrailEntry): Promise<void>;
  /** Newest first. */
  list(gateway: string, limit: number): Promise<readonly TrailEntry[]>;
}
