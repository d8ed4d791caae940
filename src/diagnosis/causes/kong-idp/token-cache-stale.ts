// Kong reuses a stale token or answer: the signals, remedies and page of token-cache-stale.
import type { Exchange, Facts } from '../../facts/facts.ts';
import { failuresBy, textsOf } from '../../facts/questions.ts';
import { numericDate } from '../../facts/tokens-seen.ts';
import type { TokenObservation } from '../../readers/observation.ts';
import { capTokenCache } from '../../remedies/cap-token-cache.ts';
import { defineCause, type Weighed } from '../cause.ts';

function saysExpired({ response }: Exchange): boolean {
  const challenges = response?.challenges.flatMap(({ params }) => Object.values(params)) ?? [];
  return /expire|inactive|revoked/i.test([response?.body ?? '', ...challenges].join(' '));
}

/** openid-connect exchanges client credentials for tokens and caches them; the upstream then sees an old one. */
function cachesAndUpstreamRefuses({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const [first] = failuresBy({ exchanges }, 'upstream', 401).filter(saysExpired);
  if (first === undefined) return [];
  return config.pluginsNamed('openid-connect', 'upstream-oauth').map((plugin) => {
    const methods = textsOf(plugin.field('auth_methods').value);
    const exchanging =
      plugin.name === 'upstream-oauth' ||
      methods.some((method) =>
        ['client_credentials', 'password', 'authorization_code', 'session', 'refresh_token'].includes(method),
      );
    return {
      weight: exchanging ? 3.8 : 1.2,
      says: `The upstream says that the token has expired, and ${plugin.name} fetches and caches tokens itself.`,
      sighting: first.messageAt ?? first.sighting,
    };
  });
}

/** openid-connect's own debug and notice lines say that it fetches tokens for the caller; the upstream calls them expired. */
function exchangesAndUpstreamRefuses({ entries, exchanges }: Pick<Facts, 'entries' | 'exchanges'>): readonly Weighed[] {
  const refused = failuresBy({ exchanges }, 'upstream', 401).some(saysExpired);
  if (!refused) return [];
  return entries
    .filter(
      ({ component, text }) => component === 'openid-connect' && /exchanged? credentials|loading tokens/.test(text),
    )
    .slice(0, 1)
    .map((entry) => ({
      weight: 3.4,
      says: 'openid-connect fetches the tokens itself and keeps them, and the upstream calls what it gets expired.',
      sighting: entry.sighting,
    }));
}

/** What the client sent was still good when the upstream called it expired. */
function clientTokenGood({ tokens, exchanges }: Pick<Facts, 'tokens' | 'exchanges'>): readonly Weighed[] {
  const refused = failuresBy({ exchanges }, 'upstream', 401).some((exchange) =>
    /expire/i.test(exchange.response?.body ?? ''),
  );
  if (!refused) return [];
  return tokens
    .filter((seen) => seen.judgedBy === 'exchange' && (seen.expiresInSeconds ?? -1) > 0)
    .map((seen) => ({
      weight: 2.4,
      says: 'The token that the client sent was still valid, yet the upstream calls its token expired.',
      sighting: seen.token.sighting,
    }));
}

/** The provider, asked directly, grants what Kong does not find: Kong works with an older answer. */
function providerKnowsBetter({
  introspections,
  entries,
}: Pick<Facts, 'introspections' | 'entries'>): readonly Weighed[] {
  const granted = new Set(
    introspections.filter(({ active }) => active).flatMap(({ answer }) => textsOf(answer.scope, true)),
  );
  if (granted.size === 0) return [];
  return entries.flatMap((entry) => {
    const seen =
      /required scopes were not found \[ ?([^\]]{0,400})\]/.exec(entry.text)?.[1]?.split(/[\s,]+/) ?? undefined;
    const newer = [...granted].filter((scope) => !(seen ?? [...granted]).includes(scope));
    return newer.length === 0
      ? []
      : [
          {
            weight: 4.6,
            says: `Introspection now grants ${newer.join(' ')}, and Kong still works with an answer without it.`,
            sighting: entry.sighting,
          },
        ];
  });
}

/** A token that was forwarded, and a newer one of the same client that may do more. */
function newerTokenMayMore({ tokens }: Pick<Facts, 'tokens'>): readonly Weighed[] {
  const issued = tokens.filter(({ token }) => token.found === 'token-answer' && token.claims !== undefined);
  return issued.flatMap(({ token: fresh }) =>
    tokens.flatMap(({ token: old }) => {
      if (old === fresh || old.found === 'token-answer' || old.claims === undefined || !isSameClient(old, fresh))
        return [];
      const more = rightsOf(fresh).filter((right) => !rightsOf(old).includes(right));
      const isOlder = (numericDate(old.claims.iat) ?? 0) < (numericDate(fresh.claims?.iat) ?? 0);
      return !isOlder || more.length === 0
        ? []
        : [
            {
              weight: 5,
              says: `The forwarded token is older than one that the provider issues now, which adds ${more.slice(0, 5).join(', ')}.`,
              sighting: old.sighting,
            },
          ];
    }),
  );
}

function isSameClient(one: TokenObservation, other: TokenObservation): boolean {
  return (
    one.claims?.iss === other.claims?.iss &&
    ['azp', 'client_id', 'appid', 'cid', 'sub'].some(
      (claim) => one.claims?.[claim] !== undefined && one.claims[claim] === other.claims?.[claim],
    )
  );
}

function rightsOf({ claims }: TokenObservation): readonly string[] {
  return ['scope', 'scp', 'roles', 'groups', 'permissions'].flatMap((claim) => textsOf(claims?.[claim], true));
}

/** proxy-cache answers with a refusal that somebody else got before (X-Cache-Status, Age). */
function refusalFromCache({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(
      ({ failed, response }) =>
        failed && response?.headers.some(({ name, value }) => name === 'x-cache-status' && /^hit$/i.test(value)),
    )
    .map((exchange) => ({
      weight: 5.2,
      says: 'This refusal comes out of proxy-cache (X-Cache-Status: Hit): whoever asked first got it, whatever this request carries.',
      sighting: exchange.statusAt ?? exchange.sighting,
    }));
}

/** ldapwhoami with the same password is refused while Kong lets it through: ldap-auth keeps what once was right (all versions). */
function directoryRefuses({
  config,
  statements,
  exchanges,
}: Pick<Facts, 'config' | 'statements' | 'exchanges'>): readonly Weighed[] {
  const refused = statements.find(({ text }) => /ldap_bind: Invalid credentials \(49\)/i.test(text));
  const passes = exchanges.some(({ response }) => response !== undefined && response.status < 300);
  const caching = config
    .pluginsNamed('ldap-auth', 'ldap-auth-advanced')
    .filter((plugin) => Number(plugin.field('cache_ttl').value) > 0);
  if (refused === undefined || !passes) return [];
  return caching.map((plugin) => ({
    weight: 4.6,
    says: `The directory refuses the password and Kong still takes it: ${plugin.name} keeps an answer for cache_ttl seconds.`,
    sighting: plugin.field('cache_ttl').sighting,
  }));
}

/** Introspection now says inactive while Kong goes on letting the token through. */
function inactiveButCached({ introspections, config }: Pick<Facts, 'introspections' | 'config'>): readonly Weighed[] {
  const inactive = introspections.find((answer) => !answer.active);
  if (inactive === undefined) return [];
  return config
    .pluginsNamed('openid-connect', 'oauth2-introspection')
    .filter(
      (plugin) =>
        plugin.field('cache_introspection').value === true && plugin.field('cache_introspection').from === 'given',
    )
    .map(() => ({
      weight: 1.2,
      says: 'The token is inactive at the provider and introspection answers are cached.',
      sighting: inactive.sighting,
    }));
}

/** Kong goes on using a cached token, introspection result or exchange after it expired, was revoked or its permissions changed. */
export const tokenCacheStale = defineCause({
  name: 'token-cache-stale',
  title: 'Kong reuses a stale token or answer',
  looksAt: ['config', 'entries', 'exchanges', 'tokens', 'introspections', 'statements'],
  signals: [
    cachesAndUpstreamRefuses,
    exchangesAndUpstreamRefuses,
    providerKnowsBetter,
    newerTokenMayMore,
    refusalFromCache,
    clientTokenGood,
    inactiveButCached,
    directoryRefuses,
  ],
  yieldsTo: [],
  remedies: [capTokenCache],
  checks: ['Paste the openid-connect config and debug lines of one request that failed.'],
  page: {
    what: 'Kong goes on using a cached token, introspection result or exchange after it expired, was revoked or its permissions changed.',
    why: 'cache_ttl applies only to objects without an expiry of their own; tokens with expires_in and introspection results with exp keep theirs. A token response with expires_in 0 or less was cached for ever until 3.14.0.8 and 3.15.0.1.',
    confirm: [
      'At debug level compare the exp of the token that goes upstream with the time.',
      'Restart one node: if it cures that node, the cache is the cause.',
    ],
    fix: [
      'Bound the cache with cache_ttl_max below the token’s lifetime, or switch the cache of that kind of object off; cache_ttl 0 is no cure.',
    ],
  },
  example: `< HTTP/1.1 401 Unauthorized
< WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"
< X-Kong-Upstream-Latency: 14
< Via: 1.1 kong/3.9.1
<
{"error":"invalid_token","error_description":"The access token expired"}

plugins:
- name: openid-connect
  config:
    issuer: https://idp.example.com
    auth_methods: [client_credentials]
    cache_tokens: true
`,
});
