// The upstream itself refuses the token: the signals, remedies and page of upstream-rejects-token.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy, isRefusedByUpstream, passedAsAnonymous } from '../../facts/questions.ts';
import { inspectUpstreamRequest } from '../../remedies/inspect-upstream-request.ts';
import { replayUpstream } from '../../remedies/replay-upstream.ts';
import { upstreamCredentials } from '../../remedies/upstream-credentials.ts';
import { defineCause, type Weighed } from '../cause.ts';

function upstreamAnswered({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401, 403).map((exchange) => ({
    weight: exchange.response?.status === 401 ? 3 : 2.4,
    says: `${exchange.answered.because} Kong had let the request through.`,
    sighting: exchange.answered.sighting,
  }));
}

function mostByUpstream({ traffic }: Pick<Facts, 'traffic'>): readonly Weighed[] {
  const upstream = traffic.failedBy.upstream ?? 0;
  const [example] = traffic.examples;
  if (example === undefined || !isRefusedByUpstream(traffic)) return [];
  return [
    {
      weight: 2,
      says: `${upstream} of ${traffic.failed} failures were answered by the upstream.`,
      sighting: example.sighting,
    },
  ];
}

/** RFC 6750 §3.1: invalid_token says that a token was there; without one the challenge has no error. */
function callsItInvalid({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401)
    .filter((exchange) => exchange.response?.challenges.some(({ params }) => params.error === 'invalid_token'))
    .map((exchange) => ({
      weight: 3.4,
      says: 'The upstream calls the token invalid, so a token did arrive there.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** A stranger brings nothing that the upstream could have refused. */
function onlyAStranger({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return passedAsAnonymous({ exchanges })
    .slice(0, 1)
    .map((exchange) => ({
      weight: -2.4,
      says: 'Kong let the request through as the anonymous consumer.',
      sighting: exchange.sighting,
    }));
}

/** The upstream validates what it gets and refuses it, or wants credentials of its own. */
export const upstreamRejectsToken = defineCause({
  name: 'upstream-rejects-token',
  title: 'The upstream itself refuses the token',
  looksAt: ['exchanges', 'traffic'],
  signals: [upstreamAnswered, callsItInvalid, onlyAStranger, mostByUpstream],
  yieldsTo: [
    'auth-header-not-forwarded',
    'auth-header-overwritten',
    'plugin-not-applied',
    'forwarded-headers-untrusted',
    'vault-reference-unresolved',
    'signed-request-mismatch',
    'headers-too-large',
    'token-cache-stale',
    'consumer-subset-failing',
    'upstream-target-inconsistent',
    'token-scope-missing',
    'upstream-host-mismatch',
  ],
  remedies: [replayUpstream, upstreamCredentials, inspectUpstreamRequest],
  checks: ['Run the direct call of the remedy and paste both answers.'],
  page: {
    what: 'The upstream validates what it gets and refuses it, or wants credentials of its own.',
    why: 'It expects another issuer, audience, key or kind of token than the gateway accepts.',
    confirm: ['Send the same token to the upstream directly, without Kong.'],
    fix: [
      'Make the upstream accept what is forwarded, or give it credentials of its own (upstream-oauth, request-transformer).',
    ],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: gunicorn
< X-Kong-Upstream-Latency: 14
< Via: 1.1 kong/3.9.1
<
{"detail":"Given token not valid for any token type"}`,
});
