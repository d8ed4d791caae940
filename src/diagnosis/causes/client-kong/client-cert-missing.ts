// The client certificate is missing or untrusted: the signals, remedies and page of client-cert-missing.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { trustClientCa } from '../../remedies/trust-client-ca.ts';
import { defineCause, type Weighed } from '../cause.ts';

function statusSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 495, 496).map((exchange) => ({
    weight: 4,
    says: 'nginx answers 495 and 496 for a wrong or missing client certificate.',
    sighting: exchange.statusAt ?? exchange.sighting,
  }));
}

/** The client’s certificate is absent or not trusted at Kong. */
export const clientCertMissing = defineCause({
  name: 'client-cert-missing',
  title: 'The client certificate is missing or untrusted',
  looksAt: ['exchanges'],
  signals: [statusSaysSo],
  yieldsTo: [],
  remedies: [trustClientCa],
  checks: ['Paste `curl -v` with the TLS lines.'],
  page: {
    what: 'The client’s certificate is absent or not trusted at Kong.',
    why: 'The client sends none, TLS ends before Kong, or its CA is not among the ca_certificates of mtls-auth.',
    confirm: ['Call with `curl -v --cert --key` directly at Kong.'],
    fix: ['Let the client send its certificate to Kong itself, and add its CA.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"No required TLS certificate was sent"}`,
});
