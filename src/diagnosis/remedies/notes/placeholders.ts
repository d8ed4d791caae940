// Placeholders that a snippet may leave to fill, each with its explanation; an unexplained one does not compile.

const PLACEHOLDERS = {
  ACCESS_TOKEN: 'the access token of the failing call; put it in only where you run the command',
  ADMIN_TOKEN: 'the RBAC token of an admin of that workspace',
  ANONYMOUS_CONSUMER_ID: 'the id of the consumer anonymous, as its creation answers; names work since 3.1',
  API_AUDIENCE: 'the audience (resource, API identifier) as the provider knows the API',
  API_KEY: 'the key that the client sends',
  BALANCER_CIDR: 'the address range of the load balancer or proxy in front of Kong',
  BASE_DN: 'base_dn of the plugin',
  BASE64_OF_USER_AND_PASSWORD: 'user and password with a colon between them, in base64; better a vault reference',
  CA_FILE: 'the path of the CA certificate (PEM) on the node; in Helm secretVolumes mounts it below /etc/secrets',
  CA_ID: 'a new UUID for the CA certificate, the same in both places',
  CA_PEM: 'the certificate of the CA that signed the client certificate, PEM',
  CERTIFICATE_ID: 'the id of the client certificate for the upstream (POST /certificates with cert and key)',
  CLAIM: 'the claim of the token that names the consumer, such as azp, client_id or sub',
  CLAIM_VALUE: 'the value of that claim in the token',
  CLIENT_ID: 'the client id as registered at the provider',
  CLIENT_SECRET: 'the secret of that client; put it in only where you run the command',
  CODE: 'a fresh authorization code; each works once',
  CONSUMER_NAME: 'the username or id of the consumer (GET /consumers)',
  CREDENTIAL_ID: 'the id of the credential, from the list that the first call gives',
  DATE: 'the time now as an HTTP date, date -u +"%a, %d %b %Y %H:%M:%S GMT"',
  GROUP: 'a group that allow of the acl plugin names',
  HEADER_OR_QUERY_NAME: 'the name of the header, query argument or cookie in which the client sends it',
  HIDDEN_VALUE: 'a name that equals a secret of the paste, so it is not shown',
  HOST: 'the host name that the client calls',
  IDP_HOST: 'the host name of the identity provider',
  INTROSPECTION_URL: 'introspection_endpoint of the discovery document',
  ISSUER_URL: 'the issuer exactly as the discovery document spells it',
  ISS_OF_THE_TOKEN: 'the iss of the token, character by character',
  JWKS_URI: 'jwks_uri of the discovery document',
  KONG_DEPLOYMENT: 'the Deployment of the Kong proxy (kubectl get deployments -A)',
  LDAP_HOST: 'ldap_host of the plugin',
  LDAP_PASSWORD: 'the password of that user; put it in only where you run the command',
  LOG_COLLECTOR_URL: 'an HTTP endpoint of yours that keeps what it gets; it sees headers',
  NEW_API_KEY: 'the new key',
  NEW_PASSWORD: 'the new password',
  NEW_SECRET: 'the new secret',
  PASSWORD: 'the password that the client sends',
  PATH: 'the path of the failing call',
  PLUGIN: 'the name of the plugin whose configuration is refused',
  PLUGIN_ID: 'the id of the plugin, from the list that the first call gives',
  PORT: 'the port of the upstream',
  PUBLIC_HOST: 'the host name that the browser calls',
  PUBLIC_KEY_PEM: 'the public key of the issuer as PEM, with its line breaks',
  REDIS_HOST: 'the host of a Redis that every node reaches',
  REFRESH_TOKEN: 'the newest refresh token',
  ROUTE_NAME: 'the name or id of the route that fails (GET /routes)',
  SCOPE: 'a scope that the provider grants to this client',
  SECRET: 'the secret shared with the issuer or signer',
  SECRET_IN_URL: 'a secret that stood in the URL',
  SERVICE_NAME: 'the name or id of the service (GET /services)',
  SIGNATURE: 'the base64 of the HMAC over the signing string',
  TARGET: 'host and port of the target that fails (GET /upstreams/NAME/health)',
  TOKEN_ENDPOINT: 'token_endpoint of the discovery document',
  UPSTREAM_HOST: 'the host of the service (GET /services/NAME)',
  UPSTREAM_NAME: 'the name of the upstream, which is the host of the service',
  USER_NAME: 'the user name that the client sends',
  USER_PASSWORD: 'the password of that user; put it in only where you run the command',
  VAULT_VARIABLE: 'the environment variable that the reference names',
  VAULT_PATH: 'the part behind vault:// in the reference',
  WORKSPACE: 'the workspace of the entity; leave the segment out for default and for open source',
  YOUR_APP: 'the host of the web application that calls',
} as const;

/** A name that stands in angle brackets in a snippet. */
export type PlaceholderName = keyof typeof PLACEHOLDERS;

/** The placeholder as it stands in snippets. */
export function placeholder(name: PlaceholderName): string {
  return `<${name}>`;
}

const PLACEHOLDER = /<([A-Z][A-Z0-9_]*)>/g;

/**
 * One comment line for every placeholder of a snippet; comments begin with `#` in all four notations. No colon after the
 * name: `CLIENT_SECRET: ...` would look like a secret and be redacted.
 */
export function explanationsOf(snippet: string): readonly string[] {
  const names = new Set([...snippet.matchAll(PLACEHOLDER)].map(([, name = '']) => name));
  return [...names].flatMap((name) => {
    const explanation = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name as PlaceholderName] : undefined;
    return explanation === undefined ? [] : [`# <${name}> stands for ${explanation}`];
  });
}
