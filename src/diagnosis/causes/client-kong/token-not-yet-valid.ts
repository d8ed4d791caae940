// The token is not valid yet: clocks disagree: the signals, remedies and page of token-not-yet-valid.
import type { Facts } from '../../facts/facts.ts';
import { leewayOf, unverifiedBy } from '../../facts/time-checks.ts';
import { syncClocks } from '../../remedies/sync-clocks.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** openid-connect forgives its leeway; the jwt plugin looks at nbf only where claims_to_verify names it, and never at iat. */
function startsLater({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const leeway = leewayOf({ config })?.seconds ?? 0;
  const unverified = unverifiedBy('nbf', { config }) !== undefined;
  return tokens
    .filter((seen) => (seen.startsInSeconds ?? 0) > Math.max(2, leeway))
    .map((seen) => ({
      weight: (seen.judgedBy === 'exchange' ? 3.2 : 1.4) * (unverified ? 0.3 : 1),
      says: `nbf or iat lies ${Math.round(seen.startsInSeconds ?? 0)} seconds ahead.`,
      sighting: seen.token.sighting,
    }));
}

/** nbf or iat lies in the future, or a signed date is outside the allowed skew. */
export const tokenNotYetValid = defineCause({
  name: 'token-not-yet-valid',
  title: 'The token is not valid yet: clocks disagree',
  looksAt: ['tokens', 'config'],
  signals: [startsLater],
  yieldsTo: [],
  remedies: [syncClocks],
  checks: ['Run `date -u` on every Kong node and compare with the Date header of the issuer.'],
  page: {
    what: 'nbf or iat lies in the future, or a signed date is outside the allowed skew.',
    why: 'The clocks of issuer, client and gateway disagree. The jwt plugin has no leeway; openid-connect has `leeway`; hmac-auth has `clock_skew` (300 s).',
    confirm: ['Compare `date -u` on the Kong node, the issuer and the client.'],
    fix: ['Synchronise the clocks; allow a few seconds of leeway where the plugin can.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"nbf":"token not valid yet"}`,
});
