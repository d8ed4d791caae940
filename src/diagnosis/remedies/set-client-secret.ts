// Set the present client secret.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Set the present client secret. */
export function setClientSecret(facts: Facts): RemedyDraft {
  return {
    title: 'Set the present client secret',
    risk: 'medium',
    note: 'Best as a vault reference, so that the secret stays out of the config. Test it by hand first.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        client_id: ['<CLIENT_ID>'],
        client_secret: ['{vault://env/oidc-client-secret}'],
      }),
    ],
    text: {
      'admin-api':
        "curl -s -X POST '<TOKEN_ENDPOINT>' \\\n  -u '<CLIENT_ID>:<CLIENT_SECRET>' \\\n  -d 'grant_type=client_credentials'",
    },
  };
}
