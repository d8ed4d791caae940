// The Admin API's JSON: one entity, a list, the root answer; also the APIs of Kong before 0.13.
import type { EntityType } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { isRecord, type StructuredDocument } from './document.ts';
import { emitEntity } from './entity.ts';

/** Reads Admin API JSON; false when it is none. */
export function readAdminApi(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const data = value['data'];
  if (Array.isArray(data)) {
    const typed = data.map((item) => (isRecord(item) ? typeOf(item) : undefined));
    if (data.length > 0 && typed.every((type) => type === undefined)) return false;
    if (data.length === 0 && !('next' in value) && !('total' in value)) return false;
    for (const [at, item] of data.entries()) {
      const type = typed[at];
      if (type !== undefined && isRecord(item))
        emitEntity({ type, notation: 'admin-api', value: item, path: `data.${at}`, document }, reading);
    }
    return true;
  }
  const type = typeOf(value);
  if (type === undefined) return false;
  emitEntity({ type, notation: 'admin-api', value, path: '', document }, reading);
  return true;
}

/** What an object is, by the fields that only its type has. */
export function typeOf(value: Readonly<Record<string, unknown>>): EntityType | undefined {
  const has = (...fields: readonly string[]): boolean => fields.every((field) => field in value);
  if (has('config') && isRecord(value['config']) && has('name') && !has('apiVersion'))
    return value['prefix'] !== undefined ? 'vault' : 'plugin';
  if (has('rsa_public_key') || (has('algorithm', 'key') && (has('secret') || has('consumer')))) return 'jwt-credential';
  if (has('client_id', 'redirect_uris') || has('client_id', 'client_secret', 'hash_secret')) return 'oauth2-credential';
  if (has('username', 'password') && (has('consumer') || has('id'))) return 'basic-auth-credential';
  if (has('username', 'secret') && (has('consumer') || has('id'))) return 'hmac-auth-credential';
  if (has('group') && (has('consumer') || has('consumer_id') || has('id'))) return 'acl-group';
  if (has('key') && (has('consumer') || has('consumer_id')) && !has('kty')) return 'key-auth-credential';
  if (
    has('paths') ||
    has('hosts', 'methods') ||
    (has('protocols') && (has('strip_path') || has('preserve_host'))) ||
    has('expression')
  )
    return 'route';
  if (has('host', 'port') && (has('protocol') || has('retries') || has('path'))) return 'service';
  if (has('upstream_url') || has('uris')) return 'service';
  if (has('algorithm') && (has('slots') || has('healthchecks'))) return 'upstream';
  if (has('target', 'weight') && !has('health')) return 'target';
  if (has('username') || has('custom_id'))
    return has('id') || has('created_at') || has('username', 'custom_id') ? 'consumer' : undefined;
  if (has('cert') && has('key')) return 'certificate';
  return undefined;
}

/** Field names that only one plugin has: a config block pasted without its plugin's name is told by them. */
const TELLING: readonly (readonly [string, readonly string[]])[] = [
  [
    'openid-connect',
    [
      'issuer',
      'client_auth',
      'auth_methods',
      'scopes_required',
      'audience_required',
      'consumer_claim',
      'client_id',
      'redirect_uri',
      'cache_tokens',
      'cache_introspection',
      'login_action',
      'session_secret',
      'bearer_token_param_type',
      'upstream_access_token_header',
      'introspection_endpoint',
      'token_endpoint_auth_method',
      'cache_ttl',
      'session_storage',
    ],
  ],
  [
    'jwt',
    ['claims_to_verify', 'key_claim_name', 'secret_is_base64', 'uri_param_names', 'cookie_names', 'maximum_expiration'],
  ],
  ['key-auth', ['key_names', 'key_in_body', 'key_in_header', 'key_in_query']],
  ['hmac-auth', ['clock_skew', 'enforce_headers', 'validate_request_body', 'algorithms']],
  [
    'oauth2',
    [
      'enable_client_credentials',
      'enable_authorization_code',
      'provision_key',
      'mandatory_scope',
      'token_expiration',
      'global_credentials',
    ],
  ],
  ['ldap-auth', ['ldap_host', 'base_dn', 'attribute', 'ldap_port']],
  ['acl', ['allow', 'deny', 'whitelist', 'blacklist', 'hide_groups_header']],
  ['oauth2-introspection', ['introspection_url', 'authorization_value', 'introspect_request']],
  ['mtls-auth', ['ca_certificates', 'skip_consumer_lookup', 'authenticated_group_by', 'revocation_check_mode']],
];

/** The plugin whose fields these are; undefined unless at least two fit, or one that no other plugin has. */
export function pluginByFields(config: Readonly<Record<string, unknown>>): string | undefined {
  const scored = TELLING.map(([plugin, fields]) => ({
    plugin,
    hits: fields.filter((field) => field in config).length,
  })).sort((one, other) => other.hits - one.hits);
  const [best] = scored;
  if (best === undefined || best.hits === 0) return undefined;
  if (best.plugin === 'acl' && ('whitelist' in config || 'allow' in config)) {
    const entries = [config['allow'], config['whitelist'], config['deny'], config['blacklist']]
      .flat()
      .filter((item) => typeof item === 'string');
    if (entries.some((entry) => /^[\dx]{1,3}(?:\.[\dx]{1,4}){3}/.test(entry))) return 'ip-restriction';
  }
  const alone = new Set([
    'client_auth',
    'auth_methods',
    'key_names',
    'claims_to_verify',
    'secret_is_base64',
    'cache_introspection',
    'cache_tokens',
    'audience_required',
    'scopes_required',
    'consumer_claim',
    'introspection_url',
    'whitelist',
    'blacklist',
    'enable_client_credentials',
    'ldap_host',
  ]);
  return best.hits >= 2 || Object.keys(config).some((key) => alone.has(key)) ? best.plugin : undefined;
}
