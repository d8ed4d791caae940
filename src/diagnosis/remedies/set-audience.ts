// Ask for the audience, keep the check.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Ask for the audience, keep the check. */
export function setAudience(facts: Facts): RemedyDraft {
  return {
    title: 'Ask for the audience, keep the check',
    risk: 'medium',
    note: 'audience is sent to the provider; audience_required is what Kong demands. Do not drop the check to make it pass.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { audience: ['<API_AUDIENCE>'] })],
  };
}
