// What approve and undo have in common: who may, done once, and that proposal and trail tell whatever happens.
import { z } from 'zod';
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../client.ts';
import { mayApprove } from '../gateways.ts';
import { type AdminPath, path } from '../path.ts';
import type { GatewayReading } from '../read.ts';
import { differingFields, isSameValue, leavesOf, merged, seenFields, valueAt, withoutBookkeeping } from './fields.ts';
import type { Proposal, ProposalState, Proposals, Trail, TrailEntry } from './trail.ts';

export interface ApproveParts {
  readonly client: AdminClient;
  readonly gateway: GatewaySettings;
  /** KONGAUTH_ALLOW_WRITE. */
  readonly allowWrite: boolean;
  readonly key: Uint8Array;
  readonly proposals: Proposals;
  readonly trail: Trail;
  /** ms since 1970 */
  readonly now: number;
}

/** What became of it: `refused` changed nothing, not even the proposal. */
export interface Outcome {
  readonly state: ProposalState | 'refused';
  /** One sentence or two for the channel. */
  readonly says: string;
  /** As it stands now: open as before where what was tried may be tried again; undefined where there is none of that id. */
  readonly proposal: Proposal | undefined;
}

/** What a piece of work came to, before it is recorded. */
export type Settled = Pick<Outcome, 'says'> & {
  readonly state: ProposalState;
  /** The proposal is open as it was before: it may be tried again. */
  readonly isOpenAgain?: boolean;
} & Partial<Pick<Proposal, 'entity' | 'seenApplied'>>;

export type Raw = Readonly<Record<string, unknown>>;

const AnyEntity = z.record(z.string(), z.unknown());

export const GONE = 'I no longer have this proposal; check the gateway and propose it again.';
const FIELDS_TOLD = 5;

/** Why this person cannot take a proposal out of that state, in one sentence; undefined when nothing speaks against it. */
export function whyRefused(
  proposal: Proposal | undefined,
  who: string,
  state: 'proposed' | 'applied',
  { allowWrite, gateway }: ApproveParts,
): string | undefined {
  if (proposal === undefined) return GONE;
  if (!allowWrite) return 'Changes are switched off: KONGAUTH_ALLOW_WRITE is not true where the bot runs.';
  if (proposal.gateway !== gateway.name) return `This is a proposal for another gateway, ${proposal.gateway}.`;
  if (!gateway.approvers.includes(who)) return `You are no approver of the gateway ${gateway.name}.`;
  if (state === 'proposed' && !mayApprove(gateway, who, proposal.proposer))
    return 'A second person has to approve this: you proposed it.';
  if (proposal.state === state) return undefined;
  if (proposal.state === 'applying' || proposal.state === 'undoing')
    return 'This is under way, or the bot was stopped in the middle of it: look at the entity.';
  return state === 'proposed' ? `This proposal is decided already: ${proposal.state}.` : 'There is nothing to undo.';
}

/** Nothing was done, and the trail knows who tried. */
export async function refused(
  proposal: Proposal | undefined,
  who: string,
  says: string,
  { trail, now }: ApproveParts,
): Promise<Outcome> {
  if (proposal !== undefined)
    await trail.append({
      at: now,
      gateway: proposal.gateway,
      proposal: proposal.id,
      who,
      what: 'refused',
      subject: proposal.subject,
      says,
      diff: [],
    });
  return { state: 'refused', says, proposal };
}

/** Failures before which nothing was written, and that somebody can mend: the same press works then. */
const MENDABLE: ReadonlySet<string> = new Set(['kong-unreachable', 'kong-refused', 'kong-failed', 'kong-unreadable']);

/**
 * Runs the work of a proposal that was claimed.
 * @param work changes the gateway; it throws `kong-outcome-unknown` for a write whose answer was lost
 * @param reread what the gateway shows after such a loss
 */
export async function settled(
  proposal: Proposal,
  who: string,
  parts: ApproveParts,
  work: () => Promise<Settled>,
  reread: () => Promise<Settled>,
): Promise<Outcome> {
  const { proposals } = parts;
  const { id, state } = proposal;
  const begun = state === 'proposed' ? 'applying' : 'undoing';
  try {
    // Before anything is written: what cannot be recorded is not done.
    await parts.trail.append(entryOf(proposal, who, begun, 'Begun.', parts));
  } catch (error) {
    await proposals.claim(id, begun, state);
    throw error;
  }
  let done: Settled;
  try {
    done = await work();
  } catch (error) {
    if (!(error instanceof KongauthError)) {
      await record(proposal, who, { state: 'unknown', says: 'It broke off in between; look at the entity.' }, parts);
      throw error;
    }
    if (error.code !== 'kong-outcome-unknown')
      return await record(
        proposal,
        who,
        { state: 'failed', says: error.message, isOpenAgain: state === 'applied' || MENDABLE.has(error.code) },
        parts,
      );
    await noted(entryOf(proposal, who, 'unknown', error.message, parts), parts);
    done = await seenAfterLoss(error, reread);
  }
  return await record(proposal, who, done, parts);
}

async function seenAfterLoss(lost: KongauthError, reread: () => Promise<Settled>): Promise<Settled> {
  try {
    const { says, ...seen } = await reread();
    return { ...seen, says: `${lost.message} ${says}` };
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return { state: 'unknown', says: lost.message };
  }
}

/** Keeps what became of the proposal, and adds it to the trail. */
export async function record(
  proposal: Proposal,
  who: string,
  { says, isOpenAgain = false, state, ...change }: Settled,
  parts: ApproveParts,
): Promise<Outcome> {
  const next: Proposal = { ...proposal, ...change, state: isOpenAgain ? proposal.state : state };
  await parts.proposals.put(next);
  const gap = await noted(entryOf(next, who, state, says, parts), parts);
  return { state, says: `${says}${gap}`, proposal: next };
}

/** Adds what is done already, that it was begun stands in the trail; a sentence for what could not be added. */
async function noted(entry: TrailEntry, { trail }: ApproveParts): Promise<string> {
  try {
    await trail.append(entry);
    return '';
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    return ` ${error.message}`;
  }
}

function entryOf(
  { id, gateway, subject, diff }: Proposal,
  who: string,
  what: ProposalState,
  says: string,
  { now }: ApproveParts,
): TrailEntry {
  return { at: now, gateway, proposal: id, who, what, subject, says, diff };
}

/** Where the entity of a proposal is; without an id its collection. */
export function pathOf(collection: string, id?: string): AdminPath {
  return path(...collection.split('/'), ...(id === undefined ? [] : [id]));
}

/** The entity as it is now; undefined when it is gone. */
export async function liveEntity(reading: GatewayReading, collection: string, id: string): Promise<Raw | undefined> {
  return await reading.ifThere(reading.get(pathOf(collection, id), AnyEntity));
}

/**
 * Writes fields of an entity that was just read, and nothing else of it. Konnect documents no PATCH: there the whole
 * goes back with these fields in it.
 * @returns the entity as Kong answers it
 */
export async function writeFields(
  { client, gateway }: ApproveParts,
  at: AdminPath,
  live: Raw,
  fields: Raw,
): Promise<Raw | undefined> {
  if (!gateway.konnect) return await client.write('PATCH', at, fields);
  return await client.write('PUT', at, withoutBookkeeping(merged(live, fields)));
}

/** The fields that were seen otherwise, as a conflict would name them; undefined when it is as it was seen. */
export function changedSince(seen: Readonly<Record<string, string>>, live: Raw, key: Uint8Array): string | undefined {
  const changed = differingFields(seen, seenFields(live, key));
  return changed.length === 0 ? undefined : fieldNames(changed);
}

/** Fields of what was sent that read otherwise. A null asks for the default, which may be anything. */
export function fieldsThatDiffer(body: Raw, entity: Raw): readonly string[] {
  return [...leavesOf(body)].flatMap(([field, value]) =>
    value === null || isSameValue(value, valueAt(entity, field.split('.'))) ? [] : [field],
  );
}

/** As code: names of fields have marks in them that Slack would read. */
export function fieldNames(fields: readonly string[]): string {
  const more = fields.length > FIELDS_TOLD ? ` and ${fields.length - FIELDS_TOLD} more` : '';
  return `${fields
    .slice(0, FIELDS_TOLD)
    .map((field) => `\`${field}\``)
    .join(', ')}${more}`;
}
