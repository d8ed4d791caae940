// Restore the connection that the log names.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Restore the connection that the log names. */
export function restoreDependency(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Restore the connection that the log names',
    risk: 'low',
    note: 'The credential may be good; look again once the node reports its database as reachable. Only reads.',
    changes: [{ on: 'node', method: 'GET', path: '/status' }],
    text: {
      kubernetes: `# kubectl port-forward deployment/${placeholder('KONG_DEPLOYMENT')} 8100:8100\n# curl -s http://localhost:8100/status`,
      'kong-conf': '# on the node: kong health',
    },
  });
}
