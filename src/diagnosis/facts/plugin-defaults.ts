// Defaults and priorities of Kong's plugins where they decide a diagnosis, by version. Source: plugin schemas of 3.4 and 3.15.
import { compareVersions } from '../versions.ts';

/** Plugins that authenticate. */
export const AUTH_PLUGINS: readonly string[] = [
  'key-auth',
  'key-auth-enc',
  'basic-auth',
  'jwt',
  'hmac-auth',
  'oauth2',
  'oauth2-introspection',
  'ldap-auth',
  'ldap-auth-advanced',
  'openid-connect',
  'mtls-auth',
  'header-cert-auth',
  'vault-auth',
  'saml',
  'session',
  'oidc',
  'kong-oidc',
  'jwt-keycloak',
];

/** Priority in the access phase since 3.0; higher runs first. */
const PRIORITIES: Readonly<Record<string, number>> = {
  'pre-function': 1000000,
  'bot-detection': 2500,
  cors: 2000,
  session: 1900,
  'oauth2-introspection': 1700,
  'mtls-auth': 1600,
  jwt: 1450,
  oauth2: 1400,
  'vault-auth': 1350,
  'key-auth': 1250,
  'key-auth-enc': 1250,
  'ldap-auth': 1200,
  'ldap-auth-advanced': 1200,
  'basic-auth': 1100,
  'openid-connect': 1050,
  'hmac-auth': 1030,
  'jwt-signer': 1020,
  saml: 1010,
  'header-cert-auth': 1009,
  'ip-restriction': 990,
  acl: 950,
  opa: 920,
  'rate-limiting': 910,
  'request-transformer-advanced': 802,
  'request-transformer': 801,
  'upstream-oauth': 760,
  'request-termination': 2,
  'post-function': -1000,
};

/** The priority of a plugin; 0 when unknown. */
export function priorityOf(plugin: string): number {
  return PRIORITIES[plugin] ?? 0;
}

const HIDES = new Set([
  'key-auth',
  'key-auth-enc',
  'basic-auth',
  'hmac-auth',
  'ldap-auth',
  'ldap-auth-advanced',
  'oauth2',
  'oauth2-introspection',
  'vault-auth',
  'openid-connect',
]);
const PREFLIGHT = new Set(['key-auth', 'key-auth-enc', 'jwt', 'oauth2-introspection', 'openid-connect']);

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'key-auth': { key_names: ['apikey'], key_in_header: true, key_in_query: true, key_in_body: false, anonymous: null },
  'basic-auth': { anonymous: null },
  jwt: {
    header_names: ['authorization'],
    uri_param_names: ['jwt'],
    cookie_names: [],
    key_claim_name: 'iss',
    secret_is_base64: false,
    claims_to_verify: null,
    maximum_expiration: 0,
    anonymous: null,
  },
  'hmac-auth': { clock_skew: 300, validate_request_body: false, anonymous: null },
  oauth2: {
    auth_header_name: 'authorization',
    global_credentials: false,
    accept_http_if_already_terminated: false,
    enable_client_credentials: false,
    enable_authorization_code: false,
    enable_password_grant: false,
    token_expiration: 7200,
    anonymous: null,
  },
  'openid-connect': {
    cache_ttl: 3600,
    cache_tokens: true,
    cache_introspection: true,
    consumer_by: ['username', 'custom_id'],
    consumer_optional: false,
    upstream_access_token_header: 'authorization:bearer',
    anonymous: null,
    leeway: 0,
    verify_claims: true,
  },
};

/**
 * The default of a plugin's config field for a Kong version.
 * @param version numbers of the version seen; undefined when none was
 * @returns `known: false` where the default depends on a version that the paste does not tell, or is not on our list
 */
export function defaultOf(
  plugin: string,
  field: string,
  version: readonly number[] | undefined,
): { known: boolean; value?: unknown } {
  if (field === 'hide_credentials' && HIDES.has(plugin)) return changedAt314(version, false, true);
  if (field === 'ssl_verify') return changedAt314(version, false, true);
  if (field === 'run_on_preflight' && PREFLIGHT.has(plugin)) return { known: true, value: true };
  const defaults = DEFAULTS[plugin];
  if (defaults === undefined || !(field in defaults)) return { known: false };
  return { known: true, value: defaults[field] };
}

/** The defaults that Kong 3.14 changed silently. */
function changedAt314(
  version: readonly number[] | undefined,
  before: unknown,
  since: unknown,
): { known: boolean; value?: unknown } {
  if (version === undefined) return { known: false };
  return { known: true, value: compareVersions(version, [3, 14]) >= 0 ? since : before };
}
