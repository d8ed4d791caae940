// Follow the status, not the credential.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Follow the status, not the credential. */
export function lookElsewhere(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Follow the status, not the credential',
    risk: 'low',
    note: '404: which route should match. 426: the route wants https. 429: whose limit. 502 to 504: is the upstream up and in time. Only reads.',
    changes: [{ on: 'node', method: 'GET', path: '/status' }],
    text: {
      kubernetes: `# kubectl port-forward deployment/${placeholder('KONG_DEPLOYMENT')} 8100:8100\n# curl -s http://localhost:8100/status`,
      'kong-conf': '# on the node: kong health',
    },
  });
}
