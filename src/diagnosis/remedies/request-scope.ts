// Request the missing scope.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Request the missing scope. */
export function requestScope(facts: Facts): RemedyDraft {
  return {
    title: 'Request the missing scope',
    risk: 'low',
    note: 'On the client, or in openid-connect where Kong fetches the token; the provider must grant it to this client.',
    changes:
      facts.config.pluginsNamed('openid-connect').length > 0
        ? [updateOf(facts, pluginOf(facts, 'openid-connect'), { scopes: ['openid', '<SCOPE>'] })]
        : [],
    text: {
      'admin-api':
        "curl -s -X POST '<TOKEN_ENDPOINT>' \\\n  -u '<CLIENT_ID>:<CLIENT_SECRET>' \\\n  -d 'grant_type=client_credentials' -d 'scope=<SCOPE>'",
    },
  };
}
