// Kong reuses a stale token or answer: the signals, remedies and page of token-cache-stale.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy, textsOf } from '../../facts/questions.ts';
import { capTokenCache } from '../../remedies/cap-token-cache.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** openid-connect exchanges client credentials for tokens and caches them; the upstream then sees an old one. */
function cachesAndUpstreamRefuses({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const expired = failuresBy({ exchanges }, 'upstream', 401).filter((exchange) =>
    /expire|inactive|revoked/i.test(
      `${exchange.response?.body ?? ''} ${exchange.response?.challenges.map((challenge) => Object.values(challenge.params).join(' ')).join(' ') ?? ''}`,
    ),
  );
  const [first] = expired;
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
  looksAt: ['config', 'exchanges', 'tokens', 'introspections'],
  signals: [cachesAndUpstreamRefuses, clientTokenGood, inactiveButCached],
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
