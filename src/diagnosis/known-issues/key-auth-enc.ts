// What Kong's releases fixed or changed in the key-auth-enc plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const keyAuthEncIssues: readonly KnownIssueRow[] = [
  {
    component: 'key-auth-enc',
    causes: ['credential-unknown', 'node-out-of-sync'],
    fixedIn: ['3.10.0.7', '3.11.0.6', '3.12.0.1', '3.13.0.0'],
    since: '3.10.0.0',
    marks: ['incremental_sync'],
    text: 'Under incremental sync a data plane keeps a changed or deleted key. Upgrade, or turn `incremental_sync` off.',
    source: 'Kong changelog 3.13.0.0, key-auth-enc',
  },
  {
    component: 'key-auth-enc',
    causes: ['credential-unknown', 'config-invalid'],
    fixedIn: ['3.2.1.0'],
    marks: ['ttl'],
    text: 'The `ttl` of an encrypted key is ignored or refused. Upgrade.',
    source: 'Kong changelog 3.2.1.0, key-auth-enc',
  },
  {
    component: 'key-auth-enc',
    causes: ['credential-unknown', 'consumer-subset-failing'],
    fixedIn: ['2.8.4.0'],
    marks: ['workspace'],
    text: 'A key that exists in several workspaces gets 401 in one of them, because the cache mixes them up. Use different keys, or upgrade.',
    source: 'Kong changelog 2.8.4.0, key-auth-enc',
  },
  {
    component: 'key-auth-enc',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so the upstream no longer gets the API key. Set it to false explicitly if it needs the key.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
  {
    component: 'key-auth-enc',
    causes: ['credential-unknown'],
    changedIn: ['3.2.1.0'],
    marks: ['fips'],
    text: 'In FIPS mode keys stored before 3.2 are no longer found after the upgrade, because they are hashed in another way. Save every key again.',
    source: 'Kong changelog 3.2.1.0, gateway',
  },
];
