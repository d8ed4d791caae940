// The audience is not the required one: the signals, remedies and page of token-audience-mismatch.
import type { Facts } from '../../facts/facts.ts';
import { textsOf } from '../../facts/questions.ts';
import { requiredClaims } from '../../facts/required-claims.ts';
import { setAudience } from '../../remedies/set-audience.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** openid-connect looks at the claim of audience_claim alone; azp does not stand in for it. */
function lacksAudience({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const required = requiredClaims({ tokens, config }).filter(({ requirement }) => requirement === 'audience');
  return required.flatMap((one) => {
    const { sighting } = one.token.token;
    if (one.met) return [{ weight: -2, says: 'The token has the required audience.', sighting }];
    return [
      {
        weight: 4,
        says: `The token’s ${one.claim} is ${one.has.join(', ') || 'absent'}; ${one.required.join(' or ')} is required.`,
        sighting,
      },
      { weight: 0.8, says: `This is what ${one.plugin.name} requires.`, sighting: one.sighting },
    ];
  });
}

/** An ID token is for the client that asked for it (OpenID Connect Core §3.1.3.7); the plugin's client_id must be in it. */
function idTokenOfOtherClient({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  return config.pluginsNamed('openid-connect', 'kong-oidc', 'oidc').flatMap((plugin) => {
    const client = plugin.field('client_id');
    const ids = textsOf(client.value).filter((id) => !/^[[{$<]/.test(id));
    if (ids.length === 0) return [];
    return tokens
      .filter(({ token: { claims } }) => claims !== undefined && ('at_hash' in claims || 'nonce' in claims))
      .filter(({ token }) => !textsOf(token.claims?.aud).some((aud) => ids.includes(aud)))
      .flatMap(({ token }) => [
        {
          weight: 3,
          says: `This ID token is for ${textsOf(token.claims?.aud).join(', ') || 'nobody'}, the plugin’s client_id is ${ids.join(' or ')}.`,
          sighting: token.sighting,
        },
        { weight: 0.6, says: 'This is the client of the plugin.', sighting: client.sighting },
      ]);
  });
}

/** aud (or azp) does not contain what is required. */
export const tokenAudienceMismatch = defineCause({
  name: 'token-audience-mismatch',
  title: 'The audience is not the required one',
  looksAt: ['tokens', 'config'],
  signals: [lacksAudience, idTokenOfOtherClient],
  yieldsTo: ['upstream-rejects-token'],
  remedies: [setAudience],
  checks: ['Paste the token and the plugin’s audience_required.'],
  page: {
    what: 'aud (or azp) does not contain what is required.',
    why: 'The token was made for another API: the client asked for another audience or scope, or the provider adds none.',
    confirm: ['Compare aud with audience_required (openid-connect) or with what the upstream demands.'],
    fix: ['Ask the provider for a token with the right audience; do not drop the check to make it pass.'],
  },
  example: `{"iss":"https://idp.example.com/realms/shop","aud":"account","exp":1795460929}

plugins:
- name: openid-connect
  config:
    issuer: https://idp.example.com/realms/shop
    audience_required: [orders-api]
`,
});
