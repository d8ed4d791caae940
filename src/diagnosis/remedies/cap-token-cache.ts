// Bound the cache below the token’s lifetime.
import type { Facts } from '../facts/facts.ts';
import type { PluginChange } from './change.ts';
import { type PluginNamed, pluginOf, updateOf } from './names-from-facts.ts';
import { cacheBound, tokenLifetime } from './names-from-tokens.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Seconds for caches that hold answers without an expiry of their own. */
const SHORT = 10;

function bound(facts: Facts, plugin: PluginNamed): { readonly config: PluginChange['config']; readonly note: string } {
  switch (plugin.name) {
    case 'ldap-auth':
    case 'ldap-auth-advanced':
    case 'mtls-auth':
      return {
        config: { cache_ttl: SHORT },
        note: 'The directory or the mapping is asked again after that many seconds.',
      };
    case 'oauth2-introspection':
      return { config: { ttl: SHORT }, note: 'ttl bounds how long an introspection answer is believed.' };
    default:
      return {
        config: { cache_ttl_max: cacheBound(facts) },
        note: `cache_ttl 0 is no cure: cache_ttl touches only objects without an expiry of their own, and 0 there means never expiring. cache_ttl_max is the upper bound that holds (${tokenLifetime(facts) === undefined ? 'here for tokens of 300 s; take yours less 15 s' : 'the token’s lifetime less 15 s'}); cache_tokens false, or cache_introspection false for introspection, asks the provider at every request.`,
      };
  }
}

/** Bound the cache below the token’s lifetime. */
export function capTokenCache(facts: Facts): RemedyDraft {
  const plugin = pluginOf(
    facts,
    'openid-connect',
    'oauth2-introspection',
    'ldap-auth',
    'ldap-auth-advanced',
    'mtls-auth',
  );
  const { config, note } = bound(facts, plugin);
  return completed(facts, {
    title: 'Bound the cache below the token’s lifetime',
    risk: 'low',
    note: `${note} What is cached already keeps its time; more calls to the provider.`,
    changes: [updateOf(facts, plugin, config)],
  });
}
