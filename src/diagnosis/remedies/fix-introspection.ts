// Let Kong introspect with a client that may.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Let Kong introspect with a client that may. */
export function fixIntrospection(facts: Facts): RemedyDraft {
  return {
    title: 'Let Kong introspect with a client that may',
    risk: 'medium',
    note: 'The client needs the right to introspect at the provider (PingFederate: grant type Access Token Validation).',
    changes: [
      updateOf(facts, pluginOf(facts, 'openid-connect'), {
        auth_methods: ['introspection'],
        introspection_endpoint: '<INTROSPECTION_URL>',
      }),
    ],
    text: {
      'admin-api':
        "curl -s -X POST '<INTROSPECTION_URL>' \\\n  -u '<CLIENT_ID>:<CLIENT_SECRET>' \\\n  -d 'token=<ACCESS_TOKEN>'",
    },
  };
}
