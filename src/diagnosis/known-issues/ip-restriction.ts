// What Kong's releases fixed or changed in the ip-restriction plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const ipRestrictionIssues: readonly KnownIssueRow[] = [
  {
    component: 'ip-restriction',
    causes: ['client-address-denied'],
    fixedIn: ['3.12.0.9', '3.13.0.8', '3.14.0.10', '3.15.0.2'],
    text: 'The log of a refused address does not name the plugin, so look for `IP address not allowed` and compare the address with `allow` and `deny`. Upgrade for a clearer line.',
    source: 'Kong changelog 3.15.0.2, gateway',
  },
  {
    component: 'ip-restriction',
    causes: ['client-address-denied'],
    fixedIn: ['3.15.0.0'],
    marks: ['unix', 'socket'],
    text: 'Requests that reach Kong through a Unix socket are judged wrongly. Let the proxy in front use TCP, or upgrade.',
    source: 'Kong changelog 3.15.0.0, gateway',
  },
  {
    component: 'ip-restriction',
    causes: ['client-address-denied'],
    fixedIn: ['3.13.0.0'],
    marks: ['preread', 'tcp'],
    text: 'A blocked address over TCP ends in an error of the preread phase. Upgrade.',
    source: 'Kong changelog 3.13.0.0, gateway',
  },
  {
    component: 'ip-restriction',
    causes: ['client-address-denied'],
    fixedIn: ['3.14.0.7', '3.15.0.0'],
    marks: ['ai-mcp-proxy', 'mcp', 'unix'],
    text: 'Calls of tools through ai-mcp-proxy get 403, because the address of the client is lost on the way. Upgrade, or allow the local address.',
    source: 'Kong changelog 3.15.0.0, gateway',
  },
  {
    component: 'ip-restriction',
    causes: ['client-address-denied', 'plugin-not-applied'],
    fixedIn: ['3.6.0'],
    marks: ['consumer_group', 'consumer_groups', 'consumer-group'],
    text: 'ip-restriction can be scoped to a consumer group since 3.6 only. Scope it to consumers, or upgrade.',
    source: 'Kong changelog 3.6.0, gateway',
  },
];
