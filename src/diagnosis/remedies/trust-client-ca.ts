// Trust the client’s CA in mtls-auth.
import type { Facts } from '../facts/facts.ts';
import { fieldTexts, pluginOf, updateOf } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** Trust the client’s CA in mtls-auth. */
export function trustClientCa(facts: Facts): RemedyDraft {
  const plugin = pluginOf(facts, 'mtls-auth', 'header-cert-auth');
  const id = placeholder('CA_ID');
  return completed(facts, {
    title: 'Trust the client’s CA in mtls-auth',
    risk: 'medium',
    note: 'From then on every certificate of that CA is looked at, so take the narrowest CA. TLS must end at Kong itself, or the certificate must come in a header from a trusted hop (header-cert-auth). The list is replaced as a whole; the certificate is asked for by the SNI of the routes.',
    changes: [
      { on: 'ca-certificate', nameOrId: id, how: 'create', fields: { id, cert: placeholder('CA_PEM') } },
      updateOf(facts, plugin, { ca_certificates: [...new Set([...fieldTexts(plugin, 'ca_certificates'), id])] }),
    ],
  });
}
