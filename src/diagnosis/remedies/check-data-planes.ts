// Compare the nodes’ configuration.
import type { RemedyDraft } from './remedy.ts';

/** Compare the nodes’ configuration. */
export function checkDataPlanes(): RemedyDraft {
  return {
    title: 'Compare the nodes’ configuration',
    risk: 'low',
    note: 'Different config_hash or an old last_seen names the stale node. DELETE /cache helps in traditional mode only.',
    changes: [{ on: 'node', method: 'GET', path: '/clustering/data-planes' }],
    text: {
      'admin-api': "# traditional mode: drop the caches of this node\ncurl -s -X DELETE 'http://localhost:8001/cache'",
    },
  };
}
