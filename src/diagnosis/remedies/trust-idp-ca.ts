// Trust the provider’s CA.
import type { RemedyDraft } from './remedy.ts';

/** Trust the provider’s CA. */
export function trustIdpCa(): RemedyDraft {
  return {
    title: 'Trust the provider’s CA',
    risk: 'medium',
    note: 'ssl_verify is on by default since 3.14. Switching it off hides the next man in the middle; add the CA instead. Needs a reload on every node.',
    changes: [
      {
        on: 'setting',
        settings: { lua_ssl_trusted_certificate: 'system,/etc/kong/idp-ca.pem', lua_ssl_verify_depth: '3' },
      },
    ],
    text: { 'admin-api': "openssl s_client -connect '<IDP_HOST>:443' -servername '<IDP_HOST>' -showcerts </dev/null" },
  };
}
