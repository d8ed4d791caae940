// What Kong's releases fixed or changed in the upstream-oauth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const upstreamOauthIssues: readonly KnownIssueRow[] = [
  {
    component: 'upstream-oauth',
    causes: ['config-invalid', 'idp-tls-untrusted'],
    changedIn: ['3.13.0.0'],
    marks: ['tls_certificate_verify'],
    text: 'With `tls_certificate_verify` on, a config that sets `client.ssl_verify` to false is refused. Trust the CA of the token endpoint.',
    source: 'Kong changelog 3.13.0.0, upstream-oauth',
  },
  {
    component: 'upstream-oauth',
    causes: ['idp-tls-untrusted', 'oidc-discovery-failed'],
    changedIn: ['3.14.0.0'],
    text: 'Since 3.14 certificates of servers that Kong calls are checked by default, so a token endpoint with a private CA fails and the upstream gets no token. Put the CA into `lua_ssl_trusted_certificate`.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
  {
    component: 'upstream-oauth',
    causes: ['config-invalid', 'auth-header-not-forwarded'],
    fixedIn: ['3.8.0.0'],
    text: 'The plugin exists since 3.8 only; an older node refuses it or sends requests upstream without a token. Upgrade all nodes.',
    source: 'Kong changelog 3.8.0.0, upstream-oauth',
  },
];
