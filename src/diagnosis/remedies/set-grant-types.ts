// Use grants that the client may use.
import type { Facts } from '../facts/facts.ts';
import type { Change } from './change.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

function grants(facts: Facts): Change {
  if (facts.config.pluginsNamed('oauth2').length > 0)
    return updateOf(facts, pluginOf(facts, 'oauth2'), { enable_client_credentials: true });
  return updateOf(facts, pluginOf(facts, 'openid-connect'), {
    auth_methods: ['bearer', 'authorization_code', 'session'],
  });
}

/** Use grants that the client may use. */
export function setGrantTypes(facts: Facts): RemedyDraft {
  return {
    title: 'Use grants that the client may use',
    risk: 'medium',
    note: 'Enable the grant for the client at the provider, or take it out of auth_methods.',
    changes: [grants(facts)],
  };
}
