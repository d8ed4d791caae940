// What Kong's releases fixed or changed in the ldap-auth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const ldapAuthIssues: readonly KnownIssueRow[] = [
  {
    component: 'ldap-auth',
    causes: ['dependency-unavailable', 'credential-unknown', 'idp-tls-untrusted'],
    fixedIn: ['3.13.0.0'],
    text: 'Every user gets 401 although the password is right, because a failed TLS handshake with the LDAP server counts as a wrong password; later releases answer 500. Read the log for the handshake, trust the CA of the server.',
    source: 'Kong changelog 3.13.0.0, ldap-auth',
  },
  {
    component: 'ldap-auth',
    causes: ['dependency-unavailable', 'idp-tls-untrusted', 'credential-unknown'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'verify_ldap_host',
    text: 'Since 3.14 the certificate of the LDAP server is checked by default (`verify_ldap_host`), so a private CA makes every login fail. Put the CA into `lua_ssl_trusted_certificate`.',
    source: 'Kong changelog 3.14.0.0, ldap-auth',
  },
  {
    component: 'ldap-auth',
    causes: ['config-invalid'],
    changedIn: ['3.13.0.0'],
    marks: ['tls_certificate_verify', 'verify_ldap_host'],
    text: 'With `tls_certificate_verify` on, a config that turns `verify_ldap_host` off is refused. Trust the CA of the LDAP server.',
    source: 'Kong changelog 3.13.0.0, ldap-auth',
  },
  {
    component: 'ldap-auth',
    causes: ['auth-plugins-combined'],
    changedIn: ['3.0.0'],
    text: 'Since 3.0 ldap-auth runs before basic-auth (priority 1200, before: 1002). Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.0.0, ldap-auth',
  },
  {
    component: 'ldap-auth',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so the header with user and password no longer reaches the upstream. Set it to false explicitly if the upstream needs it.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
];
