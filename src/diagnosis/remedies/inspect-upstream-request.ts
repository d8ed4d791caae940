// Look at what Kong sends upstream.
import type { Facts } from '../facts/facts.ts';
import { failingRoute } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Look at what Kong sends upstream. */
export function inspectUpstreamRequest(facts: Facts): RemedyDraft {
  return completed(facts, {
    title: 'Look at what Kong sends upstream',
    risk: 'medium',
    note: 'For some minutes on this route alone, then delete the plugin: its JSON has request headers, upstream_uri, upstream_status and tries. Authorization is logged as REDACTED, other headers such as apikey in clear. To see Authorization itself, point a copy of the service at an echo server of your own, never at a public one.',
    changes: [
      {
        on: 'plugin',
        plugin: 'http-log',
        how: 'create',
        scope: { route: failingRoute(facts) },
        config: { http_endpoint: placeholder('LOG_COLLECTOR_URL') },
      },
    ],
  });
}
