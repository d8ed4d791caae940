// The algorithm is not the one accepted: the signals, remedies and page of token-algorithm-mismatch.
import type { Facts } from '../../facts/facts.ts';
import { failures } from '../../facts/questions.ts';
import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { setJwtCredential } from '../../remedies/set-jwt-credential.ts';
import { defineCause, type Weighed } from '../cause.ts';

function algNone({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens
    .filter(({ token }) => String(token.header?.alg ?? '').toLowerCase() === 'none')
    .map(({ token }) => ({
      weight: 3.4,
      says: 'The token has alg none, which Kong never accepts.',
      sighting: token.sighting,
    }));
}

/** The jwt plugin looks at the algorithm before the signature (Kong 1.0 to 3.9 jwt handler). */
function otherThanKeys({ verifications }: Pick<Facts, 'verifications'>): readonly Weighed[] {
  return verifications
    .filter(({ outcome }) => outcome === 'algorithm-differs')
    .flatMap(({ token: { token }, key }) => [
      {
        weight: 4.2,
        says: `The token is signed with ${String(token.header?.alg)}, ${key.name} is for ${key.algorithm ?? 'another kind of signature'}.`,
        sighting: token.sighting,
      },
      { weight: 0.8, says: 'This key decides which algorithm is accepted.', sighting: key.sighting },
    ]);
}

/** A credential whose key is not in the paste still says which algorithm it is for. */
function otherThanCredential({
  tokens,
  config,
  verifications,
}: Pick<Facts, 'tokens' | 'config' | 'verifications'>): readonly Weighed[] {
  if (verifications.some(({ outcome }) => outcome === 'algorithm-differs')) return [];
  return tokens.flatMap(({ token }) => {
    const alg = token.header?.alg;
    if (typeof alg !== 'string') return [];
    const credentials = config.ofType('jwt-credential').filter((entity) => entity.fields.key === token.claims?.iss);
    return credentials
      .filter((entity) => (entity.fields.algorithm ?? 'HS256') !== alg)
      .map((entity) => ({
        weight: 3.4,
        says: `The token is signed with ${alg}, the credential is for ${String(entity.fields.algorithm ?? 'HS256')}.`,
        sighting: token.sighting,
      }));
  });
}

function kongSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges })
    .filter(
      (exchange) =>
        exchange.answered.by !== 'upstream' &&
        /^(?:invalid algorithm|bad token; invalid alg)$/i.test(exchange.response?.message?.trim() ?? ''),
    )
    .map((exchange) => ({
      weight: 3.4,
      says: 'The jwt plugin names the algorithm.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** The token’s alg is not the one that the credential or plugin accepts. */
export const tokenAlgorithmMismatch = defineCause({
  name: 'token-algorithm-mismatch',
  title: 'The algorithm is not the one accepted',
  looksAt: ['tokens', 'config', 'exchanges', 'verifications'],
  signals: [algNone, otherThanKeys, otherThanCredential, kongSaysSo],
  yieldsTo: [],
  remedies: [setJwtCredential, raiseLogLevel],
  checks: ['Paste the jwt credential and the token’s header.'],
  page: {
    what: 'The token’s alg is not the one that the credential or plugin accepts.',
    why: 'The credential decides the algorithm (HS256 unless it says otherwise); the token was signed with another.',
    confirm: ['Compare alg in the token’s header with `algorithm` of the jwt credential.'],
    fix: ['Set the credential’s algorithm and key to those of the issuer.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Invalid algorithm"}`,
});
