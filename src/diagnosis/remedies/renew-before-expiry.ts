// Renew the token before it expires.
import type { RemedyDraft } from './remedy.ts';

/** Renew the token before it expires. */
export function renewBeforeExpiry(): RemedyDraft {
  return {
    title: 'Renew the token before it expires',
    risk: 'low',
    note: 'On the client: renew at about 80 per cent of expires_in. Kong’s jwt plugin has no leeway.',
    changes: [],
    text: {
      'admin-api':
        "curl -s -X POST '<TOKEN_ENDPOINT>' \\\n  -u '<CLIENT_ID>:<CLIENT_SECRET>' \\\n  -d 'grant_type=client_credentials'",
    },
  };
}
