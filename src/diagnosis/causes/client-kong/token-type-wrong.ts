// A valid token of the wrong kind: the signals, remedies and page of token-type-wrong.
import type { Facts } from '../../facts/facts.ts';
import { failures, presented } from '../../facts/questions.ts';
import { fixIntrospection } from '../../remedies/fix-introspection.ts';
import { sendWholeToken } from '../../remedies/send-whole-token.ts';
import { defineCause, type Weighed } from '../cause.ts';

function encrypted({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens
    .filter(({ token }) => token.form === 'jwe')
    .map(({ token }) => ({
      weight: 4.2,
      says: 'This is an encrypted token (JWE, five parts): only its audience can read it.',
      sighting: token.sighting,
    }));
}

/** The jwt plugin reads JWTs alone. */
function opaqueAtJwt({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  return failures({ exchanges }, 401)
    .filter((exchange) => exchange.answered.plugin === 'jwt' || config.pluginsNamed('jwt').length > 0)
    .flatMap((exchange) =>
      presented(exchange)
        .filter(
          (credential) =>
            credential.scheme === 'bearer' && credential.form === 'opaque' && credential.oddities.length === 0,
        )
        .map(() => ({
          weight: 4,
          says: 'The bearer token is opaque; the jwt plugin needs a JWT.',
          sighting: exchange.requestAt ?? exchange.sighting,
        })),
    );
}

/** The paste shows where the value comes from: an answer of a token endpoint that calls it refresh_token. */
function refreshTokenSent({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401).flatMap((exchange) =>
    presented(exchange)
      .filter(({ scheme, secret }) => scheme === 'bearer' && secret?.kind === 'refresh-token')
      .map(() => ({
        weight: 4.6,
        says: 'The bearer token is the refresh_token of a pasted token answer.',
        sighting: exchange.requestAt ?? exchange.sighting,
      })),
  );
}

/** ID tokens carry nonce, at_hash or auth_time, and typ ID with Keycloak. */
function idToken({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens.flatMap(({ token }) => {
    const { claims } = token;
    if (claims === undefined) return [];
    if (claims.typ === 'ID' || 'at_hash' in claims || ('nonce' in claims && !('scope' in claims) && !('scp' in claims)))
      return [
        {
          weight: 2.6,
          says: 'The claims are those of an ID token; APIs take access tokens.',
          sighting: token.sighting,
        },
      ];
    if (claims.typ === 'Refresh' || claims.typ === 'Offline')
      return [{ weight: 3, says: 'This is a refresh token.', sighting: token.sighting }];
    return [];
  });
}

/** The token is a good one of another kind. */
export const tokenTypeWrong = defineCause({
  name: 'token-type-wrong',
  title: 'A valid token of the wrong kind',
  looksAt: ['exchanges', 'tokens', 'config'],
  signals: [refreshTokenSent, encrypted, opaqueAtJwt, idToken],
  yieldsTo: [],
  remedies: [sendWholeToken, fixIntrospection],
  checks: ['Paste the token’s header and claims.'],
  page: {
    what: 'The token is a good one of another kind.',
    why: 'An ID token or refresh token was sent for an access token, an opaque token where a JWT is needed, or an encrypted JWE.',
    confirm: ['Count the parts: one is opaque, three a JWT, five a JWE; look at typ, nonce and at_hash.'],
    fix: ['Send the access token; ask the provider for a JWT (an audience often decides), or use introspection.'],
  },
  example: `> GET /orders HTTP/1.1
> Authorization: Bearer wudpzqDbwS17LxisufTjW0XDbJ5esUxg
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Bad token; invalid JSON"}

{"name":"jwt","config":{"key_claim_name":"iss"},"id":"1"}`,
});
