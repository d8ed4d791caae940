// Speak the upstream’s protocol.
import type { Facts } from '../facts/facts.ts';
import { failingService } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Speak the upstream’s protocol. */
export function setServiceProtocol(facts: Facts): RemedyDraft {
  return {
    title: 'Speak the upstream’s protocol',
    risk: 'medium',
    note: 'Protocol and port go together. tls_verify is on by default since 3.14.',
    changes: [
      { on: 'service', nameOrId: failingService(facts), how: 'update', fields: { protocol: 'https', port: 443 } },
    ],
  };
}
