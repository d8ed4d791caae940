// What Kong's releases fixed or changed in the header-cert-auth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const headerCertAuthIssues: readonly KnownIssueRow[] = [
  {
    component: 'header-cert-auth',
    causes: ['client-cert-missing', 'dependency-unavailable'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'ssl_verify',
    text: 'Since 3.14 the certificates of OCSP and CRL servers are checked by default, so revocation checks against a server with a private CA fail. Put the CA into `lua_ssl_trusted_certificate`.',
    source: 'Kong changelog 3.14.0.0, header-cert-auth',
  },
  {
    component: 'header-cert-auth',
    causes: ['config-invalid'],
    changedIn: ['3.13.0.0'],
    marks: ['tls_certificate_verify'],
    text: 'With `tls_certificate_verify` on, a config that sets `ssl_verify` to false is refused. Trust the CA of the revocation server.',
    source: 'Kong changelog 3.13.0.0, header-cert-auth',
  },
  {
    component: 'header-cert-auth',
    causes: ['client-cert-missing'],
    fixedIn: ['3.10.0.4', '3.11.0.0'],
    since: '3.8.0.0',
    text: 'The OCSP check fails when the proxy in front talks plain HTTP to Kong. Use TLS on that hop, or upgrade.',
    source: 'Kong changelog 3.11.0.0, header-cert-auth',
  },
];
