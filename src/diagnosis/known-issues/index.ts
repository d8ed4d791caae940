// The list of all components' known issues.
import { aclIssues } from './acl.ts';
import { adminApiIssues } from './admin-api.ts';
import { basicAuthIssues } from './basic-auth.ts';
import { coreIssues } from './core.ts';
import { corsIssues } from './cors.ts';
import { headerCertAuthIssues } from './header-cert-auth.ts';
import { hmacAuthIssues } from './hmac-auth.ts';
import { hybridIssues } from './hybrid.ts';
import { ipRestrictionIssues } from './ip-restriction.ts';
import { jwtIssues } from './jwt.ts';
import { jwtSignerIssues } from './jwt-signer.ts';
import { keyAuthIssues } from './key-auth.ts';
import { keyAuthEncIssues } from './key-auth-enc.ts';
import type { KnownIssueRow } from './known-issue.ts';
import { ldapAuthIssues } from './ldap-auth.ts';
import { ldapAuthAdvancedIssues } from './ldap-auth-advanced.ts';
import { mtlsAuthIssues } from './mtls-auth.ts';
import { oauth2Issues } from './oauth2.ts';
import { oauth2IntrospectionIssues } from './oauth2-introspection.ts';
import { openidConnectIssues } from './openid-connect.ts';
import { requestTransformerIssues } from './request-transformer.ts';
import { routerIssues } from './router.ts';
import { samlIssues } from './saml.ts';
import { sessionIssues } from './session.ts';
import { upstreamOauthIssues } from './upstream-oauth.ts';
import { vaultIssues } from './vault.ts';
import { vaultAuthIssues } from './vault-auth.ts';

/** Every known issue. */
export const ALL_KNOWN_ISSUES: readonly KnownIssueRow[] = [
  ...aclIssues,
  ...adminApiIssues,
  ...basicAuthIssues,
  ...coreIssues,
  ...corsIssues,
  ...headerCertAuthIssues,
  ...hmacAuthIssues,
  ...hybridIssues,
  ...ipRestrictionIssues,
  ...jwtIssues,
  ...jwtSignerIssues,
  ...keyAuthIssues,
  ...keyAuthEncIssues,
  ...ldapAuthIssues,
  ...ldapAuthAdvancedIssues,
  ...mtlsAuthIssues,
  ...oauth2Issues,
  ...oauth2IntrospectionIssues,
  ...openidConnectIssues,
  ...requestTransformerIssues,
  ...routerIssues,
  ...samlIssues,
  ...sessionIssues,
  ...upstreamOauthIssues,
  ...vaultIssues,
  ...vaultAuthIssues,
];
