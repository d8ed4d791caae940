// The token has expired: the signals, remedies and page of token-expired.
import type { Facts } from '../../facts/facts.ts';
import { failures, passedAsAnonymous } from '../../facts/questions.ts';
import { leewayOf, tooLongFor, unverifiedBy } from '../../facts/time-checks.ts';
import { renewBeforeExpiry } from '../../remedies/renew-before-expiry.ts';
import { defineCause, type Weighed } from '../cause.ts';

function expiredWhenSent({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens
    .filter((seen) => seen.expiresInSeconds !== undefined && seen.expiresInSeconds < 0)
    .map((seen) => ({
      weight: seen.judgedBy === 'exchange' ? 3.2 : seen.judgedBy === 'paste' ? 2.2 : 1.5,
      says: `The token had expired ${ago(-(seen.expiresInSeconds ?? 0))} before (judged by ${judge(seen.judgedBy)}).`,
      sighting: seen.token.sighting,
    }));
}

function stillValid({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const tooLong = tooLongFor({ tokens, config }).map(({ token }) => token);
  return tokens
    .filter((seen) => !tooLong.includes(seen))
    .filter((seen) => seen.expiresInSeconds !== undefined && seen.expiresInSeconds >= 0 && seen.judgedBy === 'exchange')
    .map((seen) => ({
      weight: -2.5,
      says: 'The token was still valid at the time of the exchange.',
      sighting: seen.token.sighting,
    }));
}

function answerSaysExpired({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges })
    .filter(
      (exchange) =>
        exchange.answered.by !== 'upstream' &&
        /"exp"\s*:\s*"token expired"/.test(exchange.response?.body ?? exchange.response?.message ?? ''),
    )
    .map((exchange) => ({
      weight: 4,
      says: 'The jwt plugin says that exp has passed; it has no leeway.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** jwt with `anonymous` does not refuse an expired token, it lets the request through without a consumer. */
function expiredSoAnonymous({ tokens, exchanges }: Pick<Facts, 'tokens' | 'exchanges'>): readonly Weighed[] {
  const [anonymous] = passedAsAnonymous({ exchanges });
  if (anonymous === undefined || !tokens.some((seen) => (seen.expiresInSeconds ?? 1) < 0)) return [];
  return [
    {
      weight: 3.4,
      says: 'The token had expired, so Kong let the request through as the anonymous consumer.',
      sighting: anonymous.sighting,
    },
  ];
}

/** A plugin that does not look at exp accepts an old token. */
function nobodyLooks({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const sighting = unverifiedBy('exp', { config });
  const expired = tokens.some((seen) => (seen.expiresInSeconds ?? 0) < 0);
  if (sighting === undefined || !expired) return [];
  return [
    { weight: -1.8, says: 'claims_to_verify of the jwt plugin does not name exp: Kong lets old tokens in.', sighting },
  ];
}

/** Within the leeway an expired token is still good. */
function withinLeeway({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const leeway = leewayOf({ config });
  if (leeway === undefined) return [];
  return tokens
    .filter(({ expiresInSeconds = 0 }) => expiresInSeconds < 0 && -expiresInSeconds <= leeway.seconds)
    .map(() => ({
      weight: -3,
      says: `The leeway of ${leeway.seconds} seconds covers the time since exp.`,
      sighting: leeway.sighting,
    }));
}

/** The jwt plugin refuses tokens that live too long with the same words as old ones. */
function livesTooLong({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  return tooLongFor({ tokens, config }).flatMap(({ token, lives, allowed, sighting }) => [
    {
      weight: 4.6,
      says: `exp lies ${Math.round(lives)} seconds ahead; maximum_expiration allows ${allowed}.`,
      sighting: token.token.sighting,
    },
    { weight: 0.8, says: 'This limit refuses tokens that live longer.', sighting },
  ]);
}

function ago(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} hours`;
  return `${Math.round(seconds / 86_400)} days`;
}

function judge(by: string): string {
  return by === 'exchange' ? 'the time of the exchange' : by === 'paste' ? 'the latest time in the paste' : 'the clock';
}

/** The exp claim has passed. */
export const tokenExpired = defineCause({
  name: 'token-expired',
  title: 'The token has expired',
  looksAt: ['tokens', 'exchanges', 'config'],
  signals: [
    expiredWhenSent,
    stillValid,
    answerSaysExpired,
    expiredSoAnonymous,
    nobodyLooks,
    withinLeeway,
    livesTooLong,
  ],
  yieldsTo: ['token-cache-stale', 'upstream-rejects-token'],
  remedies: [renewBeforeExpiry],
  checks: ['Paste the token (it is redacted) together with the failing answer and its Date header.'],
  page: {
    what: 'The exp claim has passed.',
    why: 'The client goes on using an old token, or renews it too late. If the client sent a good token and an old one reached the upstream, it is token-cache-stale.',
    confirm: ['Compare exp with the Date header of the failing answer.'],
    fix: ['Renew the token before exp, with a margin for clocks; a longer lifetime only moves the moment.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Date: Mon, 23 Nov 2026 17:37:53 GMT
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"exp":"token expired"}`,
});
