// TLS to the provider is not trusted: the signals, remedies and page of idp-tls-untrusted.

import { replayDiscovery } from '../../remedies/replay-discovery.ts';
import { trustIdpCa } from '../../remedies/trust-idp-ca.ts';
import { defineCause } from '../cause.ts';

/** Kong does not trust the provider’s certificate. */
export const idpTlsUntrusted = defineCause({
  name: 'idp-tls-untrusted',
  title: 'TLS to the provider is not trusted',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [trustIdpCa, replayDiscovery],
  checks: ['Paste the chain that openssl shows.'],
  page: {
    what: 'Kong does not trust the provider’s certificate.',
    why: 'The CA is not in lua_ssl_trusted_certificate, the chain is incomplete or deeper than lua_ssl_verify_depth, or the name differs. ssl_verify is true by default since 3.14.',
    confirm: ['`openssl s_client -connect HOST:443 -servername HOST -showcerts` from the node.'],
    fix: ['Add the CA to lua_ssl_trusted_certificate; do not switch ssl_verify off.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 lua ssl certificate verify error: (20: unable to get local issuer certificate), client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com"`,
});
