// What Kong's releases fixed or changed in the vault-auth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const vaultAuthIssues: readonly KnownIssueRow[] = [
  {
    component: 'vault-auth',
    causes: ['token-cache-stale', 'node-out-of-sync', 'credential-unknown'],
    changedIn: ['3.10.0.0'],
    marks: ['incremental_sync'],
    text: 'Under incremental sync secrets that were deleted in the vault are still accepted, known for 3.10 and later. Turn `incremental_sync` off, or restart the data planes after a deletion.',
    source: 'Kong changelog 3.10.0.0, vault-auth',
  },
  {
    component: 'vault-auth',
    causes: ['credential-unknown', 'dependency-unavailable'],
    fixedIn: ['3.1.0.0'],
    marks: ['kv', 'v2'],
    text: 'Tokens kept in version 2 of the key-value engine are not found before 3.1. Upgrade and set `kv`, or use version 1.',
    source: 'Kong changelog 3.1.0.0, vault-auth',
  },
  {
    component: 'vault-auth',
    causes: ['auth-plugins-combined'],
    changedIn: ['3.0.0.0'],
    text: 'Since 3.0 the priority of vault-auth is 1350 (before: 1003). Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.0.0.0, vault-auth',
  },
  {
    component: 'vault-auth',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so access and secret token no longer reach the upstream. Set it to false explicitly if the upstream needs them.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
];
