// Let Kong fetch the keys again.
import type { RemedyDraft } from './remedy.ts';

/** Let Kong fetch the keys again. */
export function refreshJwks(): RemedyDraft {
  return {
    title: 'Let Kong fetch the keys again',
    risk: 'high',
    note: 'Drops the discovery cache and with it the generated session secret: logged-in sessions end. DELETE /openid-connect/jwks is another thing (Kong’s own key pair).',
    changes: [{ on: 'node', method: 'DELETE', path: '/openid-connect/issuers' }],
    text: { 'admin-api': "curl -s '<JWKS_URI>'" },
  };
}
