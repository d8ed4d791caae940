// Take the failing target out of rotation.
import type { RemedyDraft } from './remedy.ts';

/** Take the failing target out of rotation. */
export function fixUpstreamTarget(): RemedyDraft {
  return {
    title: 'Take the failing target out of rotation',
    risk: 'medium',
    note: 'weight 0 drains it; the others take its share.',
    changes: [],
    text: {
      'admin-api':
        "curl -s -X PATCH 'http://localhost:8001/upstreams/<UPSTREAM_NAME>/targets/<TARGET>' \\\n  -H 'Content-Type: application/json' \\\n  -d '{\"weight\":0}'",
    },
  };
}
