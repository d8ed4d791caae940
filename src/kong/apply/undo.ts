// undo: what an applied proposal replaced is put back, unless somebody changed it since.
import { KongauthError } from '../../errors.ts';
import { GatewayReading } from '../read.ts';
import {
  type ApproveParts,
  changedSince,
  GONE,
  liveEntity,
  type Outcome,
  pathOf,
  refused,
  type Settled,
  settled,
  whyRefused,
  writeFields,
} from './decision.ts';
import { withoutBookkeeping } from './fields.ts';
import type { Proposal } from './trail.ts';

/**
 * Restores what an applied proposal replaced: fields that were unset are unset again, what was created is deleted, what
 * was deleted comes back under its id. What is in the way leaves the proposal applied, so that it can be tried again.
 * @param who one of the gateway's approvers. The one who approved may, and so may an approver who proposed it: going
 * back to what stood before is the safe way at night, and two people have seen these values
 */
export async function undo(id: string, who: string, parts: ApproveParts): Promise<Outcome> {
  const proposal = await parts.proposals.byId(id);
  const refusal = whyRefused(proposal, who, 'applied', parts);
  if (refusal !== undefined || proposal === undefined) return await refused(proposal, who, refusal ?? GONE, parts);
  if (!(await parts.proposals.claim(id, 'applied', 'undoing')))
    return await refused(proposal, who, 'Somebody else was faster: this is being undone already.', parts);
  const reading = new GatewayReading(parts.client, parts.key);
  return await settled(
    proposal,
    who,
    parts,
    () => restore(proposal, reading, parts),
    async () => {
      const seen = await seenRestored(proposal, reading, parts);
      return seen.differs === undefined
        ? { state: 'undone', says: `Read back: it was done. ${seen.says}` }
        : { state: 'unknown', isOpenAgain: true, says: 'It does not read as before so far; look again in a minute.' };
    },
  );
}

async function restore(proposal: Proposal, reading: GatewayReading, parts: ApproveParts): Promise<Settled> {
  const { how, collection, entity = '', before, seenApplied = {} } = proposal;
  const { client, key } = parts;
  const live = await liveEntity(reading, collection, entity);
  if (how === 'delete') {
    if (live !== undefined) return conflict('It is there again by now; nothing was written.');
    await client.write('POST', pathOf(collection), withoutBookkeeping(before));
  } else {
    if (live === undefined) return conflict('It is gone by now; nothing was changed.');
    const changed = changedSince(seenApplied, live, key);
    if (changed !== undefined) return conflict(`It changed since it was applied (${changed}); nothing was written.`);
    if (how === 'create') await client.write('DELETE', pathOf(collection, entity));
    else await writeFields(parts, pathOf(collection, entity), live, before);
  }
  return { state: 'undone', says: await readBack(proposal, reading, parts) };
}

async function readBack(proposal: Proposal, reading: GatewayReading, parts: ApproveParts): Promise<string> {
  try {
    const { says, differs } = await seenRestored(proposal, reading, parts);
    return differs === undefined ? says : `It was written, and reads back differently in ${differs}; look at it.`;
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    // Kong answered that it is done; that it could not be looked at takes nothing back.
    return `Undone, as Kong answered; it could not be read back: ${error.message}`;
  }
}

/** Somebody may clear the way: then undo works. */
function conflict(says: string): Settled {
  return { state: 'conflict', says, isOpenAgain: true };
}

/** Whether the entity reads as it did before the change, and what to say when it does. */
async function seenRestored(
  { how, collection, entity = '', seen }: Proposal,
  reading: GatewayReading,
  { key }: ApproveParts,
): Promise<{ readonly says: string; readonly differs: string | undefined }> {
  const live = await liveEntity(reading, collection, entity);
  if (how === 'create') return { says: 'Deleted again.', differs: live === undefined ? undefined : 'being there' };
  const says =
    how === 'delete' ? 'Put back as it was, under its old id.' : 'The previous values are back, and read so.';
  return { says, differs: live === undefined ? 'not being there' : changedSince(seen, live, key) };
}
