// Names of Kong's plugins, and the fields that tell a plugin whose name was not pasted.
import { isRecord, textOf } from './document.ts';

/** Plugins of Kong 1.0 to 3.15, bundled and Enterprise, and the authentication plugins of others that users run. */
export const PLUGIN_NAMES: ReadonlySet<string> = new Set(
  `acl acme ai-proxy ai-proxy-advanced ai-prompt-guard ai-prompt-template ai-prompt-decorator ai-rate-limiting-advanced
  ai-mcp-oauth2 ai-mcp-proxy ai-request-transformer ai-response-transformer ai-semantic-cache application-registration
  aws-lambda azure-functions basic-auth bot-detection canary confluent correlation-id cors datadog degraphql exit-transformer
  file-log forward-proxy graphql-proxy-cache-advanced graphql-rate-limiting-advanced grpc-gateway grpc-web header-cert-auth
  hmac-auth http-log injection-protection ip-restriction jq json-threat-protection jwe-decrypt jwt jwt-signer kafka-consume
  kafka-log kafka-upstream key-auth key-auth-enc konnect-application-auth ldap-auth ldap-auth-advanced loggly mocking
  mtls-auth oas-validation oauth2 oauth2-introspection opa openid-connect opentelemetry openwhisk post-function pre-function
  prometheus proxy-cache proxy-cache-advanced rate-limiting rate-limiting-advanced redirect request-callout
  request-size-limiting request-termination request-transformer request-transformer-advanced request-validator
  response-ratelimiting response-transformer response-transformer-advanced route-by-header route-transformer-advanced saml
  service-protection session solace-upstream standard-webhooks statsd statsd-advanced syslog tcp-log tls-handshake-modifier
  tls-metadata-headers udp-log upstream-oauth upstream-timeout vault-auth websocket-size-limit websocket-validator
  xml-threat-protection zipkin ace metering-and-billing
  oidc kong-oidc jwt-keycloak kong-jwt2header jwt-claims-headers jwt-crafter external-auth kong-spec-expose
  token-introspection kong-plugin-jwt-keycloak`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Fields that (nearly) no other software calls so. */
const TELLING: readonly (readonly [string, readonly string[]])[] = [
  [
    'openid-connect',
    [
      'client_auth',
      'auth_methods',
      'scopes_required',
      'audience_required',
      'roles_required',
      'groups_required',
      'scopes_claim',
      'consumer_claim',
      'consumer_claims',
      'consumer_optional',
      'credential_claim',
      'authenticated_groups_claim',
      'cache_tokens',
      'cache_introspection',
      'cache_user_info',
      'cache_ttl_max',
      'login_action',
      'login_methods',
      'bearer_token_param_type',
      'client_credentials_param_type',
      'password_param_type',
      'upstream_access_token_header',
      'upstream_headers_claims',
      'introspect_jwt_tokens',
      'introspection_endpoint_auth_method',
      'issuers_allowed',
      'extra_jwks_uris',
      'session_cookie_same_site',
      'session_cookie_samesite',
      'session_storage',
      'verify_parameters',
      'unauthorized_redirect_uri',
      'token_post_args_names',
      'token_post_args_client',
      'using_pseudo_issuer',
      'rediscovery_lifetime',
      'display_errors',
    ],
  ],
  [
    'jwt',
    ['claims_to_verify', 'key_claim_name', 'secret_is_base64', 'uri_param_names', 'cookie_names', 'maximum_expiration'],
  ],
  ['key-auth', ['key_names', 'key_in_body', 'key_in_header', 'key_in_query']],
  ['hmac-auth', ['clock_skew', 'enforce_headers', 'validate_request_body']],
  [
    'oauth2',
    [
      'enable_client_credentials',
      'enable_authorization_code',
      'enable_implicit_grant',
      'enable_password_grant',
      'provision_key',
      'mandatory_scope',
      'global_credentials',
      'accept_http_if_already_terminated',
    ],
  ],
  ['ldap-auth', ['ldap_host', 'verify_ldap_host']],
  ['oauth2-introspection', ['introspection_url', 'introspect_request', 'custom_claims_forward']],
  ['mtls-auth', ['skip_consumer_lookup', 'revocation_check_mode', 'authenticated_group_by']],
  ['header-cert-auth', ['certificate_header_name', 'certificate_header_format']],
  ['acl', ['hide_groups_header', 'always_use_authenticated_groups']],
  ['cors', ['preflight_continue', 'exposed_headers']],
  ['session', ['cookie_same_site', 'idling_timeout', 'rolling_timeout', 'absolute_timeout', 'stale_ttl']],
  ['upstream-oauth', ['behavior']],
];

/** Fields that fit a plugin but other software has too: they count only below `config:`. */
const FITTING: readonly (readonly [string, readonly string[]])[] = [
  [
    'openid-connect',
    [
      'issuer',
      'client_id',
      'client_secret',
      'redirect_uri',
      'scopes',
      'session_secret',
      'introspection_endpoint',
      'token_endpoint',
      'token_endpoint_auth_method',
      'cache_ttl',
      'ssl_verify',
      'audience',
      'response_mode',
      'leeway',
    ],
  ],
  ['acl', ['allow', 'deny', 'whitelist', 'blacklist']],
  ['ldap-auth', ['base_dn', 'attribute', 'ldap_port', 'start_tls', 'ldaps']],
  ['rate-limiting', ['minute', 'hour', 'second', 'limit_by', 'policy', 'fault_tolerant']],
  ['request-transformer', ['add', 'remove', 'rename', 'replace', 'append']],
  ['cors', ['origins', 'methods', 'credentials', 'headers', 'max_age']],
];

/**
 * The plugin whose config these fields are.
 * @param below the fields stood below `config:`; then fields that other software has too are believed
 * @returns undefined when the fields do not decide
 */
export function pluginByFields(config: Readonly<Record<string, unknown>>, below: boolean): string | undefined {
  const hits = new Map<string, number>();
  const count = (rows: typeof TELLING, weight: number): void => {
    for (const [plugin, fields] of rows) {
      const found = fields.filter((field) => Object.hasOwn(config, field)).length;
      if (found > 0) hits.set(plugin, (hits.get(plugin) ?? 0) + found * weight);
    }
  };
  count(TELLING, 3);
  // A telling field outside `config:` makes the common ones believable, and only then.
  if (below || hits.size > 0) count(FITTING, 1);
  const [best, second] = [...hits].sort(([, one], [, other]) => other - one);
  if (best === undefined) return undefined;
  const [plugin, score] = best;
  if (second !== undefined && second[1] === score) return undefined;
  if (plugin === 'acl' && namesAddresses(config)) return 'ip-restriction';
  if (score >= 3) return plugin;
  // `allow` or `whitelist` alone is all that these plugins ever have.
  return below && (score >= 2 || plugin === 'acl') ? plugin : undefined;
}

function namesAddresses(config: Readonly<Record<string, unknown>>): boolean {
  return ['allow', 'deny', 'whitelist', 'blacklist']
    .flatMap((field) => config[field] ?? [])
    .some((entry) => typeof entry === 'string' && /^(?:\d{1,3}\.\d{1,3}\.|[0-9a-f:]{2,39}\/\d|::)/i.test(entry));
}

const PLUGIN_FIELDS = [
  'enabled',
  'protocols',
  'service',
  'route',
  'consumer',
  'consumer_group',
  'run_on',
  'instance_name',
  'ordering',
  'api_id',
  'consumer_id',
  'service_id',
  'route_id',
  '_config',
];

/** Whether an object is a plugin: a known name, or a `config` with Kong's other plugin fields or a plugin's own. */
export function isPlugin(value: Readonly<Record<string, unknown>>): boolean {
  if ('apiVersion' in value) return false;
  const name = textOf(value.name);
  if (name === undefined) return false;
  const config = value.config;
  if (PLUGIN_NAMES.has(name)) {
    if (isRecord(config)) return true;
    // Routes and services are named after plugins too.
    if (['paths', 'hosts', 'methods', 'strip_path', 'host', 'url', 'targets'].some((field) => field in value))
      return false;
    return (
      PLUGIN_FIELDS.some((field) => field in value) ||
      Object.keys(value).every((key) => key === 'name' || key === 'tags' || key === 'id')
    );
  }
  if (!isRecord(config)) return false;
  return PLUGIN_FIELDS.some((field) => field in value) || pluginByFields(config, true) !== undefined;
}
