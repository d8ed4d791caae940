// Map the claim to a consumer.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Map the claim to a consumer. */
export function mapConsumer(facts: Facts): RemedyDraft {
  return {
    title: 'Map the claim to a consumer',
    risk: 'medium',
    note: 'consumer_claim is one path from the outside inwards, no list of alternatives.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), { consumer_claim: ['<CLAIM>'], consumer_by: ['custom_id'] }),
      {
        on: 'consumer',
        nameOrId: '<CONSUMER_NAME>',
        how: 'create',
        fields: { username: '<CONSUMER_NAME>', custom_id: '<CLAIM_VALUE>' },
      },
    ],
  };
}
