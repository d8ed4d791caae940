// Forward the credential to the upstream.
import type { Facts } from '../facts/facts.ts';
import { authPluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Forward the credential to the upstream. */
export function forwardAuthorization(facts: Facts): RemedyDraft {
  return {
    title: 'Forward the credential to the upstream',
    risk: 'medium',
    note: 'The upstream then sees the caller’s credential. hide_credentials is true by default since 3.14; jwt never hides. openid-connect writes its access token upstream whatever hide_credentials says.',
    changes: [
      updateOf(
        facts,
        authPluginOf(facts, 'key-auth', 'basic-auth', 'openid-connect', 'oauth2', 'hmac-auth', 'ldap-auth'),
        { hide_credentials: false },
      ),
    ],
  };
}
