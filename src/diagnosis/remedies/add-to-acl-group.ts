// Add the consumer to the allowed group.
import type { Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import { failingConsumer } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function group(facts: Facts): string {
  const [allowed] = facts.config.pluginsNamed('acl').flatMap((plugin) => textsOf(plugin.field('allow').value));
  return allowed ?? '<GROUP>';
}

/** Add the consumer to the allowed group. */
export function addToAclGroup(facts: Facts): RemedyDraft {
  return {
    title: 'Add the consumer to the allowed group',
    risk: 'medium',
    note: 'Opens every route whose acl allows that group.',
    changes: [
      {
        on: 'credential',
        type: 'acls',
        how: 'create',
        consumer: failingConsumer(facts),
        fields: { group: group(facts) },
      },
    ],
  };
}
