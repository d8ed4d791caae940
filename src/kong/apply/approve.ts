// approve and reject: a second person lets a proposal be written, read back and recorded, or turns it down.
import { KongauthError } from '../../errors.ts';
import { GatewayReading } from '../read.ts';
import {
  type ApproveParts,
  changedSince,
  fieldNames,
  fieldsThatDiffer,
  GONE,
  liveEntity,
  type Outcome,
  pathOf,
  type Raw,
  record,
  refused,
  type Settled,
  settled,
  whyRefused,
  writeFields,
} from './decision.ts';
import { differingFields, leavesOf, seenFields } from './fields.ts';
import { whyHandsOff } from './ownership.ts';
import type { Proposal } from './trail.ts';

/** Nobody should approve what was proposed before lunch. */
const GOOD_FOR_MS = 60 * 60_000;

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
  const reading = new GatewayReading(parts.client, parts.key);
  return await settled(
    { ...proposal, approver },
    approver,
    parts,
    () => write(proposal, reading, parts),
    () => seenWritten(proposal, reading, parts),
  );
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

async function write(proposal: Proposal, reading: GatewayReading, parts: ApproveParts): Promise<Settled> {
  const { client, gateway, key } = parts;
  const { how, collection, entity, body } = proposal;
  const live = entity === undefined ? undefined : await liveEntity(reading, collection, entity);
  if (how !== 'create') {
    if (entity === undefined || live === undefined)
      return { state: 'conflict', says: 'It is gone by now; nothing was changed.' };
    const changed = changedSince(proposal.seen, live, key);
    if (changed !== undefined)
      return { state: 'conflict', says: `It changed meanwhile (${changed}); nothing was written.` };
  }
  // Ownership may have changed as well: a tag is a field like others, the node's mode is not.
  const off = whyHandsOff(await reading.root(), gateway, live ?? {});
  if (off !== undefined) return { state: 'failed', says: off.says };
  if (how === 'delete') {
    await client.write('DELETE', pathOf(collection, entity));
    return { state: 'applied', says: 'Deleted.' };
  }
  const answered = await (live === undefined
    ? client.write('POST', pathOf(collection), body)
    : writeFields(parts, pathOf(collection, entity), live, body));
  return await readBack(proposal, answered ?? {}, reading, key);
}

/** Whether it reads as it was written, and how it looks now, for an undo. */
async function readBack(proposal: Proposal, answered: Raw, reading: GatewayReading, key: Uint8Array): Promise<Settled> {
  const { collection, how, body } = proposal;
  const id = idOf(proposal);
  let after: Raw | undefined;
  try {
    after = await liveEntity(reading, collection, id);
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    // Kong answered that it is done, with the entity as it stores it: that is enough for an undo.
    return {
      ...written(proposal, answered, key),
      says: `${DONE[how]}, as Kong answered; it could not be read back: ${error.message}`,
    };
  }
  if (after === undefined) return { state: 'unknown', says: 'It was written and is not there any more; look at it.' };
  const differs = fieldsThatDiffer(body, after);
  const says =
    differs.length === 0
      ? `${DONE[how]} and read back: it is as proposed.`
      : `${DONE[how]}, and it reads back differently in ${fieldNames(differs)}; look at it.`;
  const others = how === 'update' ? changedBesides(proposal, seenFields(after, key)) : [];
  const besides = others.length === 0 ? '' : ` ${fieldNames(others)} changed with it; look whether that is meant.`;
  return { ...written(proposal, after, key), says: `${says}${besides}` };
}

/** Fields that nobody asked to change: Kong replaces a map whole, and keeps some fields under an old name too. */
function changedBesides({ seen, body }: Proposal, now: Readonly<Record<string, string>>): readonly string[] {
  const named = [...leavesOf(body).keys()];
  return differingFields(seen, now).filter(
    (field) => !named.some((one) => field === one || field.startsWith(`${one}.`)),
  );
}

const DONE: Readonly<Record<Proposal['how'], string>> = { create: 'Created', update: 'Applied', delete: 'Deleted' };

function written(proposal: Proposal, entity: Raw, key: Uint8Array): Omit<Settled, 'says'> {
  return { state: 'applied', entity: idOf(proposal), seenApplied: seenFields(entity, key) };
}

/** A creation says its id itself, so that it is found again even when the answer is lost. */
function idOf({ entity, body }: Proposal): string {
  return entity ?? (typeof body.id === 'string' ? body.id : '');
}

/** What the gateway shows after the answer to the write was lost. */
async function seenWritten(proposal: Proposal, reading: GatewayReading, { key }: ApproveParts): Promise<Settled> {
  const { how, collection, body, seen } = proposal;
  const live = await liveEntity(reading, collection, idOf(proposal));
  const isDone =
    how === 'delete'
      ? live === undefined
      : live !== undefined && changedSince(seen, live, key) !== undefined && fieldsThatDiffer(body, live).length === 0;
  if (!isDone) return { state: 'unknown', says: 'It does not read as proposed so far; look again in a minute.' };
  const done = live === undefined ? ({ state: 'applied' } as const) : written(proposal, live, key);
  return { ...done, says: `Read back: it was done, ${how === 'delete' ? 'it is gone' : 'it is as proposed'}.` };
}
