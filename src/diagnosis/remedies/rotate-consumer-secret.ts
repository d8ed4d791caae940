// Give this one consumer a new credential.
import type { Facts } from '../facts/facts.ts';
import { credentialFor } from './credentials/credential-for.ts';
import { speaksOnlyOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';
import { tokenEndpointReplay } from './replay/token-endpoint-call.ts';

const LOCAL = ['key-auth', 'basic-auth', 'jwt', 'hmac-auth'];

/** Give this one consumer a new credential; with openid-connect its secret is at the provider. */
export function rotateConsumerSecret(facts: Facts): RemedyDraft {
  if (speaksOnlyOf(facts, ['openid-connect'], LOCAL))
    return completed(facts, {
      title: 'Renew this one client’s secret at the provider',
      risk: 'low',
      note: 'With client_credentials Kong hands on what the client sends, so Kong’s own client_secret plays no part. Test the client’s secret by hand; a changed one counts for Kong when the cached token ends.',
      changes: [],
      text: { 'admin-api': tokenEndpointReplay(facts) },
    });
  return completed(facts, {
    title: 'Give this one consumer a new credential',
    risk: 'low',
    note: 'Changes nothing for the others; delete the old one when the client has changed over. If the upstream refused, renew what that consumer uses towards the upstream.',
    changes: [
      credentialFor(facts, {
        key: placeholder('NEW_API_KEY'),
        password: placeholder('NEW_PASSWORD'),
        secret: placeholder('NEW_SECRET'),
      }),
    ],
  });
}
