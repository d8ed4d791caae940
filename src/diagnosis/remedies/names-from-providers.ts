// What a paste shows of the identity provider: issuer, endpoints, client id and scopes.
import type { Exchange, Facts } from '../facts/facts.ts';
import { textsOf } from '../facts/questions.ts';
import { withoutSecrets } from './names-from-exchanges.ts';
import { tokenClaim } from './names-from-tokens.ts';
import { placeholder } from './notes/placeholders.ts';

/** Plugins that call a provider, with the field that names its client. */
const OIDC_PLUGINS: readonly string[] = ['openid-connect', 'oidc', 'kong-oidc'];

function isUrl(text: unknown): text is string {
  return typeof text === 'string' && /^https?:\/\/\S+$/.test(text) && URL.canParse(text) && !/\sfp:/.test(text);
}

function configured(facts: Facts, field: string): readonly string[] {
  return facts.config.pluginsNamed(...OIDC_PLUGINS).flatMap((plugin) => textsOf(plugin.field(field).value));
}

function announced(facts: Facts, field: string): string | undefined {
  return facts.discoveries.map((discovery) => discovery.document[field]).find(isUrl);
}

function called(facts: Facts, path: RegExp): string | undefined {
  const request = facts.exchanges.find(
    (exchange) => exchange.request?.host !== undefined && path.test(exchange.request.path),
  )?.request;
  if (request?.host === undefined) return undefined;
  const port = request.port === undefined || /:\d+$/.test(request.host) ? '' : `:${request.port}`;
  const url = `${request.scheme ?? 'https'}://${request.host}${port}${withoutSecrets(request.path)}`;
  return isUrl(url) ? url : undefined;
}

/** The issuer as configured, else as announced, else as the tokens say. */
export function issuerSeen(facts: Facts): string | undefined {
  return [...configured(facts, 'issuer'), announced(facts, 'issuer'), tokenClaim(facts, 'iss')].find(isUrl);
}

/** The token endpoint, or a placeholder. */
export function tokenEndpoint(facts: Facts): string {
  return (
    configured(facts, 'token_endpoint').find(isUrl) ??
    announced(facts, 'token_endpoint') ??
    called(facts, /\/(?:token|token\.oauth2)$/i) ??
    placeholder('TOKEN_ENDPOINT')
  );
}

/** The introspection endpoint, or a placeholder. */
export function introspectionEndpoint(facts: Facts): string {
  return (
    configured(facts, 'introspection_endpoint').find(isUrl) ??
    announced(facts, 'introspection_endpoint') ??
    called(facts, /introspect/i) ??
    placeholder('INTROSPECTION_URL')
  );
}

/** The JWKS, or a placeholder. */
export function jwksUri(facts: Facts): string {
  return announced(facts, 'jwks_uri') ?? called(facts, /jwks|\/certs$|\/keys$/i) ?? placeholder('JWKS_URI');
}

/** URL of the discovery document of the issuer that the paste shows. */
export function discoveryUrl(facts: Facts): string {
  const issuer = issuerSeen(facts) ?? placeholder('ISSUER_URL');
  return issuer.includes('/.well-known/') ? issuer : `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** Host and port of the provider for a TLS handshake. */
export function idpAddress(facts: Facts): { readonly host: string; readonly port: string } {
  const url = [issuerSeen(facts), tokenEndpoint(facts), introspectionEndpoint(facts)].find(isUrl);
  if (url === undefined) return { host: placeholder('IDP_HOST'), port: '443' };
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === '' ? '443' : port };
}

/** The client id that is refused or configured, or a placeholder. */
export function clientId(facts: Facts): string {
  const toProvider = providerCalls(facts);
  const sent = toProvider.map((exchange) => exchange.request?.fields.client_id).find(isName);
  const presented = toProvider
    .flatMap((exchange) => exchange.request?.credentials ?? [])
    .map((credential) => credential.username)
    .find(isName);
  const logged = facts.idpEvents.map((event) => event.clientId).find(isName);
  return sent ?? presented ?? logged ?? configured(facts, 'client_id').find(isName) ?? placeholder('CLIENT_ID');
}

function isName(text: string | undefined): text is string {
  return text !== undefined && text !== '' && !text.startsWith('{vault:') && !/\sfp:|[\p{Cc}:]/u.test(text);
}

/** Calls of the provider that the paste shows, token endpoint and others. */
export function providerCalls(facts: Facts): readonly Exchange[] {
  return facts.exchanges.filter((exchange) => exchange.toIdentityProvider);
}

/** A form field of a call of the provider: grant_type, scope, redirect_uri ... */
export function sentToProvider(facts: Facts, field: string): string | undefined {
  const value = facts.exchanges
    .map((exchange) => exchange.request?.fields[field])
    .find((text) => text !== undefined && text !== '');
  return value === undefined || /\sfp:/.test(value) ? undefined : value;
}
