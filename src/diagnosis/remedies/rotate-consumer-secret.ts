// Give this one consumer a new credential.
import type { Facts } from '../facts/facts.ts';
import { failingConsumer } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Give this one consumer a new credential. */
export function rotateConsumerSecret(facts: Facts): RemedyDraft {
  return {
    title: 'Give this one consumer a new credential',
    risk: 'low',
    note: 'Changes nothing for the others. If the upstream refused, renew what that consumer uses towards the upstream.',
    changes: [
      {
        on: 'credential',
        type: 'key-auth',
        how: 'create',
        consumer: failingConsumer(facts),
        fields: { key: '<NEW_KEY>' },
      },
    ],
  };
}
