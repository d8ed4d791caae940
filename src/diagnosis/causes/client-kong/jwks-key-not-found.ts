// No key for the token’s kid: the signals, remedies and page of jwks-key-not-found.
import type { Facts, TokenSeen } from '../../facts/facts.ts';
import { refreshJwks } from '../../remedies/refresh-jwks.ts';
import { setJwtCredential } from '../../remedies/set-jwt-credential.ts';
import { defineCause, type Weighed } from '../cause.ts';

function kidAbsent({
  tokens,
  keys,
  verifications,
  phrases,
}: Pick<Facts, 'tokens' | 'keys' | 'phrases' | 'verifications'>): readonly Weighed[] {
  const sets = keys.filter((key) => key.form === 'jwk' && key.kid !== undefined);
  const kids = sets.map((key) => key.kid);
  const [set] = sets;
  if (set === undefined) return [];
  return tokens.flatMap((seen) => {
    const { token } = seen;
    const kid = token.header?.kid;
    if (typeof kid !== 'string') return [];
    // Kong says that it misses the key: then it holds an older set, or another one, than was pasted.
    const missed = phrases.some(
      ({ phrase, sightings }) => phrase.points === 'jwks-key-not-found' && sightings[0]?.met === 'log',
    );
    return kids.includes(kid)
      ? missed
        ? [
            {
              weight: 1,
              says: 'The token’s kid is in a pasted JWKS, so Kong holds an older or another set.',
              sighting: token.sighting,
            },
          ]
        : [{ weight: -2.5, says: 'The token’s kid is in the pasted JWKS.', sighting: token.sighting }]
      : [
          {
            weight: 4.4,
            says: `The token’s kid ${kid} is not in the pasted JWKS (${kids.slice(0, 8).join(', ')})${signedAllTheSame(seen, verifications)}.`,
            sighting: token.sighting,
          },
          { weight: 0.8, says: 'The pasted JWKS begins here.', sighting: set.sighting },
        ];
  });
}

/** A key that fits under another name: the provider and the set call it differently. */
function signedAllTheSame(seen: TokenSeen, verifications: Facts['verifications']): string {
  const by = verifications.find(
    ({ token, key, outcome }) => token === seen && key.from === 'jwks' && outcome === 'verifies',
  );
  return by === undefined ? '' : `, though the signature verifies with ${by.key.name}`;
}

/** There is no key for the token’s kid. */
export const jwksKeyNotFound = defineCause({
  name: 'jwks-key-not-found',
  title: 'No key for the token’s kid',
  looksAt: ['tokens', 'keys', 'phrases', 'verifications'],
  signals: [kidAbsent],
  yieldsTo: [],
  remedies: [refreshJwks, setJwtCredential],
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
