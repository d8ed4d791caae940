// What Kong's releases fixed or changed in the hmac-auth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const hmacAuthIssues: readonly KnownIssueRow[] = [
  {
    component: 'hmac-auth',
    causes: ['signed-request-mismatch', 'token-algorithm-mismatch'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'algorithms',
    text: 'Since 3.14 hmac-sha1 is not among the algorithms accepted by default, so clients that sign with it get 401. Sign with hmac-sha256, or name hmac-sha1 in `algorithms`.',
    source: 'Kong changelog 3.14.0.0, hmac-auth',
  },
  {
    component: 'hmac-auth',
    causes: ['signed-request-mismatch'],
    changedIn: ['3.0.0'],
    text: 'Since 3.0 the signing string must hold the path as the client sent it, with its query; the older form no longer verifies. Build the request line from the raw path.',
    source: 'Kong changelog 3.0.0, hmac-auth',
  },
  {
    component: 'hmac-auth',
    causes: ['auth-plugins-combined'],
    changedIn: ['3.0.0'],
    text: 'Since 3.0 the priority of hmac-auth is 1030 (before: 1000). Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.0.0, hmac-auth',
  },
  {
    component: 'hmac-auth',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so the signature no longer reaches an upstream that checks it too. Set it to false explicitly if it does.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
];
