// Let Kong cache within the token’s lifetime.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import { cacheBound } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Let Kong cache within the token’s lifetime. */
export function slowDownIdpCalls(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Let Kong cache within the token’s lifetime',
    risk: 'low',
    note: 'While caching is off every request asks the provider. A revoked token stays accepted for as long as it is cached. With password and client_credentials both enabled caching has no effect on credentials in a Basic header: enable one of them.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        cache_tokens: true,
        cache_introspection: true,
        cache_ttl_max: cacheBound(facts),
      }),
    ],
  });
}
