// Bound the token cache below the token’s lifetime.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Bound the token cache below the token’s lifetime. */
export function capTokenCache(facts: Facts): RemedyDraft {
  return {
    title: 'Bound the token cache below the token’s lifetime',
    risk: 'low',
    note: 'cache_ttl 0 is no cure: cache_ttl touches only objects without an expiry of their own, and 0 there means never expiring. cache_ttl_max is the upper bound that holds; cache_tokens false asks the provider at every request.',
    changes: [updateOf(facts, pluginOf(facts, 'openid-connect'), { cache_ttl_max: 285 })],
  };
}
