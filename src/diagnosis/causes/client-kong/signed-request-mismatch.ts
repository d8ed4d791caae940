// The request’s signature does not match: the signals, remedies and page of signed-request-mismatch.
import type { Facts } from '../../facts/facts.ts';
import { failures, presented } from '../../facts/questions.ts';
import { signRequest } from '../../remedies/sign-request.ts';
import { defineCause, type Weighed } from '../cause.ts';

function hmacRefused({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401, 403)
    .filter(
      (exchange) =>
        exchange.answered.by !== 'upstream' &&
        presented(exchange).some((credential) => credential.scheme === 'hmac') &&
        !/date/i.test(exchange.response?.message ?? ''),
    )
    .map((exchange) => ({
      weight: 2.6,
      says: 'The request is signed with hmac and was refused.',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

/** The signature over the request does not fit what Kong computes. */
export const signedRequestMismatch = defineCause({
  name: 'signed-request-mismatch',
  title: 'The request’s signature does not match',
  looksAt: ['exchanges'],
  signals: [hmacRefused],
  yieldsTo: ['credential-unknown'],
  remedies: [signRequest],
  checks: ['Paste the Authorization header (redacted here) and the debug lines.'],
  page: {
    what: 'The signature over the request does not fit what Kong computes.',
    why: 'Another secret, another order of headers, another request line after a proxy, a digest of another body, or HTTP/2 in the request line.',
    confirm: ['At debug level hmac-auth logs what it refuses; build the signing string by hand and compare.'],
    fix: ['Sign exactly the headers listed, in that order, with the request line as Kong receives it.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"HMAC signature does not match"}`,
});
