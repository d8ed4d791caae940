// Add the consumer to the allowed group.
import type { Facts } from '../facts/facts.ts';
import { failingConsumer, fieldTexts, pluginOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Add the consumer to the allowed group. */
export function addToAclGroup(facts: Facts): RemedyDraft {
  const acl = pluginOf(facts, 'acl');
  const allowed = fieldTexts(acl, 'allow');
  const denied = fieldTexts(acl, 'deny');
  const [group = placeholder('GROUP')] = allowed;
  return completed(facts, {
    title: 'Add the consumer to the allowed group',
    risk: 'medium',
    note: [
      'Opens every route whose acl allows that group.',
      allowed.length > 1 ? `One of ${allowed.slice(0, 6).join(', ')} is enough.` : '',
      denied.length > 0
        ? `The plugin has deny (${denied.slice(0, 6).join(', ')}): take the consumer out of those groups instead.`
        : '',
      'Groups of an identity provider count only where no consumer is mapped (authenticated_groups_claim).',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
    changes: [{ on: 'credential', type: 'acls', how: 'create', consumer: failingConsumer(facts), fields: { group } }],
  });
}
