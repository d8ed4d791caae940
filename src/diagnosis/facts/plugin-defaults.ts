// Defaults and priorities of Kong's plugins where they decide a diagnosis, by version; and old names of their fields.
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

/** Priority in the access phase since 3.0; higher runs first. Source: handlers of Kong 3.9 and Enterprise documentation. */
const PRIORITIES: Readonly<Record<string, number>> = {
  'pre-function': 1000000,
  'correlation-id': 100001,
  zipkin: 100000,
  'exit-transformer': 9999,
  'bot-detection': 2500,
  cors: 2000,
  'jwe-decrypt': 1999,
  session: 1900,
  acme: 1705,
  'oauth2-introspection': 1700,
  'mtls-auth': 1600,
  degraphql: 1500,
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
  'ai-mcp-oauth2': 1015,
  saml: 1010,
  'header-cert-auth': 1009,
  'json-threat-protection': 1009,
  'xml-threat-protection': 1008,
  'injection-protection': 1007,
  'websocket-validator': 1006,
  'websocket-size-limit': 1003,
  'request-validator': 999,
  'grpc-gateway': 998,
  'tls-handshake-modifier': 997,
  'tls-metadata-headers': 996,
  'application-registration': 995,
  'ip-restriction': 990,
  'konnect-application-auth': 960,
  ace: 955,
  'request-size-limiting': 951,
  acl: 950,
  opa: 920,
  'rate-limiting': 910,
  'rate-limiting-advanced': 910,
  'service-protection': 901,
  'response-ratelimiting': 900,
  'request-transformer-advanced': 802,
  'request-transformer': 801,
  'response-transformer': 800,
  'upstream-oauth': 760,
  'aws-lambda': 750,
  'azure-functions': 749,
  'proxy-cache': 100,
  opentelemetry: 14,
  prometheus: 13,
  'http-log': 12,
  statsd: 11,
  datadog: 10,
  'file-log': 9,
  'udp-log': 8,
  'tcp-log': 7,
  loggly: 6,
  syslog: 4,
  'grpc-web': 3,
  'request-termination': 2,
  'post-function': -1000,
  // Of the community: nokia/kong-oidc, gbbirkisson/kong-plugin-jwt-keycloak.
  oidc: 1000,
  'kong-oidc': 1000,
  'jwt-keycloak': 1005,
};

/** Priorities of 1.x and 2.x where they differ (changelog of 3.0). */
const PRIORITIES_BEFORE_3_0: Readonly<Record<string, number>> = {
  'mtls-auth': 1006,
  jwt: 1005,
  oauth2: 1004,
  'key-auth': 1003,
  'key-auth-enc': 1003,
  'vault-auth': 1003,
  'ldap-auth': 1002,
  'ldap-auth-advanced': 1002,
  'basic-auth': 1001,
  'openid-connect': 1000,
  'hmac-auth': 1000,
  'jwt-signer': 999,
  'rate-limiting-advanced': 902,
  'rate-limiting': 901,
  'correlation-id': 1,
};

/**
 * The priority of a plugin in the access phase; 0 when unknown. Enterprise's `ordering` may override it.
 * @param version numbers of the version seen; the order since 3.0 when none was
 */
export function priorityOf(plugin: string, version?: readonly number[]): number {
  if (version !== undefined && compareVersions(version, [3, 0]) < 0) {
    const before = PRIORITIES_BEFORE_3_0[plugin];
    if (before !== undefined) return before;
  }
  // saml moved before the others' consumers are needed (3.6, and 3.4.3.1 and 3.5.0.2 of Enterprise).
  if (plugin === 'saml' && version !== undefined && compareVersions(version, [3, 4, 3, 1]) < 0) return 900;
  return PRIORITIES[plugin] ?? 0;
}

/** Plugin, field, default; fields that are unset by default are left out, but for those where unset says something. Source: published schemas 3.4 and 3.15, open source 2.8 to 3.9. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'key-auth': {
    key_names: ['apikey'],
    key_in_header: true,
    key_in_query: true,
    key_in_body: false,
    hide_credentials: true,
    anonymous: null,
    run_on_preflight: true,
    'principals.enabled': false,
  },
  'key-auth-enc': {
    key_names: ['apikey'],
    hide_credentials: true,
    anonymous: null,
    run_on_preflight: true,
  },
  'basic-auth': {
    hide_credentials: true,
    anonymous: null,
    realm: 'service',
    'brute_force_protection.strategy': 'off',
  },
  jwt: {
    header_names: ['authorization'],
    uri_param_names: ['jwt'],
    cookie_names: [],
    key_claim_name: 'iss',
    secret_is_base64: false,
    claims_to_verify: null,
    maximum_expiration: 0,
    anonymous: null,
    run_on_preflight: true,
  },
  oauth2: {
    auth_header_name: 'authorization',
    hide_credentials: true,
    accept_http_if_already_terminated: false,
    global_credentials: false,
    mandatory_scope: false,
    token_expiration: 7200,
    refresh_token_ttl: 1209600,
    reuse_refresh_token: false,
    enable_client_credentials: false,
    enable_authorization_code: false,
    enable_implicit_grant: false,
    enable_password_grant: false,
    pkce: 'lax',
    anonymous: null,
  },
  'hmac-auth': {
    hide_credentials: true,
    clock_skew: 300,
    enforce_headers: [],
    algorithms: ['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'],
    validate_request_body: false,
    anonymous: null,
  },
  'ldap-auth': {
    header_type: 'ldap',
    hide_credentials: true,
    cache_ttl: 60,
    verify_ldap_host: true,
    start_tls: false,
    ldaps: false,
    timeout: 10000,
    anonymous: null,
  },
  'ldap-auth-advanced': {
    header_type: 'ldap',
    hide_credentials: true,
    cache_ttl: 60,
    consumer_optional: false,
    consumer_by: ['custom_id', 'username'],
    group_member_attribute: 'memberOf',
    verify_ldap_host: true,
    log_search_results: false,
    anonymous: null,
  },
  'openid-connect': {
    hide_credentials: true,
    upstream_access_token_header: 'authorization:bearer',
    consumer_optional: false,
    anonymous: null,
    run_on_preflight: true,
    auth_methods: [
      'authorization_code',
      'bearer',
      'client_credentials',
      'introspection',
      'kong_oauth2',
      'password',
      'refresh_token',
      'session',
      'userinfo',
    ],
    bearer_token_param_type: ['body', 'header', 'query'],
    client_credentials_param_type: ['body', 'header', 'query'],
    password_param_type: ['body', 'header', 'query'],
    refresh_token_param_type: ['body', 'header', 'query'],
    id_token_param_type: ['body', 'header', 'query'],
    client_arg: 'client_id',
    search_user_info: false,
    using_pseudo_issuer: false,
    rediscovery_lifetime: 30,
    timeout: 10000,
    keepalive: true,
    http_version: 1.1,
    ssl_verify: true,
    verify_parameters: false,
    tls_client_auth_ssl_verify: true,
    enable_hs_signatures: false,
    scopes: ['openid'],
    response_type: ['code'],
    response_mode: 'query',
    verify_signature: true,
    verify_claims: true,
    verify_nonce: true,
    leeway: 0,
    ignore_signature: [],
    reverify: false,
    audience_claim: ['aud'],
    scopes_claim: ['scope'],
    roles_claim: ['roles'],
    groups_claim: ['groups'],
    resolve_distributed_claims: false,
    jwt_session_claim: 'sid',
    proof_of_possession_mtls: 'off',
    proof_of_possession_dpop: 'off',
    dpop_proof_lifetime: 300,
    dpop_use_nonce: false,
    proof_of_possession_auth_methods_validation: true,
    consumer_by: ['custom_id', 'username'],
    by_username_ignore_case: false,
    consumer_groups_optional: false,
    credential_claim: ['sub'],
    'principals.enabled': false,
    'principals.error_on_miss': true,
    cache_ttl: 3600,
    cache_tokens: true,
    token_cache_key_include_scope: false,
    cache_introspection: true,
    cache_token_exchange: true,
    cache_user_info: true,
    cluster_cache_strategy: 'off',
    cluster_cache_items: ['introspection'],
    introspect_jwt_tokens: false,
    introspection_check_active: true,
    introspection_accept: 'application/json',
    introspection_hint: 'access_token',
    introspection_token_param_name: 'token',
    userinfo_accept: 'application/json',
    session_storage: 'cookie',
    session_cookie_name: 'session',
    session_cookie_path: '/',
    session_cookie_same_site: 'Lax',
    session_cookie_http_only: true,
    session_idling_timeout: 900,
    session_rolling_timeout: 3600,
    session_absolute_timeout: 86400,
    session_remember: false,
    session_audience: 'default',
    session_hash_storage_key: false,
    session_memcached_host: '127.0.0.1',
    authorization_cookie_name: 'authorization',
    authorization_cookie_same_site: 'Default',
    authorization_cookie_path: '/',
    authorization_rolling_timeout: 600,
    login_action: 'upstream',
    login_methods: ['authorization_code'],
    preserve_query_args: false,
    refresh_tokens: true,
    logout_methods: ['DELETE', 'POST'],
    unauthorized_destroy_session: true,
    forbidden_destroy_session: true,
    unauthorized_error_message: 'Unauthorized',
    forbidden_error_message: 'Forbidden',
    display_errors: false,
    expose_error_code: true,
  },
  'oauth2-introspection': {
    ttl: 30,
    consumer_by: 'username',
    hide_credentials: true,
    custom_claims_forward: [],
    timeout: 10000,
    anonymous: null,
    run_on_preflight: true,
  },
  'vault-auth': {
    access_token_name: 'access_token',
    secret_token_name: 'secret_token',
    tokens_in_body: false,
    hide_credentials: true,
    anonymous: null,
    run_on_preflight: true,
  },
  'mtls-auth': {
    consumer_by: ['custom_id', 'username'],
    skip_consumer_lookup: false,
    authenticated_group_by: 'CN',
    revocation_check_mode: 'IGNORE_CA_ERROR',
    allow_partial_chain: false,
    send_ca_dn: false,
    cache_ttl: 60,
    ssl_verify: true,
    anonymous: null,
  },
  'header-cert-auth': {
    secure_source: true,
    skip_consumer_lookup: false,
    anonymous: null,
  },
  'jwt-signer': {
    access_token_request_header: 'Authorization',
    access_token_upstream_header: 'Authorization:Bearer',
    access_token_issuer: 'kong',
    access_token_optional: false,
    access_token_signing: true,
    verify_access_token_expiry: true,
    verify_access_token_scopes: true,
    access_token_leeway: 0,
  },
  saml: {
    session_storage: 'cookie',
    validate_assertion_signature: true,
    anonymous: null,
  },
  session: {
    storage: 'cookie',
    cookie_same_site: 'Strict',
    cookie_secure: true,
    cookie_name: 'session',
    cookie_path: '/',
    idling_timeout: 900,
    rolling_timeout: 3600,
    absolute_timeout: 86400,
    stale_ttl: 10,
    read_body_for_logout: false,
  },
  acl: {
    hide_groups_header: false,
    include_consumer_groups: false,
    always_use_authenticated_groups: false,
  },
  cors: {
    preflight_continue: false,
    credentials: false,
  },
  'bot-detection': {
    deny: [],
  },
  'request-termination': {
    status_code: 503,
    echo: false,
  },
  'request-transformer': {
    'remove.headers': [],
    'rename.headers': [],
    'replace.headers': [],
    'add.headers': [],
    'append.headers': [],
  },
  'upstream-oauth': {
    'behavior.upstream_access_token_header_name': 'Authorization',
    'behavior.purge_token_on_upstream_status_codes': [401],
    'behavior.idp_error_response_status_code': 502,
    'cache.default_ttl': 3600,
    'cache.eagerly_expire': 5,
    'client.auth_method': 'client_secret_post',
    'oauth.scopes': ['openid'],
    'client.ssl_verify': true,
  },
  'tls-metadata-headers': {
    inject_client_cert_details: false,
  },
};

/** Defaults up to 3.13 that 3.14 changed; a value left out of a declarative file means the new one after the upgrade. */
const BEFORE_3_14: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'key-auth': { hide_credentials: false },
  'key-auth-enc': { hide_credentials: false },
  'basic-auth': { hide_credentials: false },
  oauth2: { hide_credentials: false },
  'hmac-auth': { hide_credentials: false, algorithms: ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] },
  'ldap-auth': { hide_credentials: false, verify_ldap_host: false },
  'ldap-auth-advanced': { hide_credentials: false, verify_ldap_host: false },
  'oauth2-introspection': { hide_credentials: false },
  'vault-auth': { hide_credentials: false },
  'mtls-auth': { ssl_verify: null },
  'upstream-oauth': { 'client.ssl_verify': false },
  'openid-connect': { hide_credentials: false, ssl_verify: false },
};

/** First version that has a field, where it came after 2.0. */
const SINCE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'key-auth': {
    key_in_header: '2.3',
    key_in_query: '2.3',
    realm: '3.7',
    identity_realms: '3.10',
    'principals.enabled': '3.15',
  },
  'key-auth-enc': {
    realm: '3.8',
  },
  'basic-auth': {
    realm: '3.6',
    'brute_force_protection.strategy': '3.13',
  },
  jwt: {
    header_names: '1.3',
    realm: '3.8',
  },
  oauth2: {
    pkce: '2.1',
    realm: '3.8',
  },
  'hmac-auth': {
    realm: '3.8',
  },
  'ldap-auth': {
    ldaps: '1.3',
    realm: '3.8',
  },
  'openid-connect': {
    bearer_token_header_name: '3.15',
    using_pseudo_issuer: '3.4',
    jwks_endpoint: '3.14',
    pushed_authorization_request_endpoint_auth_method: '3.6',
    tls_client_auth_cert_id: '3.6',
    tls_client_auth_ssl_verify: '3.6',
    mtls_token_endpoint: '3.6',
    mtls_introspection_endpoint: '3.6',
    mtls_revocation_endpoint: '3.6',
    require_proof_key_for_code_exchange: '3.6',
    require_pushed_authorization_requests: '3.6',
    pushed_authorization_request_endpoint: '3.6',
    require_signed_request_object: '3.7',
    claims_forbidden: '3.8',
    resolve_distributed_claims: '2.8',
    proof_of_possession_mtls: '3.5',
    proof_of_possession_dpop: '3.7',
    dpop_proof_lifetime: '3.7',
    dpop_use_nonce: '3.7',
    proof_of_possession_auth_methods_validation: '3.5',
    consumer_claims: '3.14',
    by_username_ignore_case: '2.6',
    consumer_groups_claim: '3.12',
    consumer_groups_optional: '3.12',
    'principals.enabled': '3.15',
    'principals.error_on_miss': '3.15',
    token_cache_key_include_scope: '3.4',
    'token_exchange.cache.ttl': '3.14',
    cluster_cache_strategy: '3.8',
    cluster_cache_items: '3.15',
    introspection_token_param_name: '3.5',
    introspection_post_args_client_headers: '3.9',
    userinfo_accept: '2.6',
    upstream_headers: '3.14',
    downstream_headers: '3.14',
    session_absolute_timeout: '3.2',
    session_remember: '3.2',
    session_audience: '3.2',
    session_bind: '3.12',
    session_hash_storage_key: '3.2',
    unauthorized_destroy_session: '2.8',
    expose_error_code: '3.4',
  },
  'mtls-auth': {
    ssl_verify: '3.13',
  },
  session: {
    idling_timeout: '3.2',
    rolling_timeout: '3.2',
    absolute_timeout: '3.2',
    stale_ttl: '3.2',
    read_body_for_logout: '3.5',
    bind: '3.12',
  },
  acl: {
    include_consumer_groups: '3.6',
    always_use_authenticated_groups: '3.8',
  },
  'ip-restriction': {
    status: '2.7',
    message: '2.7',
  },
  'request-termination': {
    trigger: '2.6',
    echo: '2.6',
  },
};

/** Names that a field had before: `[plugin, field, old names]`. Source: changelogs of 2.0, 3.0, 3.2 and 3.14. */
const OLD_NAMES: readonly (readonly [string, string, readonly string[]])[] = [
  ['acl', 'allow', ['whitelist']],
  ['acl', 'deny', ['blacklist']],
  ['ip-restriction', 'allow', ['whitelist']],
  ['ip-restriction', 'deny', ['blacklist']],
  ['bot-detection', 'allow', ['whitelist']],
  ['bot-detection', 'deny', ['blacklist']],
  ['openid-connect', 'session_cookie_same_site', ['session_cookie_samesite']],
  ['openid-connect', 'session_cookie_http_only', ['session_cookie_httponly']],
  ['openid-connect', 'session_idling_timeout', ['session_cookie_idletime']],
  ['openid-connect', 'session_rolling_timeout', ['session_cookie_lifetime']],
  ['openid-connect', 'session_memcached_host', ['session_memcache_host']],
  ['openid-connect', 'authorization_cookie_same_site', ['authorization_cookie_samesite']],
  ['openid-connect', 'authorization_rolling_timeout', ['authorization_cookie_lifetime']],
  ['openid-connect', 'redis.host', ['session_redis_host']],
  ['openid-connect', 'redis.port', ['session_redis_port']],
  ['openid-connect', 'redis.ssl_verify', ['session_redis_ssl_verify']],
  ['session', 'cookie_same_site', ['cookie_samesite']],
  ['session', 'cookie_http_only', ['cookie_httponly']],
  ['session', 'rolling_timeout', ['cookie_lifetime']],
  ['session', 'idling_timeout', ['cookie_idletime']],
];

/** Fields of a plugin whose default is on our list for some version. */
export function fieldsOf(plugin: string): readonly string[] {
  return Object.keys({ ...DEFAULTS[plugin], ...BEFORE_3_14[plugin] });
}

/** Fields of a plugin that had other names before. */
export function renamedFieldsOf(
  plugin: string,
): readonly { readonly field: string; readonly before: readonly string[] }[] {
  return OLD_NAMES.flatMap(([name, field, before]) => (name === plugin ? [{ field, before }] : []));
}

/** Names under which older Kong versions know a plugin's field. */
export function oldNamesOf(plugin: string, field: string): readonly string[] {
  return OLD_NAMES.find(([name, current]) => name === plugin && current === field)?.[2] ?? [];
}

/** Whether a field turns the check of a peer's certificate on. */
export function isTlsCheck(field: string): boolean {
  return field === 'ssl_verify' || field.endsWith('.ssl_verify') || field.endsWith('_ssl_verify');
}

/**
 * The default of a plugin's config field for a Kong version.
 * @param version numbers of the version seen; undefined when none was
 * @returns `known: false` where the default depends on a version that the paste does not tell, where that version does
 * not have the field, or where it is not on our list
 */
export function defaultOf(
  plugin: string,
  field: string,
  version: readonly number[] | undefined,
): { known: boolean; value?: unknown } {
  const before = BEFORE_3_14[plugin];
  if (before !== undefined && Object.hasOwn(before, field)) {
    if (version === undefined) return { known: false };
    if (compareVersions(version, [3, 14]) < 0) return { known: true, value: before[field] };
  }
  const since = SINCE[plugin]?.[field];
  if (since !== undefined && version !== undefined && compareVersions(version, since.split('.').map(Number)) < 0)
    return { known: false };
  const defaults = DEFAULTS[plugin];
  // `tls_certificate_verify` is on since 3.14, and with it every check of certificates by plugins that call out.
  if (isTlsCheck(field) && (defaults === undefined || !Object.hasOwn(defaults, field)))
    return version === undefined ? { known: false } : { known: true, value: compareVersions(version, [3, 14]) >= 0 };
  return defaults !== undefined && Object.hasOwn(defaults, field)
    ? { known: true, value: defaults[field] }
    : { known: false };
}
