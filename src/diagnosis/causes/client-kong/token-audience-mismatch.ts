// The audience is not the required one: the signals, remedies and page of token-audience-mismatch.
import type { Facts } from '../../facts/facts.ts';
import { textsOf } from '../../facts/questions.ts';
import { setAudience } from '../../remedies/set-audience.ts';
import { defineCause, type Weighed } from '../cause.ts';

function lacksAudience({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  return config.pluginsNamed('openid-connect', 'jwt-keycloak', 'jwt-signer').flatMap((plugin) => {
    const required = [
      ...textsOf(plugin.field('audience_required').value, true),
      ...textsOf(plugin.field('access_token_audience_required').value, true),
    ];
    if (required.length === 0) return [];
    return tokens.flatMap(({ token }) => {
      if (token.claims === undefined) return [];
      const audience = [...textsOf(token.claims.aud), ...textsOf(token.claims.azp)];
      if (required.some((item) => audience.includes(item)))
        return [{ weight: -2, says: 'The token has the required audience.', sighting: token.sighting }];
      return [
        {
          weight: 4,
          says: `The token’s aud is ${audience.join(', ') || 'absent'}; ${required.join(' or ')} is required.`,
          sighting: token.sighting,
        },
      ];
    });
  });
}

/** aud (or azp) does not contain what is required. */
export const tokenAudienceMismatch = defineCause({
  name: 'token-audience-mismatch',
  title: 'The audience is not the required one',
  looksAt: ['tokens', 'config'],
  signals: [lacksAudience],
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
