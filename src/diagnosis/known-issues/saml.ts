// What Kong's releases fixed or changed in the saml plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const samlIssues: readonly KnownIssueRow[] = [
  {
    component: 'saml',
    causes: ['token-signature-invalid', 'idp-denied'],
    fixedIn: ['3.4.3.29', '3.10.0.17', '3.12.0.10', '3.13.0.9', '3.14.0.12', '3.15.0.3'],
    text: 'A forged answer could pass without a signature when `validate_assertion_signature` is false; the corrected plugin checks the signature of the whole answer and so refuses answers that carry none. Let the provider sign the response, and upgrade.',
    source: 'Kong changelog 3.15.0.3, saml',
  },
  {
    component: 'saml',
    causes: ['not-auth', 'oidc-session-lost'],
    fixedIn: ['3.11.0.7', '3.12.0.1', '3.13.0.0'],
    marks: ['nameid_format', 'unspecified'],
    text: 'Logins end in an error when `nameid_format` is `Unspecified`. Choose another format, or upgrade.',
    source: 'Kong changelog 3.13.0.0, saml',
  },
  {
    component: 'saml',
    causes: ['token-signature-invalid'],
    changedIn: ['3.12.0.11', '3.13.0.10'],
    marks: ['signature', 'signed'],
    text: 'After the upgrade an answer whose signature refers to no element by its ID is refused. Let the provider sign with a reference to the ID.',
    source: 'Kong changelog 3.13.0.10, saml',
  },
  {
    component: 'saml',
    causes: ['auth-plugins-combined', 'consumer-not-mapped'],
    changedIn: ['3.4.3.1', '3.5.0.2', '3.6.0.0'],
    text: 'Since these releases saml runs with priority 1010, so that plugins for consumers see its consumer. Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.6.0.0, saml',
  },
  {
    component: 'saml',
    causes: ['consumer-not-mapped', 'plugin-not-applied'],
    fixedIn: ['3.4.3.5', '3.5.0.4', '3.6.0.0'],
    marks: ['consumer_groups', 'consumer-group', 'consumer_group'],
    text: 'Plugins that are scoped to a consumer group do not run after this plugin authenticated. Upgrade.',
    source: 'Kong changelog 3.6.0.0, saml',
  },
  {
    component: 'saml',
    causes: ['oidc-session-lost', 'dependency-unavailable'],
    fixedIn: ['3.2.2.5', '3.3.1.1', '3.4.1.0', '3.5.0.0'],
    marks: ['redis'],
    text: 'The browser is redirected without end when the Redis for sessions is set up wrongly; later releases answer 500. Correct the Redis settings.',
    source: 'Kong changelog 3.5.0.0, saml',
  },
  {
    component: 'saml',
    causes: ['not-auth', 'dependency-unavailable'],
    fixedIn: ['3.2.2.0'],
    marks: ['read-only'],
    text: 'Logins fail in a container with a read-only file system. Mount a writable directory, or upgrade.',
    source: 'Kong changelog 3.2.2.0, saml',
  },
  {
    component: 'saml',
    causes: ['oidc-session-lost'],
    fixedIn: ['3.2.1.0'],
    marks: ['session_cookie_httponly', 'httponly'],
    text: 'The session cookie is always HttpOnly whatever the config says. Upgrade.',
    source: 'Kong changelog 3.2.1.0, saml',
  },
  {
    component: 'saml',
    causes: ['oidc-session-lost', 'config-invalid'],
    changedIn: ['3.2.1.0'],
    text: 'Every session that was opened before the upgrade across 3.2 ends, and session fields were renamed or removed. Rename the fields and let all nodes change over together.',
    source: 'Kong changelog 3.2.1.0, saml',
  },
];
