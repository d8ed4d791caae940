// Everything that a reader can say. Observations state what stands where; they judge nothing.
import type { Place, Sighting } from '../intake/place.ts';
import type { Dimension } from '../names.ts';
import type { SecretRef } from '../redact/redacted.ts';

/** One header field; names in lower case, values with credentials already replaced by `[kind fp:xxxxxxxx]`. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Oddities of form that break a credential before anyone checks it. */
export const CREDENTIAL_ODDITIES = [
  'empty',
  'scheme-missing',
  'scheme-twice',
  'quoted',
  'whitespace-inside',
  'url-encoded',
  'segments-wrong',
  'not-base64url',
  'not-json',
  'truncated',
  'placeholder',
  'template-literal',
  'masked',
  'no-colon',
  'not-sent',
  'vault-reference',
] as const;
export type CredentialOddity = (typeof CREDENTIAL_ODDITIES)[number];

/** A credential that somebody presented in a request. The secret itself is only here as a fingerprint. */
export interface Credential {
  /** Where it stood: a header name, `query:NAME`, `cookie:NAME`, `form:NAME`, or `userinfo` of a URL. */
  readonly carriedIn: string;
  readonly scheme:
    | 'bearer'
    | 'basic'
    | 'hmac'
    | 'digest'
    | 'negotiate'
    | 'ldap'
    | 'token'
    | 'api-key'
    | 'cookie'
    | 'client-secret'
    | 'other';
  readonly form: 'jwt' | 'jwe' | 'opaque' | 'password' | 'none';
  readonly secret?: SecretRef;
  /** User name of basic, hmac or ldap; client_id of a form. */
  readonly username?: string;
  /** The password of basic or ldap, apart from the user name. */
  readonly password?: SecretRef;
  readonly oddities: readonly CredentialOddity[];
  /** The decoded token, when form is jwt or jwe. */
  readonly token?: TokenObservation;
}

export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent, secrets in the query replaced. */
  readonly target: string;
  /** Path alone. */
  readonly path: string;
  readonly host?: string;
  readonly scheme?: 'http' | 'https';
  readonly port?: number;
  readonly headers: readonly Header[];
  readonly credentials: readonly Credential[];
  /** Fields of a form or JSON body or of the query, values of secrets replaced; bounded. */
  readonly fields: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Challenge {
  /** Lower case: bearer, basic, key, ldap, hmac, negotiate, digest, vault ... */
  readonly scheme: string;
  readonly params: Readonly<Record<string, string>>;
}

export interface OauthError {
  readonly code: string;
  readonly description?: string;
  readonly uri?: string;
}

export interface HttpResponse {
  /** 0 when unknown (a body pasted alone). */
  readonly status: number;
  readonly reason?: string;
  readonly headers: readonly Header[];
  readonly challenges: readonly Challenge[];
  readonly body?: string;
  /** The parsed body, when it is JSON. */
  readonly json?: unknown;
  /** The human sentence of the body: message, error_description, or the text of an HTML/plain error page. */
  readonly message?: string;
  readonly oauthError?: OauthError;
}

/** An HTTP request and its answer, or one of the two. */
export interface ExchangeObservation {
  readonly kind: 'exchange';
  readonly sighting: Sighting;
  /** Place and text of the status line, the message, the challenge; for evidence. */
  readonly statusAt?: Sighting;
  readonly messageAt?: Sighting;
  readonly requestAt?: Sighting;
  /** Milliseconds since 1970: Date header or log time. */
  readonly at?: number;
  readonly form: 'transcript' | 'har' | 'serializer' | 'body-only' | 'curl-command' | 'trace';
  readonly request?: HttpRequest;
  readonly response?: HttpResponse;
  /** TLS facts of a curl -v: verify result, certificate errors, in curl's own words. */
  readonly remarks: readonly Sighting[];
  readonly requestId?: string;
  /** Only from serializer JSON and traces. */
  readonly logged?: LoggedRequest;
  /** Only from traces and Kong's request debugging output. */
  readonly ran?: RanPlugins;
}

/** Which plugins a request met before its answer, as a trace or the request debugging output says. */
export interface RanPlugins {
  /** Names, in the order they ran when `ordered`. */
  readonly plugins: readonly string[];
  readonly ordered: boolean;
  readonly upstreamAsked: boolean;
  /** The plugin that the trace itself marks as the one that ended the request. */
  readonly endedBy?: string;
}

/** What a log line says of one request; the unit of traffic. Fields are absent when the log does not have them. */
export interface LoggedRequest {
  readonly at?: number;
  readonly method?: string;
  /** Without query. */
  readonly path?: string;
  readonly status: number;
  readonly client?: string;
  readonly agent?: string;
  readonly host?: string;
  /** The path as it went upstream, without query, where the log tells. */
  readonly upstreamPath?: string;
  readonly requestId?: string;
  readonly consumer?: string;
  readonly credential?: string;
  readonly route?: string;
  readonly service?: string;
  /** ip:port of the last try. */
  readonly target?: string;
  /** '' when no upstream was asked. */
  readonly upstreamStatus?: string;
  readonly source?: 'kong' | 'upstream';
  readonly kongVersion?: string;
  readonly user?: string;
  /** Pod, container or host that wrote the line. */
  readonly node?: string;
  /** Seconds since the token's iat at the time of the request, where the log shows the token. */
  readonly tokenAgeSeconds?: number;
}

/** One request of an access log or of a serializer's JSON line. */
export interface RequestObservation {
  readonly kind: 'request';
  readonly line: Place;
  readonly text: string;
  readonly logged: LoggedRequest;
}

/** Requests of consecutive lines in sum, none of them needed whole: what as many `request` would say. */
export interface RequestBlockObservation {
  readonly kind: 'request-block';
  readonly requests: number;
  /** First and last time, ms since 1970. */
  readonly from?: number;
  readonly to?: number;
  readonly answers: readonly (Pick<LoggedRequest, 'status' | 'source' | 'upstreamStatus'> & {
    readonly total: number;
  })[];
  /** Requests by second, `at` in ms since 1970, in the order of the lines. */
  readonly seconds: readonly { readonly at: number; readonly total: number; readonly failed: number }[];
  /** Values in the order in which they appeared; paths as `pathShape` makes them. */
  readonly values: readonly {
    readonly dimension: Dimension;
    readonly value: string;
    readonly total: number;
    readonly failed: number;
  }[];
}

export interface LogEntryObservation {
  readonly kind: 'log-entry';
  readonly sighting: Sighting;
  readonly product: 'kong' | 'nginx' | 'kic' | 'pingfederate' | 'keycloak' | 'postgres' | 'browser' | 'other';
  readonly at?: number;
  readonly level: string;
  /** Plugin or part in brackets, when the line names one. */
  readonly component?: string;
  readonly file?: string;
  readonly connection?: string;
  /** The text after origin and before nginx' tail, continuation lines appended with \n; bounded to 8 kB. */
  readonly text: string;
  readonly client?: string;
  /** nginx server block: kong, kong_admin, kong_status ... */
  readonly server?: string;
  readonly request?: string;
  readonly upstream?: string;
  readonly host?: string;
  readonly requestId?: string;
}

export const ENTITY_TYPES = [
  'service',
  'route',
  'plugin',
  'consumer',
  'consumer-group',
  'key-auth-credential',
  'basic-auth-credential',
  'jwt-credential',
  'hmac-auth-credential',
  'oauth2-credential',
  'acl-group',
  'mtls-auth-credential',
  'upstream',
  'target',
  'certificate',
  'ca-certificate',
  'sni',
  'vault',
  'key',
  'key-set',
  'workspace',
  'secret',
  'ingress',
  'gateway-info',
] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

/** One entity of a configuration in any notation, normalised to the Admin API's field names. */
export interface EntityObservation {
  readonly kind: 'entity';
  readonly type: EntityType;
  readonly notation: 'deck' | 'admin-api' | 'kubernetes' | 'live';
  readonly sighting: Sighting;
  readonly id?: string;
  readonly name?: string;
  /** Fields as given (Admin API names; for plugins `config` inside), secret values replaced by `[kind fp:...]`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Names or ids of what it is attached to. A plugin without any is global. */
  readonly scope: {
    readonly service?: string;
    readonly route?: string;
    readonly consumer?: string;
    readonly consumerGroup?: string;
  };
  /** Dotted path (`config.client_auth`, `config.scopes.0`) to the place of that value. */
  readonly lines: Readonly<Record<string, Sighting>>;
  /** Kubernetes only: namespace, labels, annotations, kind. */
  readonly kubernetes?: {
    readonly kind: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

/** What the gateway says that it has none of. */
export interface AbsenceObservation {
  readonly kind: 'absence';
  readonly sighting: Sighting;
  readonly type: EntityType;
  readonly of: AbsentOf;
}

/** Of a consumer (username, else id) none of that type; or none that callers know by this identifier. */
export type AbsentOf = { readonly consumer: string } | { readonly identifier: string };

/**
 * One setting of kong.conf, KONG_* environment, compose or Helm, under its kong.conf name (lower case); a variable of
 * another program under its own name (upper case).
 */
export interface SettingObservation {
  readonly kind: 'setting';
  readonly name: string;
  readonly value: string;
  readonly notation: 'kong-conf' | 'environment' | 'compose' | 'helm-values' | 'admin-api';
  readonly sighting: Sighting;
}

/** A token, decoded. Nothing is verified here. */
export interface TokenObservation {
  readonly kind: 'token';
  readonly form: 'jwt' | 'jwe' | 'opaque';
  readonly sighting: Sighting;
  readonly secret: SecretRef;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Where it was found: a request's header or query, a config value, an answer of a token endpoint, or loose text. */
  readonly found: 'request' | 'config' | 'token-answer' | 'log' | 'loose';
  /** Milliseconds since 1970 of the exchange or line it stands in, when known. */
  readonly at?: number;
  readonly oddities: readonly CredentialOddity[];
}

/** A key: JWK, public key or certificate. */
export interface KeyObservation {
  readonly kind: 'key';
  readonly form: 'jwk' | 'public-key' | 'private-key' | 'certificate';
  readonly sighting: Sighting;
  readonly kid?: string;
  readonly alg?: string;
  readonly kty?: string;
  readonly use?: string;
  /** RFC 7638 thumbprint of the public part, base64url, where it could be computed. */
  readonly thumbprint?: string;
  /** The public part as SPKI in PEM, where it could be loaded. */
  readonly publicKey?: string;
  /** The `k` of a symmetric JWK: base64url of the bytes. */
  readonly secret?: SecretRef;
  /** Certificates: subject, issuer, validity in ms since 1970. */
  readonly subject?: string;
  readonly issuer?: string;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Why the key could not be loaded. */
  readonly problem?: string;
}

/** An OpenID provider's metadata. */
export interface DiscoveryObservation {
  readonly kind: 'discovery';
  readonly sighting: Sighting;
  readonly document: Readonly<Record<string, unknown>>;
}

/** RFC 7662 answer. */
export interface IntrospectionObservation {
  readonly kind: 'introspection';
  readonly sighting: Sighting;
  readonly active: boolean;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** An OAuth error found anywhere: JSON body, query string, header, log text. */
export interface OauthErrorObservation {
  readonly kind: 'oauth-error';
  readonly sighting: Sighting;
  readonly error: OauthError;
  readonly found: 'body' | 'query' | 'header' | 'log';
  readonly status?: number;
}

/** An event of an identity provider's own log. */
export interface IdpEventObservation {
  readonly kind: 'idp-event';
  readonly sighting: Sighting;
  readonly product: 'keycloak' | 'pingfederate' | 'pingone' | 'entra' | 'okta' | 'auth0' | 'cognito';
  /** LOGIN_ERROR, AADSTS7000215, failure ... */
  readonly event: string;
  readonly error?: string;
  readonly clientId?: string;
  readonly details: Readonly<Record<string, string>>;
  readonly at?: number;
}

/** Counted requests of Kong's metrics: one time series. */
export interface RequestCountObservation {
  readonly kind: 'request-count';
  readonly sighting: Sighting;
  readonly count: number;
  readonly status: number;
  readonly source?: 'kong' | 'upstream';
  readonly route?: string;
  readonly service?: string;
  readonly consumer?: string;
}

/** What a node says of itself: version, edition, role, reachability of its database, configuration hash. */
export interface NodeObservation {
  readonly kind: 'node';
  readonly sighting: Sighting;
  readonly name?: string;
  readonly version?: string;
  readonly edition?: 'community' | 'enterprise';
  readonly role?: 'traditional' | 'control_plane' | 'data_plane' | 'dbless';
  readonly databaseReachable?: boolean;
  readonly configHash?: string;
  /** Seconds since 1970. */
  readonly lastSeen?: number;
  readonly syncStatus?: string;
}

export interface TargetHealthObservation {
  readonly kind: 'target-health';
  readonly sighting: Sighting;
  readonly upstream?: string;
  readonly target: string;
  readonly health: 'healthy' | 'unhealthy' | 'dns_error' | 'healthchecks_off';
}

/** A sentence of a person, or any line that no reader knew. Phrases are looked for in it. */
export interface StatementObservation {
  readonly kind: 'statement';
  readonly sighting: Sighting;
  readonly text: string;
}

/** What could not be read, why, and what to paste instead. */
export interface UnreadableObservation {
  readonly kind: 'unreadable';
  readonly place: Place;
  /** One sentence for the user. */
  readonly why: string;
  readonly pasteInstead: string;
}

export type Observation =
  | ExchangeObservation
  | RequestObservation
  | RequestBlockObservation
  | LogEntryObservation
  | EntityObservation
  | AbsenceObservation
  | SettingObservation
  | TokenObservation
  | KeyObservation
  | DiscoveryObservation
  | IntrospectionObservation
  | OauthErrorObservation
  | IdpEventObservation
  | RequestCountObservation
  | NodeObservation
  | TargetHealthObservation
  | StatementObservation
  | UnreadableObservation;
