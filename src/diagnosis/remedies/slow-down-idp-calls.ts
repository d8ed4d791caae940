// Let Kong cache within the token’s lifetime.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Let Kong cache within the token’s lifetime. */
export function slowDownIdpCalls(facts: Facts): RemedyDraft {
  return {
    title: 'Let Kong cache within the token’s lifetime',
    risk: 'low',
    note: 'Every request asks the provider while caching is off.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        cache_tokens: true,
        cache_introspection: true,
        cache_ttl_max: 285,
      }),
    ],
  };
}
