// Trust the client’s CA in mtls-auth.
import type { Facts } from '../facts/facts.ts';
import { pluginOf, updateOf } from './names-from-facts.ts';
import type { RemedyDraft } from './remedy.ts';

/** Trust the client’s CA in mtls-auth. */
export function trustClientCa(facts: Facts): RemedyDraft {
  return {
    title: 'Trust the client’s CA in mtls-auth',
    risk: 'medium',
    note: 'TLS must end at Kong itself, or the certificate must come in a header (header-cert-auth).',
    changes: [
      { on: 'ca-certificate', nameOrId: '<CA_ID>', how: 'create', fields: { cert: '<CA_PEM>' } },
      updateOf(facts, pluginOf(facts, 'mtls-auth'), { ca_certificates: ['<CA_ID>'] }),
    ],
  };
}
