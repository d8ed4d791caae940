// The upstream answers 400 to what Kong forwards: the signals, remedies and page of upstream-bad-request.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy } from '../../facts/questions.ts';
import { inspectUpstreamRequest } from '../../remedies/inspect-upstream-request.ts';
import { replayUpstream } from '../../remedies/replay-upstream.ts';
import { defineCause, type Weighed } from '../cause.ts';

function upstreamSays400({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 400, 411, 415, 422).map((exchange) => ({
    // An identity provider behind Kong says with 400 what it refuses; its error tells more.
    weight: isProviders(exchange) ? 0.6 : 3.4,
    says: `${exchange.answered.because} It does not understand the request.`,
    sighting: exchange.answered.sighting,
  }));
}

function isProviders({ request, response }: Facts['exchanges'][number]): boolean {
  if (request === undefined) return response?.oauthError !== undefined;
  return /\/(?:token|auth|authorize|introspect|certs|userinfo)(?:[/.?]|$)|\/(?:oauth2?|openid-connect|realms)\//.test(
    request.path,
  );
}

/** The upstream answers 400 to what Kong forwards. */
export const upstreamBadRequest = defineCause({
  name: 'upstream-bad-request',
  title: 'The upstream answers 400 to what Kong forwards',
  looksAt: ['exchanges'],
  signals: [upstreamSays400],
  yieldsTo: ['upstream-tls-mismatch', 'upstream-host-mismatch', 'headers-too-large', 'consumer-subset-failing'],
  remedies: [replayUpstream, inspectUpstreamRequest],
  checks: ['Run the direct call of the remedy.'],
  page: {
    what: 'The upstream answers 400 to what Kong forwards.',
    why: 'Body, content type, transfer encoding or a header that a plugin wrote do not suit it.',
    confirm: ['Compare the request at an echo server with the direct one.'],
    fix: ['Correct the transformer or the client’s request.'],
  },
  example: `< HTTP/1.1 400 Bad Request
< Server: Jetty(11.0.20)
< X-Kong-Upstream-Latency: 14
< Via: 1.1 kong/3.9.1
<
{"error":"cannot parse body"}`,
});
