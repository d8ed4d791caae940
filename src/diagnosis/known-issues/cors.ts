// What Kong's releases fixed or changed in the cors plugin that ends in a failed authentication.
import type { KnownIssueRow } from './known-issue.ts';

export const corsIssues: readonly KnownIssueRow[] = [
  {
    component: 'cors',
    causes: ['preflight-blocked', 'not-auth'],
    fixedIn: ['3.11.0.0'],
    marks: ['origin'],
    text: 'A request with an empty `Origin` gets no answer at all. Upgrade.',
    source: 'Kong changelog 3.11.0.0, cors',
  },
  {
    component: 'cors',
    causes: ['preflight-blocked'],
    fixedIn: ['3.10.0.0'],
    marks: ['vary', 'cache'],
    text: 'The allow-origin header comes back even without an `Origin`, and a cache hands it to others; an option turns that off since 3.10. Upgrade and set it, or send `Vary: Origin`.',
    source: 'Kong changelog 3.10.0.0, cors',
  },
  {
    component: 'cors',
    causes: ['preflight-blocked'],
    fixedIn: ['3.8.0'],
    marks: ['origins', 'origin'],
    text: 'The browser blocks the answer, because no allow-origin header is sent when `origins` holds an asterisk among others. Write the asterisk alone, or upgrade.',
    source: 'Kong changelog 3.8.0, cors',
  },
  {
    component: 'cors',
    causes: ['preflight-blocked'],
    fixedIn: ['3.4.3.5', '3.5.0'],
    marks: ['private_network', 'access-control-request-private-network'],
    text: 'A preflight for a private network is refused by the browser before 3.5. Upgrade and set `private_network`.',
    source: 'Kong changelog 3.5.0, cors',
  },
  {
    component: 'cors',
    causes: ['preflight-blocked'],
    changedIn: ['2.8.0'],
    marks: ['vary'],
    text: 'Since 2.8 `Vary: Origin` is not sent with an asterisk as allowed origin. Name the origins if a cache stands in front.',
    source: 'Kong changelog 2.8.0, cors',
  },
];
