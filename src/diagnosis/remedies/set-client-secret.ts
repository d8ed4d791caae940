// Set the present client secret.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import { clientId } from './names-from-providers.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

/** Set the present client secret. */
export function setClientSecret(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Set the present client secret',
    risk: 'medium',
    note: 'Test it by hand first. A vault reference keeps the secret out of the config; its variable must be set on every node. With client_credentials Kong hands on what the API client sends: then that client’s secret is wrong, not Kong’s.',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        client_id: [clientId(facts)],
        client_secret: ['{vault://env/oidc-client-secret}'],
      }),
    ],
    text: {
      'admin-api': tokenEndpointReplay(facts),
      kubernetes: `# values of the Helm chart: the variable from a Secret\ncustomEnv:\n  oidc_client_secret:\n    valueFrom:\n      secretKeyRef:\n        name: oidc-client\n        key: secret`,
      'kong-conf': `# in the environment of every Kong node: OIDC_CLIENT_SECRET='${placeholder('CLIENT_SECRET')}'`,
    },
  });
}
