// No key for the token’s kid: the signals, remedies and page of jwks-key-not-found.
import type { Facts } from '../../facts/facts.ts';
import { refreshJwks } from '../../remedies/refresh-jwks.ts';
import { defineCause, type Weighed } from '../cause.ts';

function kidAbsent({ tokens, keys }: Pick<Facts, 'tokens' | 'keys'>): readonly Weighed[] {
  const kids = keys.filter((key) => key.form === 'jwk' && key.kid !== undefined).map((key) => key.kid);
  if (kids.length === 0) return [];
  return tokens.flatMap(({ token }) => {
    const kid = token.header?.kid;
    if (typeof kid !== 'string') return [];
    return kids.includes(kid)
      ? [{ weight: -2.5, says: 'The token’s kid is in the pasted JWKS.', sighting: token.sighting }]
      : [
          {
            weight: 4.4,
            says: `The token’s kid ${kid} is not in the pasted JWKS (${kids.join(', ')}).`,
            sighting: token.sighting,
          },
        ];
  });
}

/** There is no key for the token’s kid. */
export const jwksKeyNotFound = defineCause({
  name: 'jwks-key-not-found',
  title: 'No key for the token’s kid',
  looksAt: ['tokens', 'keys'],
  signals: [kidAbsent],
  yieldsTo: [],
  remedies: [refreshJwks],
  checks: ['Paste the JWKS (`curl -s JWKS_URI`) and the token’s header.'],
  page: {
    what: 'There is no key for the token’s kid.',
    why: 'The provider rotated its keys and Kong’s copy is old, the token comes from another provider or environment, or the configured JWKS is another one.',
    confirm: ['Fetch jwks_uri and look for the kid.'],
    fix: ['Let Kong fetch the keys again; add extra_jwks_uris where keys live elsewhere.'],
  },
  example: `{"alg":"RS256","typ":"JWT","kid":"2026-11"}

{"keys":[{"kty":"RSA","kid":"2026-05","alg":"RS256","n":"xx","e":"AQAB"}]}

{"message":"Unauthorized"}`,
});
