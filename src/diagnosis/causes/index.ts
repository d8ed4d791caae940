// The list of causes; a missing one does not compile.
import type { CauseName } from '../names.ts';
import type { Cause } from './cause.ts';
import { aclDenied } from './client-kong/acl-denied.ts';
import { authPluginsCombined } from './client-kong/auth-plugins-combined.ts';
import { clientAddressDenied } from './client-kong/client-address-denied.ts';
import { clientCertMissing } from './client-kong/client-cert-missing.ts';
import { consumerNotMapped } from './client-kong/consumer-not-mapped.ts';
import { consumerSubsetFailing } from './client-kong/consumer-subset-failing.ts';
import { credentialMissing } from './client-kong/credential-missing.ts';
import { credentialUnknown } from './client-kong/credential-unknown.ts';
import { headersTooLarge } from './client-kong/headers-too-large.ts';
import { jwksKeyNotFound } from './client-kong/jwks-key-not-found.ts';
import { pluginNotApplied } from './client-kong/plugin-not-applied.ts';
import { preflightBlocked } from './client-kong/preflight-blocked.ts';
import { signedRequestMismatch } from './client-kong/signed-request-mismatch.ts';
import { tokenAlgorithmMismatch } from './client-kong/token-algorithm-mismatch.ts';
import { tokenAudienceMismatch } from './client-kong/token-audience-mismatch.ts';
import { tokenClaimMissing } from './client-kong/token-claim-missing.ts';
import { tokenExpired } from './client-kong/token-expired.ts';
import { tokenIssuerMismatch } from './client-kong/token-issuer-mismatch.ts';
import { tokenMalformed } from './client-kong/token-malformed.ts';
import { tokenNotYetValid } from './client-kong/token-not-yet-valid.ts';
import { tokenScopeMissing } from './client-kong/token-scope-missing.ts';
import { tokenSignatureInvalid } from './client-kong/token-signature-invalid.ts';
import { tokenTypeWrong } from './client-kong/token-type-wrong.ts';
import { idpDenied } from './kong-idp/idp-denied.ts';
import { idpThrottled } from './kong-idp/idp-throttled.ts';
import { idpTlsUntrusted } from './kong-idp/idp-tls-untrusted.ts';
import { oidcClientAuthMethod } from './kong-idp/oidc-client-auth-method.ts';
import { oidcClientInvalid } from './kong-idp/oidc-client-invalid.ts';
import { oidcDiscoveryFailed } from './kong-idp/oidc-discovery-failed.ts';
import { oidcGrantInvalid } from './kong-idp/oidc-grant-invalid.ts';
import { oidcGrantUnsupported } from './kong-idp/oidc-grant-unsupported.ts';
import { oidcIntrospectionFailed } from './kong-idp/oidc-introspection-failed.ts';
import { oidcRedirectUriMismatch } from './kong-idp/oidc-redirect-uri-mismatch.ts';
import { oidcScopeInvalid } from './kong-idp/oidc-scope-invalid.ts';
import { oidcSessionLost } from './kong-idp/oidc-session-lost.ts';
import { tokenCacheStale } from './kong-idp/token-cache-stale.ts';
import { authHeaderNotForwarded } from './kong-upstream/auth-header-not-forwarded.ts';
import { authHeaderOverwritten } from './kong-upstream/auth-header-overwritten.ts';
import { upstreamBadRequest } from './kong-upstream/upstream-bad-request.ts';
import { upstreamHostMismatch } from './kong-upstream/upstream-host-mismatch.ts';
import { upstreamRejectsToken } from './kong-upstream/upstream-rejects-token.ts';
import { upstreamTargetInconsistent } from './kong-upstream/upstream-target-inconsistent.ts';
import { upstreamTlsMismatch } from './kong-upstream/upstream-tls-mismatch.ts';
import { adminApiUnauthorized } from './platform/admin-api-unauthorized.ts';
import { configInvalid } from './platform/config-invalid.ts';
import { dependencyUnavailable } from './platform/dependency-unavailable.ts';
import { forwardedHeadersUntrusted } from './platform/forwarded-headers-untrusted.ts';
import { nodeOutOfSync } from './platform/node-out-of-sync.ts';
import { notAuth } from './platform/not-auth.ts';
import { vaultReferenceUnresolved } from './platform/vault-reference-unresolved.ts';

const BY_NAME = {
  'credential-missing': credentialMissing,
  'credential-unknown': credentialUnknown,
  'consumer-subset-failing': consumerSubsetFailing,
  'token-malformed': tokenMalformed,
  'token-expired': tokenExpired,
  'token-not-yet-valid': tokenNotYetValid,
  'token-signature-invalid': tokenSignatureInvalid,
  'token-algorithm-mismatch': tokenAlgorithmMismatch,
  'token-issuer-mismatch': tokenIssuerMismatch,
  'token-audience-mismatch': tokenAudienceMismatch,
  'token-scope-missing': tokenScopeMissing,
  'token-claim-missing': tokenClaimMissing,
  'token-type-wrong': tokenTypeWrong,
  'jwks-key-not-found': jwksKeyNotFound,
  'consumer-not-mapped': consumerNotMapped,
  'acl-denied': aclDenied,
  'auth-plugins-combined': authPluginsCombined,
  'preflight-blocked': preflightBlocked,
  'plugin-not-applied': pluginNotApplied,
  'client-cert-missing': clientCertMissing,
  'headers-too-large': headersTooLarge,
  'client-address-denied': clientAddressDenied,
  'signed-request-mismatch': signedRequestMismatch,
  'token-cache-stale': tokenCacheStale,
  'oidc-client-auth-method': oidcClientAuthMethod,
  'oidc-client-invalid': oidcClientInvalid,
  'oidc-grant-invalid': oidcGrantInvalid,
  'oidc-grant-unsupported': oidcGrantUnsupported,
  'oidc-redirect-uri-mismatch': oidcRedirectUriMismatch,
  'oidc-scope-invalid': oidcScopeInvalid,
  'oidc-discovery-failed': oidcDiscoveryFailed,
  'idp-tls-untrusted': idpTlsUntrusted,
  'oidc-introspection-failed': oidcIntrospectionFailed,
  'oidc-session-lost': oidcSessionLost,
  'idp-denied': idpDenied,
  'idp-throttled': idpThrottled,
  'auth-header-not-forwarded': authHeaderNotForwarded,
  'auth-header-overwritten': authHeaderOverwritten,
  'upstream-rejects-token': upstreamRejectsToken,
  'upstream-host-mismatch': upstreamHostMismatch,
  'upstream-bad-request': upstreamBadRequest,
  'upstream-tls-mismatch': upstreamTlsMismatch,
  'upstream-target-inconsistent': upstreamTargetInconsistent,
  'node-out-of-sync': nodeOutOfSync,
  'config-invalid': configInvalid,
  'admin-api-unauthorized': adminApiUnauthorized,
  'dependency-unavailable': dependencyUnavailable,
  'vault-reference-unresolved': vaultReferenceUnresolved,
  'forwarded-headers-untrusted': forwardedHeadersUntrusted,
  'not-auth': notAuth,
} satisfies Record<CauseName, Cause>;

/** All causes, in the order of the hops. */
export const CAUSES: readonly Cause[] = Object.values(BY_NAME);

/** The cause of a name. */
export function causeNamed(name: CauseName): Cause {
  return BY_NAME[name];
}
