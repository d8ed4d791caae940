// The issuer differs: the signals, remedies and page of token-issuer-mismatch.
import type { Facts } from '../../facts/facts.ts';
import { issuerDifference, textsOf } from '../../facts/questions.ts';
import { setIssuer } from '../../remedies/set-issuer.ts';
import { setJwtCredential } from '../../remedies/set-jwt-credential.ts';
import { defineCause, type Weighed } from '../cause.ts';

function nearlyEqual({
  tokens,
  config,
  discoveries,
}: Pick<Facts, 'tokens' | 'config' | 'discoveries'>): readonly Weighed[] {
  const expected = [
    ...config
      .ofType('jwt-credential')
      .map((entity) => ({ issuer: String(entity.fields.key ?? ''), by: 'the jwt credential' })),
    ...config
      .pluginsNamed('openid-connect', 'kong-oidc', 'jwt-keycloak')
      .flatMap((plugin) =>
        [
          ...textsOf(plugin.field('issuer').value),
          ...textsOf(plugin.field('issuers_allowed').value),
          ...textsOf(plugin.field('allowed_iss').value),
        ].map((issuer) => ({ issuer, by: plugin.name })),
      ),
    ...discoveries.map((discovery) => ({
      issuer: String(discovery.document.issuer ?? ''),
      by: 'the discovery document',
    })),
  ].filter(({ issuer }) => issuer !== '');
  return tokens.flatMap(({ token }) => {
    const iss = token.claims?.iss;
    if (typeof iss !== 'string' || expected.some(({ issuer }) => issuer === iss)) return [];
    return expected.flatMap(({ issuer, by }) => {
      const difference = issuerDifference(iss, issuer);
      return difference === undefined
        ? []
        : [
            {
              weight: 4,
              says: `The token’s iss and ${by} differ in ${difference}: ${iss} against ${issuer}.`,
              sighting: token.sighting,
            },
          ];
    });
  });
}

function anotherIssuer({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const issuers = config.pluginsNamed('openid-connect').flatMap((plugin) => textsOf(plugin.field('issuer').value));
  if (issuers.length === 0) return [];
  return tokens.flatMap(({ token }) => {
    const iss = token.claims?.iss;
    if (
      typeof iss !== 'string' ||
      issuers.some((issuer) => issuer === iss || issuerDifference(iss, issuer) !== undefined)
    )
      return [];
    return [
      {
        weight: 2.4,
        says: `The token was issued by ${iss}, the plugin is configured for ${issuers.join(', ')}.`,
        sighting: token.sighting,
      },
    ];
  });
}

/** The iss claim is not the issuer that is configured. */
export const tokenIssuerMismatch = defineCause({
  name: 'token-issuer-mismatch',
  title: 'The issuer differs',
  looksAt: ['tokens', 'config', 'discoveries'],
  signals: [nearlyEqual, anotherIssuer],
  yieldsTo: [],
  remedies: [setIssuer, setJwtCredential],
  checks: ['Paste the token (redacted here) beside the plugin or credential.'],
  page: {
    what: 'The iss claim is not the issuer that is configured.',
    why: 'Issuers are compared as text: a slash at the end, http against https, an internal host name, another realm or the v1 endpoint against v2 make them different.',
    confirm: ['Compare iss with the issuer of the discovery document and of the configuration, letter by letter.'],
    fix: ['Configure exactly the iss of the tokens, or let the provider issue the public one.'],
  },
  example: `{"iss":"https://idp.example.com/realms/shop/","sub":"42","exp":1795460929}

{"data":[{"key":"https://idp.example.com/realms/shop","algorithm":"RS256","rsa_public_key":"x","consumer":{"id":"1"},"id":"2"}],"next":null}

{"message":"No credentials found for given 'iss'"}`,
});
