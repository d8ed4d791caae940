// Send the upstream the host that it expects.
import type { Facts } from '../facts/facts.ts';
import { failingRoute } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Send the upstream the host that it expects. */
export function preserveHost(facts: Facts): RemedyDraft {
  return {
    title: 'Send the upstream the host that it expects',
    risk: 'medium',
    note: 'true sends the client’s Host, false the service’s; the TLS name follows it.',
    changes: [{ on: 'route', nameOrId: failingRoute(facts), how: 'update', fields: { preserve_host: true } }],
  };
}
