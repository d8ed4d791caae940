// A draft with what every remedy owes its reader: present values, how this installation is changed, its Admin API.
import type { Facts } from '../../facts/facts.ts';
import type { RemedyDraft } from '../remedy.ts';
import { installationNote } from './installation.ts';
import { presentValues } from './present-values.ts';

/** The draft with present values and the installation in its note, and with the Admin API's address of the paste. */
export function completed(facts: Facts, draft: RemedyDraft): RemedyDraft {
  const note = [draft.note, presentValues(facts, draft.changes), installationNote(facts, draft.changes)];
  const adminUrl = adminUrlOf(facts);
  return {
    ...draft,
    note: note.filter((sentence) => sentence !== '').join(' '),
    ...(adminUrl === undefined ? {} : { adminUrl }),
  };
}

/** Where the paste calls the Admin API: the origin of a call that the Admin API answered. */
function adminUrlOf(facts: Facts): string | undefined {
  for (const { request, answered } of facts.exchanges) {
    if (answered.by !== 'admin-api' || request?.host === undefined) continue;
    const url = `${request.scheme ?? 'http'}://${request.host}`;
    const port = request.port === undefined || /:\d+$/.test(request.host) ? '' : `:${request.port}`;
    if (URL.canParse(url + port)) return new URL(url + port).origin;
  }
  return undefined;
}
