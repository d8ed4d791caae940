// The list of all speakers' phrases.

import { aclPhrases } from './acl.ts';
import { adminApiPhrases } from './admin-api.ts';
import { auth0Phrases } from './auth0.ts';
import { basicAuthPhrases } from './basic-auth.ts';
import { codesPhrases } from './codes.ts';
import { cognitoPhrases } from './cognito.ts';
import { communityOidcPhrases } from './community-oidc.ts';
import { corePhrases } from './core.ts';
import { deckPhrases } from './deck.ts';
import { enterpriseAuthPhrases } from './enterprise-auth.ts';
import { entraPhrases } from './entra.ts';
import { frameworkPhrases } from './frameworks.ts';
import { hmacAuthPhrases } from './hmac-auth.ts';
import { ipRestrictionPhrases } from './ip-restriction.ts';
import { jwtPhrases } from './jwt.ts';
import { keyAuthPhrases } from './key-auth.ts';
import { keycloakPhrases } from './keycloak.ts';
import { kicPhrases } from './kic.ts';
import { kongOidcPhrases } from './kong-oidc.ts';
import { ldapAuthPhrases } from './ldap-auth.ts';
import { nginxPhrases } from './nginx.ts';
import { oauthRfcPhrases } from './oauth-rfc.ts';
import { oauth2Phrases } from './oauth2.ts';
import { oktaPhrases } from './okta.ts';
import { openidConnectPhrases } from './openid-connect.ts';
import { openrestyPhrases } from './openresty.ts';
import { otherIdpsPhrases } from './other-idps.ts';
import { personPhrases } from './person.ts';
import type { Phrase } from './phrase.ts';
import { pingPhrases } from './ping.ts';
import { requestTransformerPhrases } from './request-transformer.ts';
import { sessionPhrases } from './session.ts';
import { trafficPhrases } from './traffic.ts';

/** Every phrase that the diagnosis knows. */
export const ALL_PHRASES: readonly Phrase[] = [
  ...aclPhrases,
  ...adminApiPhrases,
  ...auth0Phrases,
  ...basicAuthPhrases,
  ...cognitoPhrases,
  ...communityOidcPhrases,
  ...corePhrases,
  ...deckPhrases,
  ...enterpriseAuthPhrases,
  ...entraPhrases,
  ...frameworkPhrases,
  ...hmacAuthPhrases,
  ...ipRestrictionPhrases,
  ...jwtPhrases,
  ...keyAuthPhrases,
  ...keycloakPhrases,
  ...kicPhrases,
  ...kongOidcPhrases,
  ...ldapAuthPhrases,
  ...nginxPhrases,
  ...oauthRfcPhrases,
  ...oauth2Phrases,
  ...oktaPhrases,
  ...openidConnectPhrases,
  ...openrestyPhrases,
  ...otherIdpsPhrases,
  ...pingPhrases,
  ...requestTransformerPhrases,
  ...sessionPhrases,
  ...trafficPhrases,
  ...codesPhrases,
  ...personPhrases,
];
