// TLS and plain HTTP are mixed up: the signals, remedies and page of upstream-tls-mismatch.
import { setServiceProtocol } from '../../remedies/set-service-protocol.ts';
import { defineCause } from '../cause.ts';

/** Plain HTTP meets an HTTPS port or the reverse, or the upstream wants a client certificate. */
export const upstreamTlsMismatch = defineCause({
  name: 'upstream-tls-mismatch',
  title: 'TLS and plain HTTP are mixed up',
  looksAt: ['phrases'],
  signals: [],
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
