// A required claim is absent: the signals, remedies and page of token-claim-missing.
import type { Facts } from '../../facts/facts.ts';
import { failures, textsOf } from '../../facts/questions.ts';
import { setClaimName } from '../../remedies/set-claim-name.ts';
import { defineCause, type Weighed } from '../cause.ts';

function emptyIssuer({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  return tokens
    .filter(({ token }) => token.claims !== undefined && token.claims.iss === '')
    .map(({ token }) => ({
      weight: 3.6,
      says: 'The iss claim is an empty string, which names no credential; Kong before 1.4 crashed on it.',
      sighting: token.sighting,
    }));
}

function lacksVerified({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  return config.pluginsNamed('jwt').flatMap((plugin) => {
    const required = [
      ...textsOf(plugin.field('claims_to_verify').value),
      ...textsOf(plugin.field('key_claim_name').value),
    ];
    return tokens.flatMap(({ token }) => {
      const { claims, header } = token;
      if (claims === undefined) return [];
      return required
        .filter((claim) => !(claim in claims) && !(header !== undefined && claim in header))
        .map((claim) => ({
          weight: 3.2,
          says: `The plugin requires ${claim}, which the token does not have.`,
          sighting: token.sighting,
        }));
    });
  });
}

function kongSaysSo({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges })
    .filter(
      (exchange) =>
        exchange.answered.by !== 'upstream' &&
        /"(?:exp|nbf)"\s*:\s*"must be a number"|^no mandatory /i.test(
          exchange.response?.message ?? exchange.response?.body ?? '',
        ),
    )
    .map((exchange) => ({
      weight: 3.4,
      says: 'The jwt plugin names a claim that is absent or of the wrong type.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** A claim that the plugin requires is absent altogether. */
export const tokenClaimMissing = defineCause({
  name: 'token-claim-missing',
  title: 'A required claim is absent',
  looksAt: ['tokens', 'config', 'exchanges'],
  signals: [emptyIssuer, lacksVerified, kongSaysSo],
  yieldsTo: [],
  remedies: [setClaimName],
  checks: ['Paste the token and the plugin’s claims_to_verify and key_claim_name.'],
  page: {
    what: 'A claim that the plugin requires is absent altogether.',
    why: 'The issuer leaves out iss, exp or the consumer claim, or claims_to_verify demands one that these tokens never carry.',
    confirm: ['Decode the token and look for the claim.'],
    fix: ['Let the issuer add the claim, or require one that it sends.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"No mandatory 'iss' in claims"}`,
});
