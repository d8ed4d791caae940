// The sample gateway's configuration: an API company with orders, payments and a catalogue, and who calls them.
import { createHash } from 'node:crypto';

export type Entity = Readonly<Record<string, unknown>>;
export type Collections = Readonly<Record<string, readonly Entity[]>>;

/** 2026-10-01, when all of it was made. */
const MADE = 1_790_812_800;

/** The same id for the same name, whenever it is started. */
export function idOf(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function made(kind: string, name: string, fields: Entity): Entity {
  return { id: idOf(kind, name), created_at: MADE, updated_at: MADE, tags: null, ...fields };
}

function service(name: string): Entity {
  return made('service', name, {
    name,
    protocol: 'http',
    host: `${name}.internal`,
    port: 8080,
    path: null,
    retries: 5,
    connect_timeout: 60_000,
    read_timeout: 60_000,
    write_timeout: 60_000,
    enabled: true,
    client_certificate: null,
    tls_verify: null,
    tls_verify_depth: null,
    ca_certificates: null,
  });
}

function route(name: string, of: string, paths: readonly string[]): Entity {
  return made('route', name, {
    name,
    service: { id: idOf('service', of) },
    hosts: ['api.acme.example'],
    paths,
    methods: null,
    headers: null,
    snis: null,
    protocols: ['http', 'https'],
    strip_path: false,
    preserve_host: false,
    path_handling: 'v0',
    regex_priority: 0,
    https_redirect_status_code: 426,
    request_buffering: true,
    response_buffering: true,
  });
}

type Spot = { readonly service: string } | { readonly route: string } | { readonly everywhere: true };

/** @param key tells two of the same name apart */
function plugin(key: string, name: string, spot: Spot, config: Entity): Entity {
  return made('plugin', key, {
    name,
    enabled: true,
    instance_name: null,
    protocols: ['grpc', 'grpcs', 'http', 'https'],
    service: 'service' in spot ? { id: idOf('service', spot.service) } : null,
    route: 'route' in spot ? { id: idOf('route', spot.route) } : null,
    consumer: null,
    consumer_group: null,
    config,
  });
}

export function keyAuth(key: string, spot: Spot, hidesCredentials: boolean): Entity {
  return plugin(key, 'key-auth', spot, {
    key_names: ['apikey'],
    hide_credentials: hidesCredentials,
    key_in_header: true,
    key_in_query: false,
    key_in_body: false,
    run_on_preflight: true,
    anonymous: null,
    realm: null,
  });
}

function consumer(username: string): Entity {
  return made('consumer', username, { username, custom_id: `cid-${username}` });
}

/** Credentials and groups know no `updated_at`. */
function ofConsumer(kind: string, of: string, fields: Entity): Entity {
  const { updated_at: _none, ...entity } = made(kind, of, { consumer: { id: idOf('consumer', of) }, ...fields });
  return entity;
}

/**
 * Everything by collection, named as the Admin API names it.
 * @param issuer of the identity provider that the sample runs itself
 */
export function sampleCollections(issuer: string): Collections {
  return {
    services: ['orders', 'payments', 'catalogue', 'accounts'].map(service),
    routes: [
      route('orders', 'orders', ['/orders']),
      route('payments', 'payments', ['/payments']),
      route('catalogue', 'catalogue', ['/catalogue']),
      route('accounts', 'accounts', ['/accounts']),
    ],
    plugins: [
      keyAuth('orders-key-auth', { service: 'orders' }, false),
      keyAuth('catalogue-key-auth', { service: 'catalogue' }, false),
      plugin(
        'orders-acl',
        'acl',
        { service: 'orders' },
        {
          allow: ['partners', 'apps'],
          deny: null,
          hide_groups_header: false,
          always_use_authenticated_groups: false,
          include_consumer_groups: false,
        },
      ),
      plugin(
        'payments-jwt',
        'jwt',
        { service: 'payments' },
        {
          key_claim_name: 'iss',
          claims_to_verify: ['exp'],
          header_names: ['authorization'],
          uri_param_names: [],
          cookie_names: [],
          secret_is_base64: false,
          maximum_expiration: 0,
          run_on_preflight: true,
          anonymous: null,
          realm: null,
        },
      ),
      plugin(
        'accounts-oidc',
        'openid-connect',
        { service: 'accounts' },
        {
          issuer,
          client_id: ['accounts-gateway'],
          client_secret: ['sample-client-secret-not-real'],
          client_auth: ['client_secret_post'],
          auth_methods: ['authorization_code', 'session', 'client_credentials'],
          scopes: ['openid'],
          hide_credentials: false,
          ssl_verify: true,
          cache_tokens: true,
          cache_ttl: 3600,
          cache_ttl_max: 300,
          token_endpoint: null,
          introspection_endpoint: null,
          redirect_uri: ['https://api.acme.example/accounts/callback'],
          session_secret: 'sample-session-secret-not-real-32c',
          session_storage: 'cookie',
        },
      ),
      plugin(
        'prometheus',
        'prometheus',
        { everywhere: true },
        {
          per_consumer: true,
          status_code_metrics: true,
          latency_metrics: true,
          bandwidth_metrics: false,
          upstream_health_metrics: false,
        },
      ),
    ],
    consumers: ['partner-acme', 'mobile-app', 'billing', 'web-shop'].map(consumer),
    'key-auths': [
      ofConsumer('key-auth', 'partner-acme', { key: 'sample-key-of-partner-acme', ttl: null }),
      ofConsumer('key-auth', 'mobile-app', { key: 'sample-key-of-mobile-app', ttl: null }),
      ofConsumer('key-auth', 'web-shop', { key: 'sample-key-of-web-shop', ttl: null }),
    ],
    jwts: [
      ofConsumer('jwt', 'billing', {
        key: 'billing',
        secret: 'sample-secret-of-billing-not-real',
        algorithm: 'HS256',
        rsa_public_key: null,
      }),
      ofConsumer('jwt', 'mobile-app', {
        key: 'mobile-app',
        secret: 'sample-secret-of-mobile-not-real',
        algorithm: 'HS256',
        rsa_public_key: null,
      }),
    ],
    acls: [
      ofConsumer('acl', 'partner-acme', { group: 'partners' }),
      ofConsumer('acl', 'mobile-app', { group: 'apps' }),
      ofConsumer('acl', 'web-shop', { group: 'apps' }),
    ],
    'basic-auths': [],
    'hmac-auths': [],
    oauth2: [],
    'mtls-auths': [],
    upstreams: [
      made('upstream', 'orders.internal', { name: 'orders.internal', algorithm: 'round-robin', slots: 10_000 }),
    ],
    certificates: [],
    ca_certificates: [],
  };
}
