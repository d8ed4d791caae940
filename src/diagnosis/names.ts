// The closed lists that the diagnosis speaks in: causes by hop, kinds of input, dimensions of contrast, speakers.

/** The hops of a request on which it can fail; a cause's hop is its folder under causes/ and the `layer` of a finding. */
export const HOPS = ['client-kong', 'kong-idp', 'kong-upstream', 'platform'] as const;
export type Hop = (typeof HOPS)[number];

/** The causes of the public contract, grouped by hop. One name is one root cause with one first remedy. */
export const CAUSES_BY_HOP = {
  'client-kong': [
    'credential-missing',
    'credential-unknown',
    'consumer-subset-failing',
    'token-malformed',
    'token-expired',
    'token-not-yet-valid',
    'token-signature-invalid',
    'token-algorithm-mismatch',
    'token-issuer-mismatch',
    'token-audience-mismatch',
    'token-scope-missing',
    'token-claim-missing',
    'token-type-wrong',
    'jwks-key-not-found',
    'consumer-not-mapped',
    'acl-denied',
    'auth-plugins-combined',
    'preflight-blocked',
    'plugin-not-applied',
    'client-cert-missing',
    'headers-too-large',
    'client-address-denied',
    'signed-request-mismatch',
  ],
  'kong-idp': [
    'token-cache-stale',
    'oidc-client-auth-method',
    'oidc-client-invalid',
    'oidc-grant-invalid',
    'oidc-grant-unsupported',
    'oidc-redirect-uri-mismatch',
    'oidc-scope-invalid',
    'oidc-discovery-failed',
    'idp-tls-untrusted',
    'oidc-introspection-failed',
    'oidc-session-lost',
    'idp-denied',
    'idp-throttled',
  ],
  'kong-upstream': [
    'auth-header-not-forwarded',
    'auth-header-overwritten',
    'upstream-rejects-token',
    'upstream-host-mismatch',
    'upstream-bad-request',
    'upstream-tls-mismatch',
    'upstream-target-inconsistent',
  ],
  platform: [
    'node-out-of-sync',
    'config-invalid',
    'admin-api-unauthorized',
    'dependency-unavailable',
    'vault-reference-unresolved',
    'forwarded-headers-untrusted',
    'not-auth',
  ],
} as const satisfies Record<Hop, readonly string[]>;

export type CauseName = (typeof CAUSES_BY_HOP)[Hop][number];

/** All cause names, in the order of the hops. */
export const CAUSE_NAMES: readonly CauseName[] = HOPS.flatMap((hop) => CAUSES_BY_HOP[hop] as readonly CauseName[]);

/** The hop of a cause. */
export function hopOf(cause: CauseName): Hop {
  const hop = HOPS.find((h) => (CAUSES_BY_HOP[h] as readonly string[]).includes(cause));
  if (hop === undefined) throw new TypeError(`no hop for ${cause}`);
  return hop;
}

/** Whether a text is a cause name of the contract. */
export function isCauseName(text: string): text is CauseName {
  return (CAUSE_NAMES as readonly string[]).includes(text);
}

/** What a part of the input was read as; the `kind` of a diagnosis' inputs. */
export const INPUT_KINDS = [
  'kong-error-log',
  'access-log',
  'kong-json-log',
  'pingfederate-log',
  'keycloak-events',
  'ingress-controller-log',
  'deck-output',
  'program-log',
  'http-exchange',
  'curl-command',
  'har',
  'response-body',
  'deck',
  'admin-api',
  'kubernetes',
  'kong-conf',
  'environment',
  'helm-values',
  'compose',
  'token',
  'jwks',
  'pem',
  'discovery',
  'introspection',
  'oauth-error',
  'prometheus',
  'kong-status',
  'data-planes',
  'upstream-health',
  'konnect-trace',
  'prose',
  'unreadable',
] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

/** What may separate failing from succeeding requests. */
export const DIMENSIONS = [
  'consumer',
  'credential',
  'target',
  'node',
  'route',
  'service',
  'method',
  'path',
  'client',
  'agent',
  'tokenAge',
  'period',
  'version',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Who can have made an answer. `front-proxy` is a CDN, load balancer or ingress before Kong. */
export const ANSWERERS = ['kong', 'upstream', 'identity-provider', 'admin-api', 'front-proxy', 'unknown'] as const;
export type Answerer = (typeof ANSWERERS)[number];

/** The four notations a remedy can be pasted in. */
export const FLAVOURS = ['admin-api', 'deck', 'kubernetes', 'kong-conf'] as const;
export type Flavour = (typeof FLAVOURS)[number];
