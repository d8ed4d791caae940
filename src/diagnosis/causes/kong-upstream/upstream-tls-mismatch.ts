// TLS and plain HTTP are mixed up: the signals, remedies and page of upstream-tls-mismatch.

import type { Facts } from '../../facts/facts.ts';
import { setServiceProtocol } from '../../remedies/set-service-protocol.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** The scheme that Kong used and the port that is customary for the other one, on a line that says the connection broke. */
function schemeAgainstPort({ entries }: Pick<Facts, 'entries'>): readonly Weighed[] {
  return entries
    .filter((entry) =>
      /prematurely closed|SSL_do_handshake|wrong version number|invalid (?:response|header)|reset by peer/i.test(
        entry.text,
      ),
    )
    .filter(
      (entry) =>
        /^http:\/\/[^/]*:(?:\d{0,2}443)\b/.test(entry.upstream ?? '') ||
        /^https:\/\/[^/]*:(?:80|8080|8000|3000)\b/.test(entry.upstream ?? ''),
    )
    .map((entry) => ({
      weight: 4.4,
      says: `Kong speaks ${entry.upstream?.startsWith('https') ? 'TLS to a port that is customary for plain HTTP' : 'plain HTTP to a port that is customary for TLS'}, and the connection breaks.`,
      sighting: entry.sighting,
    }));
}

/** Plain HTTP meets an HTTPS port or the reverse, or the upstream wants a client certificate. */
export const upstreamTlsMismatch = defineCause({
  name: 'upstream-tls-mismatch',
  title: 'TLS and plain HTTP are mixed up',
  looksAt: ['entries'],
  signals: [schemeAgainstPort],
  yieldsTo: [],
  remedies: [setServiceProtocol],
  checks: ['Paste the service and the error log line.'],
  page: {
    what: 'Plain HTTP meets an HTTPS port or the reverse, or the upstream wants a client certificate.',
    why: 'The service’s protocol and port do not fit the upstream.',
    confirm: ['Call the upstream with http and with https.'],
    fix: ['Set the service’s protocol (and client_certificate).'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", upstream: "https://10.0.0.4:8080/", host: "api.example.com"`,
});
