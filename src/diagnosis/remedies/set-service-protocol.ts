// Speak the upstream’s protocol.
import type { Facts } from '../facts/facts.ts';
import type { EntityChange } from './change.ts';
import { failingService, serviceEntity } from './names-from-facts.ts';
import { completed } from './notes/completed.ts';
import { placeholder } from './notes/placeholders.ts';
import type { RemedyDraft } from './remedy.ts';

/** What nginx and other servers say when they want a client certificate. */
const WANTS_CERTIFICATE = /no required ssl certificate|certificate required|ssl certificate error/i;

function fields(facts: Facts): EntityChange['fields'] {
  const said = [
    ...facts.exchanges.flatMap((exchange) => [exchange.response?.message ?? '', exchange.response?.body ?? '']),
    ...facts.entries.map((entry) => entry.text),
    ...facts.statements.map((statement) => statement.text),
  ];
  if (said.some((text) => WANTS_CERTIFICATE.test(text)))
    return { client_certificate: { id: placeholder('CERTIFICATE_ID') } };
  const service = serviceEntity(facts)?.fields;
  const spokenTls =
    service?.protocol === 'https' || said.some((text) => /wrong version number|unknown protocol/i.test(text));
  const { port } = service ?? {};
  if (spokenTls) return { protocol: 'http', port: typeof port === 'number' && port !== 443 ? port : 80 };
  return { protocol: 'https', port: typeof port === 'number' && port !== 80 ? port : 443 };
}

/** Speak the upstream’s protocol, or present the client certificate that it wants. */
export function setServiceProtocol(facts: Facts): RemedyDraft {
  const changed = fields(facts);
  const certificate = 'client_certificate' in changed;
  return completed(facts, {
    title: certificate ? 'Give Kong a client certificate for the upstream' : 'Speak the upstream’s protocol',
    risk: 'medium',
    note: certificate
      ? 'The caller’s certificate ends at Kong; towards the upstream Kong presents this one (service client_certificate).'
      : 'Protocol and port go together. With https tls_verify is on by default since 3.14: a private CA must be trusted, or calls end in 502.',
    changes: [{ on: 'service', nameOrId: failingService(facts), how: 'update', fields: changed }],
  });
}
