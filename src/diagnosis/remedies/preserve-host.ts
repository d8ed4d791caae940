// Send the upstream the host that it expects.
import type { Facts } from '../facts/facts.ts';
import { failingRoute, routeEntity } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import type { RemedyDraft } from './remedy.ts';

/** Send the upstream the host that it expects. */
export function preserveHost(facts: Facts): RemedyDraft {
  const preserved = routeEntity(facts)?.fields.preserve_host === true;
  return completed(facts, {
    title: 'Send the upstream the host that it expects',
    risk: 'medium',
    note: 'true sends the client’s Host, false the service’s (or host_header of its upstream); the name in the TLS handshake follows it. Every call of this route changes.',
    changes: [{ on: 'route', nameOrId: failingRoute(facts), how: 'update', fields: { preserve_host: !preserved } }],
  });
}
