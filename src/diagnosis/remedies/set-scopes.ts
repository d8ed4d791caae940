// Request scopes that the client may have.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Request scopes that the client may have. */
export function setScopes(facts: Facts): RemedyDraft {
  return {
    title: 'Request scopes that the client may have',
    risk: 'medium',
    note: 'The list is replaced as a whole; openid is needed for logins only.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { scopes: ['openid', '<SCOPE>'] })],
  };
}
