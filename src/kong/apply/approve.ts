// approve and undo: a second person lets a proposal be written, read back and recorded, or takes it back.
import { KongauthError } from '../../errors.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import type { AdminClient } from '../client.ts';
import { mayApprove } from '../gateways.ts';
import { path } from '../path.ts';
import { GatewayReading } from '../read.ts';
import { differingFields, isSameValue, leavesOf, seenFields, valueAt } from './fields.ts';
import { whyHandsOff } from './ownership.ts';
import type { Proposal, ProposalState, Proposals, Trail } from './trail.ts';

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
  /** As it stands now; undefined where there is none of that id. */
  readonly proposal: Proposal | undefined;
}

/** Nobody should approve what was proposed before lunch. */
const GOOD_FOR_MS = 60 * 60_000;
const FIELDS_TOLD = 5;

type Raw = Readonly<Record<string, unknown>>;

/**
 * Writes a proposal, once, whoever presses how often: re-reads, refuses when the entity changed, writes, reads back.
 * @throws nothing for what the gateway does: that is an outcome, and stands in the trail
 */
export async function approve(id: string, approver: string, parts: ApproveParts): Promise<Outcome> {
  const proposal = await parts.proposals.byId(id);
  const refusal = whyRefused(proposal, approver, 'proposed', parts);
  if (refusal !== undefined || proposal === undefined) return await refused(proposal, approver, refusal ?? GONE, parts);
  if (parts.now - proposal.at > GOOD_FOR_MS)
    return await refused(
      proposal,
      approver,
      'This was proposed more than an hour ago; check the gateway again and propose anew.',
      parts,
    );
  if (!(await parts.proposals.claim(id, 'proposed', 'applying')))
    return await refused(proposal, approver, 'Somebody else was faster: this proposal is decided already.', parts);
  return await settled({ ...proposal, approver }, approver, parts, () => write(proposal, parts));
}

/** Turns a proposal down; anyone who may approve can, and whoever proposed it. */
export async function reject(id: string, who: string, parts: ApproveParts): Promise<Outcome> {
  const proposal = await parts.proposals.byId(id);
  if (proposal === undefined) return await refused(proposal, who, GONE, parts);
  if (who !== proposal.proposer && !parts.gateway.approvers.includes(who))
    return await refused(
      proposal,
      who,
      'Only an approver of this gateway, or who proposed it, can turn it down.',
      parts,
    );
  if (!(await parts.proposals.claim(id, 'proposed', 'rejected')))
    return await refused(proposal, who, 'This proposal is decided already.', parts);
  return await record(proposal, who, { state: 'rejected', says: 'Turned down; nothing was changed.' }, parts);
}

/**
 * Restores what an applied proposal replaced, unless the entity changed since.
 * @param who one of the gateway's approvers; the one who approved may
 */
export async function undo(id: string, who: string, parts: ApproveParts): Promise<Outcome> {
  const proposal = await parts.proposals.byId(id);
  const refusal = whyRefused(proposal, who, 'applied', parts);
  if (refusal !== undefined || proposal === undefined) return await refused(proposal, who, refusal ?? GONE, parts);
  if (!(await parts.proposals.claim(id, 'applied', 'undoing')))
    return await refused(proposal, who, 'Somebody else was faster: this is being undone already.', parts);
  return await settled(proposal, who, parts, () => restore(proposal, parts));
}

const GONE = 'I no longer have this proposal; check the gateway and propose it again.';

function whyRefused(
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
  if (proposal.state !== state)
    return state === 'proposed' ? `This proposal is decided already: ${proposal.state}.` : 'There is nothing to undo.';
  return undefined;
}

/** Nothing was done, and the trail knows who tried. */
async function refused(
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

type Settled = Pick<Outcome, 'says'> & { readonly state: ProposalState } & Partial<
    Pick<Proposal, 'entity' | 'seenApplied'>
  >;

/** Runs the write of a claimed proposal; whatever happens, proposal and trail tell it. */
async function settled(
  proposal: Proposal,
  who: string,
  parts: ApproveParts,
  work: () => Promise<Settled>,
): Promise<Outcome> {
  const { proposals, trail, now } = parts;
  const { id, gateway, subject, diff, state } = proposal;
  const begun = state === 'proposed' ? 'applying' : 'undoing';
  try {
    // Before anything is written: what cannot be recorded is not done.
    await trail.append({ at: now, gateway, proposal: id, who, what: begun, subject, says: 'Begun.', diff });
  } catch (error) {
    await proposals.claim(id, begun, state);
    throw error;
  }
  try {
    return await record(proposal, who, await work(), parts);
  } catch (error) {
    if (!(error instanceof KongauthError)) {
      await record(proposal, who, { state: 'unknown', says: 'It broke off in between; look at the entity.' }, parts);
      throw error;
    }
    const state = error.code === 'kong-outcome-unknown' ? 'unknown' : 'failed';
    return await record(proposal, who, { state, says: error.message }, parts);
  }
}

async function record(
  proposal: Proposal,
  who: string,
  { says, ...change }: Settled,
  { proposals, trail, now }: ApproveParts,
): Promise<Outcome> {
  const next: Proposal = { ...proposal, ...change };
  await proposals.put(next);
  const { id, gateway, subject, diff } = next;
  await trail.append({ at: now, gateway, proposal: id, who, what: next.state, subject, says, diff });
  return { state: next.state, says, proposal: next };
}

async function write(proposal: Proposal, parts: ApproveParts): Promise<Settled> {
  const { how, collection, entity, body } = proposal;
  const reading = new GatewayReading(parts.client, parts.key);
  if (how === 'create') {
    const made = await parts.client.write('POST', path(collection), body);
    if (typeof made?.id !== 'string')
      return { state: 'unknown', says: 'Kong took the plugin and did not name it; look at the plugins.' };
    return { ...(await readBack(reading, proposal, made.id, parts)), entity: made.id };
  }
  const id = entity ?? '';
  const live = await reading.ifThere(reading.entity(collection, id));
  if (live === undefined) return { state: 'conflict', says: 'It is gone by now; nothing was changed.' };
  const conflict = changedSince(proposal.seen, live, parts.key);
  if (conflict !== undefined) return conflict;
  // Ownership may have changed as well: a tag is a field like others, the node's mode is not.
  const off = whyHandsOff(await reading.root(), parts.gateway, live);
  if (off !== undefined) return { state: 'failed', says: off };
  if (how === 'delete') {
    await parts.client.write('DELETE', path(collection, id));
    return { state: 'applied', says: 'Deleted.' };
  }
  await parts.client.write('PATCH', path(collection, id), body);
  return await readBack(reading, proposal, id, parts);
}

/** A conflict when fields differ from how they were seen; it names them. */
function changedSince(seen: Readonly<Record<string, string>>, live: Raw, key: Uint8Array): Settled | undefined {
  const changed = differingFields(seen, seenFields(live, key));
  if (changed.length === 0) return undefined;
  const more = changed.length > FIELDS_TOLD ? ` and ${changed.length - FIELDS_TOLD} more` : '';
  return {
    state: 'conflict',
    says: `It changed meanwhile (${fieldNames(changed)}${more}); nothing was written.`,
  };
}

/** Whether it reads as it was written, and how it looks now, for an undo. */
async function readBack(
  reading: GatewayReading,
  { collection, body, how }: Proposal,
  id: string,
  { key }: ApproveParts,
): Promise<Settled> {
  const after = await reading.ifThere(reading.entity(collection, id));
  if (after === undefined) return { state: 'unknown', says: 'It was written and is not there any more; look at it.' };
  const differs = fieldsThatDiffer(body, after);
  const seenApplied = seenFields(after, key);
  const done = how === 'create' ? 'Created' : 'Applied';
  if (differs.length === 0) return { state: 'applied', seenApplied, says: `${done} and read back: it is as proposed.` };
  return {
    state: 'applied',
    seenApplied,
    says: `${done}, and it reads back differently in ${fieldNames(differs)}; look at it.`,
  };
}

function fieldsThatDiffer(body: Raw, entity: Raw): readonly string[] {
  return [...leavesOf(body)].flatMap(([field, value]) =>
    value === null || isSameValue(value, valueAt(entity, field.split('.'))) ? [] : [field],
  );
}

async function restore(proposal: Proposal, parts: ApproveParts): Promise<Settled> {
  const { how, collection, entity = '', before, seenApplied = {} } = proposal;
  const reading = new GatewayReading(parts.client, parts.key);
  if (how === 'delete') {
    const { created_at: _created, updated_at: _updated, ...whole } = before;
    await parts.client.write('POST', path(collection), whole);
    return { state: 'undone', says: 'Put back as it was, under its old id.' };
  }
  const live = await reading.ifThere(reading.entity(collection, entity));
  if (live === undefined) return { state: 'conflict', says: 'It is gone by now; nothing was changed.' };
  const conflict = changedSince(seenApplied, live, parts.key);
  if (conflict !== undefined) return conflict;
  if (how === 'create') {
    await parts.client.write('DELETE', path(collection, entity));
    return { state: 'undone', says: 'Deleted again.' };
  }
  await parts.client.write('PATCH', path(collection, entity), before);
  const after = (await reading.ifThere(reading.entity(collection, entity))) ?? {};
  const differs = fieldsThatDiffer(before, after);
  return {
    state: 'undone',
    says:
      differs.length === 0
        ? 'The previous values are back, and read so.'
        : `The previous values were written, and it reads back differently in ${fieldNames(differs)}; look at it.`,
  };
}

/** As code: names of fields have marks in them that Slack would read. */
function fieldNames(fields: readonly string[]): string {
  return fields
    .slice(0, FIELDS_TOLD)
    .map((field) => `\`${field}\``)
    .join(', ');
}
