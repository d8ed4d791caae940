// Compare the nodes’ configuration.
import type { Facts } from '../facts/facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Compare the nodes’ configuration. */
export function checkDataPlanes(facts: Facts): RemedyDraft {
  const role = facts.config.setting('role')?.value;
  const hybrid = role !== undefined || facts.nodes.some((node) => node.role?.endsWith('_plane') === true);
  return completed(facts, {
    title: 'Compare the nodes’ configuration',
    risk: 'low',
    note: 'Different config_hash or an old last_seen names the stale node. DELETE /cache empties one node’s cache, in traditional mode only; a data plane is restarted instead.',
    changes: hybrid
      ? [{ on: 'node', method: 'GET', path: '/clustering/data-planes' }]
      : [
          { on: 'node', method: 'GET', path: '/clustering/data-planes' },
          { on: 'node', method: 'DELETE', path: '/cache' },
        ],
    text: {
      kubernetes: `# kubectl rollout restart deployment/${placeholder('KONG_DEPLOYMENT')}`,
      'kong-conf': '# on the node that differs: kong restart',
    },
  });
}
