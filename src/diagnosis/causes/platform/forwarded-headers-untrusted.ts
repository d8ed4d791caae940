// Forwarded headers are not trusted: the signals, remedies and page of forwarded-headers-untrusted.
import type { Facts } from '../../facts/facts.ts';
import { behindUntrustedProxy } from '../../facts/questions.ts';
import { trustForwardedHeaders } from '../../remedies/trust-forwarded-headers.ts';
import { defineCause, type Weighed } from '../cause.ts';

function addressLost({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return behindUntrustedProxy({ exchanges }).map((exchange) => ({
    weight: 2.8,
    says: 'X-Forwarded-For names another client than the address that Kong works with.',
    sighting: exchange.sighting,
  }));
}

/** Kong sends the client to the very URL that it asked for: it takes https for http. */
function redirectsToItself({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const asked = new Set(
    exchanges.flatMap(({ request }) => (request === undefined ? [] : [`https://${request.host}${request.path}`])),
  );
  return exchanges
    .filter(({ answered, response }) => answered.by === 'kong' && [301, 302, 307, 308].includes(response?.status ?? 0))
    .filter(({ response }) => asked.has(response?.headers.find(({ name }) => name === 'location')?.value ?? ''))
    .slice(0, 1)
    .map((exchange) => ({
      weight: 5.4,
      says: 'Kong redirects to the same https URL again: it sees plain HTTP from the proxy and does not trust X-Forwarded-Proto.',
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

const WANTS_TLS =
  /insecure.?transport|only (?:available )?(?:over|via|through) https|https (?:is )?required|use https|ssl (?:is )?required|requires? (?:https|ssl|tls)|non-?(?:secure|https|tls)/i;

/** The client came over TLS, and the upstream is told that it did not. */
function tlsLost({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const overTls = exchanges.some(({ request }) => request?.scheme === 'https');
  return exchanges
    .filter(
      ({ failed, answered, response, request }) =>
        failed &&
        answered.by === 'upstream' &&
        WANTS_TLS.test(response?.body ?? '') &&
        (overTls || request?.headers.some(({ name, value }) => name === 'x-forwarded-proto' && value === 'https')),
    )
    .map((exchange) => ({
      weight: 5.2,
      says: 'The client came with https, and the upstream refuses it as plain HTTP: the scheme got lost on the way through Kong.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** TLS or the client’s address ends in front of Kong, and Kong does not trust what the proxy says. */
export const forwardedHeadersUntrusted = defineCause({
  name: 'forwarded-headers-untrusted',
  title: 'Forwarded headers are not trusted',
  looksAt: ['exchanges'],
  signals: [addressLost, tlsLost, redirectsToItself],
  yieldsTo: [],
  remedies: [trustForwardedHeaders],
  checks: ['Paste trusted_ips, real_ip_header and a log line.'],
  page: {
    what: 'TLS or the client’s address ends in front of Kong, and Kong does not trust what the proxy says.',
    why: 'trusted_ips, real_ip_header or X-Forwarded-Proto are not set: `You must use HTTPS`, http in redirect URIs, the balancer’s address in the log.',
    confirm: ['Look at client_ip and request.url in the JSON log.'],
    fix: ['Set trusted_ips to the proxy’s range, real_ip_header and real_ip_recursive.'],
  },
  example: `< HTTP/1.1 400 Bad Request
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"error":"access_denied","error_description":"You must use HTTPS"}`,
});
