// Who answered: Kong, the upstream, the identity provider, the Admin API or a proxy in front, from the answer's own marks.
import type { Sighting } from '../intake/place.ts';
import type { ExchangeObservation, Header, HttpRequest, HttpResponse } from '../readers/observation.ts';
import type { Answered } from './facts.ts';

/** Paths below which identity providers keep their endpoints (RFC 8414 and the vendors' own forms). */
const IDP_PATHS = [
  '/as/token.oauth2',
  '/as/authorization.oauth2',
  '/as/introspect.oauth2',
  '/protocol/openid-connect/',
  '/oauth2/v2.0/',
  '/oauth2/v1/',
  '/.well-known/openid-configuration',
  '/.well-known/jwks',
  '/connect/token',
  '/oauth/token',
  '/pf/JWKS',
  '/login/oauth/access_token',
];

/** Paths of the Admin API (Kong 0.x to 3.15). */
const ADMIN_PATHS =
  /^\/(?:[\w-]+\/)?(?:services|routes|plugins|consumers|upstreams|certificates|snis|config|schemas|status|apis|clustering|debug|key-auths|jwts|acls|workspaces|endpoints|timers)(?:\/|\?|$)/;
const ADMIN_PORTS = new Set([8001, 8444]);

/** The value of a header, by lower-case name. */
export function headerOf(
  message: { readonly headers: readonly Header[] } | undefined,
  name: string,
): string | undefined {
  return message?.headers.find((header) => header.name === name)?.value;
}

/** Whether a request goes to an identity provider's endpoint and not to an API behind Kong. */
export function isIdentityProviderCall(request: HttpRequest | undefined, response: HttpResponse | undefined): boolean {
  if (request === undefined) return false;
  // An answer with Kong's marks came through or from Kong, whatever the path is called.
  if (
    headerOf(response, 'x-kong-response-latency') !== undefined ||
    headerOf(response, 'x-kong-upstream-latency') !== undefined
  )
    return false;
  const url = `${request.host ?? ''}${request.path}`;
  return IDP_PATHS.some((path) => url.includes(path));
}

/** Whether a request goes to Kong's Admin API. */
export function isAdminCall(request: HttpRequest | undefined): boolean {
  if (request === undefined) return false;
  if (request.port !== undefined && ADMIN_PORTS.has(request.port)) return true;
  const host = request.host ?? '';
  if (host.endsWith(':8001') || host.endsWith(':8444') || host.endsWith('.api.konghq.com')) return true;
  return (
    headerOf(request, 'kong-admin-token') !== undefined ||
    (request.port === undefined && host.startsWith('kong-admin') && ADMIN_PATHS.test(request.path))
  );
}

/** The line of the answer that carries a mark, or the status line. */
function sightingOf(exchange: ExchangeObservation): Sighting {
  return exchange.statusAt ?? exchange.messageAt ?? exchange.sighting;
}

/**
 * Who made the answer of an exchange, how sure (0 to 1), and why. Marks as of Kong 1.4 to 3.15: `X-Kong-Response-Latency`
 * only on Kong's own answers, `X-Kong-Upstream-Latency` only when an upstream was asked, `X-Kong-Admin-Latency` on the
 * Admin API; the log serializer's `source` since 3.6.
 */
export function whoAnswered(exchange: ExchangeObservation): Answered {
  const { response, request, logged } = exchange;
  const sighting = sightingOf(exchange);
  const plugin = answeringPlugin(exchange);
  const by = (answerer: Answered['by'], sure: number, because: string): Answered => ({
    by: answerer,
    sure,
    because,
    sighting,
    ...(answerer === 'kong' && plugin !== undefined ? plugin : {}),
  });
  const header = (name: string) => headerOf(response, name);

  if (header('x-kong-admin-latency') !== undefined || header('x-kong-admin-request-id') !== undefined) {
    return by('admin-api', 1, 'The answer carries X-Kong-Admin-Latency, which only the Admin API sends.');
  }
  if (logged?.source === 'kong') {
    return (logged.upstreamStatus ?? '') === ''
      ? by('kong', 1, 'The log says source kong and no upstream was asked.')
      : by('kong', 0.9, 'The log says source kong after the upstream could not be reached.');
  }
  if (logged?.source === 'upstream') return by('upstream', 1, 'The log says source upstream.');
  if (header('x-kong-response-latency') !== undefined) {
    return by('kong', 1, 'X-Kong-Response-Latency stands only on answers that Kong made itself.');
  }
  if (header('x-kong-upstream-latency') !== undefined) {
    return response !== undefined && isKongText(response.message) && (header('server') ?? '').startsWith('kong/')
      ? by('kong', 0.9, 'An upstream was asked, but the text is Kong’s own.')
      : by('upstream', 1, 'X-Kong-Upstream-Latency says that the upstream answered.');
  }
  if (exchange.ran !== undefined) {
    return exchange.ran.upstreamAsked
      ? by('upstream', 0.85, 'The trace shows that an upstream was asked.')
      : by('kong', 0.95, 'The trace shows that no upstream was asked.');
  }
  if (logged !== undefined && logged.upstreamStatus !== undefined) {
    return logged.upstreamStatus === ''
      ? by('kong', 0.95, 'The log has no upstream status: no upstream was asked.')
      : by('upstream', 0.9, `The log has upstream status ${logged.upstreamStatus}.`);
  }
  const server = (header('server') ?? '').toLowerCase();
  if (server.startsWith('kong/')) return by('kong', 0.95, `The Server header is ${header('server')}.`);
  if ((header('via') ?? '').includes('kong'))
    return by('upstream', 0.95, 'The Via header names Kong: the upstream answered.');
  if (isAdminCall(request)) return by('admin-api', 0.85, 'The call goes to the Admin API.');
  if (isAdminBody(response)) return by('admin-api', 0.8, 'The body has the form of the Admin API’s errors.');
  if (isIdentityProviderCall(request, response))
    return by('identity-provider', 0.9, 'The call goes to an endpoint of the identity provider.');
  if (
    server.startsWith('cloudflare') ||
    server.startsWith('akamai') ||
    server.startsWith('awselb') ||
    server.startsWith('cloudfront')
  ) {
    return by('front-proxy', 0.6, `The Server header is ${header('server')} and Kong left no mark on the answer.`);
  }
  if (response !== undefined && isKongText(response.message)) return by('kong', 0.8, 'The text is one of Kong’s own.');
  if (server !== '' && response !== undefined && response.headers.length > 3) {
    return by('unknown', 0.3, `The answer has no mark of Kong; its Server header is ${header('server')}.`);
  }
  return by('unknown', 0, 'Nothing in the paste says who answered.');
}

/** `{"code":2,"name":"schema violation","fields":{...},"message":"..."}`, and Konnect's problem documents. */
function isAdminBody(response: HttpResponse | undefined): boolean {
  const json = response?.json;
  if (typeof json !== 'object' || json === null) return false;
  const body = json as Readonly<Record<string, unknown>>;
  if (typeof body.instance === 'string' && body.instance.startsWith('konnect:')) return true;
  return (
    typeof body.code === 'number' &&
    body.code < 100 &&
    (typeof body.name === 'string' || Array.isArray(body.details)) &&
    typeof body.message === 'string'
  );
}

/** Texts that only Kong says, lower case, each whole (Kong 1.0 to 3.9 sources). */
const KONG_TEXTS = new Set([
  'no api key found in request',
  'duplicate api key found',
  'invalid authentication credentials',
  'you cannot consume this service',
  'no route matched with those values',
  'no routes matched with those values',
  'an unexpected error occurred',
  'an invalid response was received from the upstream server',
  'name resolution failed',
  'failure to get a peer from the ring-balancer',
  'api rate limit exceeded',
  'request size limit exceeded',
  'hmac signature cannot be verified',
  'hmac signature does not match',
  'no credentials found for given',
  'bad token; invalid json',
  'ip address not allowed',
  'your ip address is not allowed',
  'please use https protocol',
]);

/** Whether a message is one of Kong's own texts. */
export function isKongText(message: string | undefined): boolean {
  if (message === undefined) return false;
  const text = message.trim().toLowerCase();
  if (KONG_TEXTS.has(text)) return true;
  return (
    text.startsWith('no credentials found for given') ||
    text.startsWith('no mandatory ') ||
    text.startsWith('hmac signature') ||
    text.startsWith('ip address not allowed') ||
    text.startsWith('bad token; invalid')
  );
}

/** Challenge schemes that name Kong's plugin when Kong itself answered (reference: challenges of Kong 1.0 to 3.15). */
const PLUGIN_OF_SCHEME: Readonly<Record<string, string>> = {
  key: 'key-auth',
  ldap: 'ldap-auth',
  hmac: 'hmac-auth',
  vault: 'vault-auth',
};

/** Messages that name their plugin. */
const PLUGIN_OF_MESSAGE: readonly (readonly [string, string])[] = [
  ['no api key found in request', 'key-auth'],
  ['duplicate api key found', 'key-auth'],
  ['you cannot consume this service', 'acl'],
  ['hmac signature', 'hmac-auth'],
  ['ip address not allowed', 'ip-restriction'],
  ['your ip address is not allowed', 'ip-restriction'],
  ['no credentials found for given', 'jwt'],
  ['no mandatory ', 'jwt'],
  ['bad token; invalid', 'jwt'],
  ['invalid algorithm', 'jwt'],
  ['invalid key/secret', 'jwt'],
  ['api rate limit exceeded', 'rate-limiting'],
];

function answeringPlugin(exchange: ExchangeObservation): { plugin: string; pluginBecause: string } | undefined {
  const { ran } = exchange;
  if (ran?.endedBy !== undefined)
    return { plugin: ran.endedBy, pluginBecause: 'The trace marks the plugin that ended the request.' };
  const lastToRun = ran?.ordered === true && !ran.upstreamAsked ? ran.plugins.at(-1) : undefined;
  if (lastToRun !== undefined)
    return { plugin: lastToRun, pluginBecause: `After ${lastToRun} no plugin ran and no upstream was asked.` };
  const message = exchange.response?.message?.trim().toLowerCase() ?? '';
  const byMessage = PLUGIN_OF_MESSAGE.find(([text]) => message.startsWith(text));
  if (byMessage !== undefined)
    return { plugin: byMessage[1], pluginBecause: `Only ${byMessage[1]} says «${message}».` };
  for (const challenge of exchange.response?.challenges ?? []) {
    const named = PLUGIN_OF_SCHEME[challenge.scheme];
    if (named !== undefined)
      return { plugin: named, pluginBecause: `The challenge ${challenge.scheme} is ${named}'s.` };
    // basic-auth's realm is `service` from 3.6 on and `kong` before.
    if (challenge.scheme === 'basic' && challenge.params.realm === 'OAuth2.0')
      return { plugin: 'oauth2', pluginBecause: "The realm OAuth2.0 is the oauth2 plugin's token endpoint." };
    if (challenge.scheme === 'basic') return { plugin: 'basic-auth', pluginBecause: 'The challenge is Basic.' };
  }
  return undefined;
}
