// What Kong's releases fixed or changed in the basic-auth plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const basicAuthIssues: readonly KnownIssueRow[] = [
  {
    component: 'basic-auth',
    causes: ['credential-unknown', 'node-out-of-sync'],
    changedIn: ['3.14.0.0'],
    text: 'Since 3.14 new passwords are hashed with SHA-256 and no longer with SHA-1, so nodes of both versions may judge one password differently during an upgrade. Upgrade all nodes before changing passwords.',
    source: 'Kong changelog 3.14.0.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['dependency-unavailable', 'credential-unknown'],
    fixedIn: ['3.14.0.0'],
    since: '3.13.0.0',
    marks: ['redis', 'brute_force_protection'],
    text: 'Logins fail while the Redis of the brute force protection cannot be reached. Restore Redis, or upgrade, which falls back to memory.',
    source: 'Kong changelog 3.14.0.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['credential-unknown', 'consumer-subset-failing'],
    changedIn: ['3.13.0.0'],
    marks: ['brute_force_protection', 'brute'],
    text: 'Since 3.13 a client with many failed logins can be held back for a growing time although its password is right by now. Look at `brute_force_protection` and wait, or correct the client.',
    source: 'Kong changelog 3.13.0.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['config-invalid', 'node-out-of-sync'],
    fixedIn: ['3.6.1.5', '3.7.1', '3.8.0'],
    marks: ['realm'],
    text: 'Data planes older than 3.6 refuse the config, because the control plane sends them the new `realm` field. Upgrade the control plane, or the data planes.',
    source: 'Kong changelog 3.8.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['credential-unknown'],
    changedIn: ['3.6.0'],
    text: 'Since 3.6 a wrong password answers like a missing one: `Unauthorized` with a Basic challenge. Do not tell the two apart by the text.',
    source: 'Kong changelog 3.6.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['auth-plugins-combined'],
    changedIn: ['3.0.0'],
    text: 'Since 3.0 basic-auth runs before openid-connect and hmac-auth (priority 1100, before: 1001). Check the order where several authentication plugins meet.',
    source: 'Kong changelog 3.0.0, basic-auth',
  },
  {
    component: 'basic-auth',
    causes: ['auth-header-not-forwarded', 'upstream-rejects-token'],
    changedIn: ['3.14.0.0'],
    unlessGiven: 'hide_credentials',
    text: 'Since 3.14 `hide_credentials` is true by default, so `Authorization` no longer reaches an upstream that checks user and password itself. Set `hide_credentials` to false explicitly if it does.',
    source: 'Kong changelog 3.14.0.0, gateway',
  },
];
