// What Kong's releases fixed or changed in the oauth2 plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const oauth2Issues: readonly KnownIssueRow[] = [
  {
    component: 'oauth2',
    causes: ['token-cache-stale', 'credential-unknown', 'token-expired'],
    fixedIn: ['3.3.0'],
    text: 'A good token gets `The access token is invalid or has expired` after it was first tried on another service, because the miss was cached. Upgrade.',
    source: 'Kong changelog 3.3.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['oidc-grant-invalid'],
    changedIn: ['3.3.0'],
    text: 'Since 3.3 an authorization code can only be exchanged at the plugin instance that made it. Call authorize and token endpoint of the same service or route.',
    source: 'Kong changelog 3.3.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['oidc-grant-invalid'],
    changedIn: ['3.1.1.5'],
    text: 'Later releases refuse a refresh token that another instance of the plugin issued. Refresh at the instance that issued it.',
    source: 'Kong changelog 3.1.1.5, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['config-invalid', 'not-auth'],
    changedIn: ['3.2.0'],
    marks: ['refresh_token_ttl'],
    text: 'Token requests fail when `refresh_token_ttl` is larger than 100000000, and since 3.2 such a config is refused. Lower it.',
    source: 'Kong changelog 3.2.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['token-cache-stale', 'node-out-of-sync'],
    changedIn: ['3.14.0.0'],
    text: "Since 3.14 cached tokens have another key, so nodes of both versions do not drop each other's entries during an upgrade. Finish the upgrade before revoking tokens.",
    source: 'Kong changelog 3.14.0.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['auth-plugins-combined'],
    changedIn: ['3.0.0'],
    text: 'Since 3.0 oauth2 runs before key-auth, ldap-auth and basic-auth (priority 1400, before: 1004). Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.0.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['auth-plugins-combined', 'auth-header-overwritten'],
    fixedIn: ['2.8.0'],
    marks: ['anonymous', 'x-authenticated-userid', 'x-authenticated-scope'],
    text: 'Behind an OR of several plugins the upstream sees user and scope headers that the client sent itself. Upgrade, or remove them with request-transformer.',
    source: 'Kong changelog 2.8.0, oauth2',
  },
  {
    component: 'oauth2',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so the access token no longer reaches the upstream. Set it to false explicitly if the upstream reads it.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
];
