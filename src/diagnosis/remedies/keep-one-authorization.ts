// Let one plugin set Authorization.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Let one plugin set Authorization. */
export function keepOneAuthorization(facts: Facts): RemedyDraft {
  return {
    title: 'Let one plugin set Authorization',
    risk: 'medium',
    note: '`replace` works only when the header is present, `add` only when it is absent, `append` always makes a second one.',
    changes: [
      updateOf(facts, pluginOf(facts, 'request-transformer', 'request-transformer-advanced'), {
        add: { headers: [] },
        append: { headers: [] },
      }),
    ],
  };
}
