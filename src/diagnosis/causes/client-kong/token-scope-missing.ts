// A required scope or role is absent: the signals, remedies and page of token-scope-missing.
import type { Facts } from '../../facts/facts.ts';
import { failures, failuresBy, textsOf } from '../../facts/questions.ts';
import { requestScope } from '../../remedies/request-scope.ts';
import { defineCause, type Weighed } from '../cause.ts';

function lacksScope({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  return config.pluginsNamed('openid-connect', 'jwt-keycloak', 'oauth2').flatMap((plugin) => {
    const required = [
      ...textsOf(plugin.field('scopes_required').value),
      ...textsOf(plugin.field('roles_required').value),
      ...textsOf(plugin.field('groups_required').value),
    ];
    if (required.length === 0) return [];
    return tokens.flatMap(({ token }) => {
      if (token.claims === undefined) return [];
      const has = [
        ...textsOf(token.claims.scope, true),
        ...textsOf(token.claims.scp, true),
        ...textsOf(token.claims.roles),
        ...textsOf(token.claims.groups),
      ];
      // In a list every entry is an alternative; an entry with blanks demands all of its words (openid-connect).
      if (required.some((entry) => entry.split(' ').every((word) => has.includes(word))))
        return [{ weight: -2, says: 'The token has what is required.', sighting: token.sighting }];
      return [
        {
          weight: 3.8,
          says: `The token has ${has.join(', ') || 'no scopes'}; ${required.join(' or ')} is required.`,
          sighting: token.sighting,
        },
      ];
    });
  });
}

function insufficient({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failures({ exchanges }, 401, 403)
    .filter(
      (exchange) =>
        exchange.response?.challenges.some((challenge) => challenge.params.error === 'insufficient_scope') ||
        /insufficient.scope/i.test(exchange.response?.body ?? ''),
    )
    .map((exchange) => ({
      weight: 4.2,
      says: 'The answer says insufficient_scope.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** Kong passes on what the token may do (oauth2 X-Authenticated-Scope, openid-connect scope headers); the upstream says 403. */
function scopesPassedOn({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 403).flatMap((exchange) => {
    const scope = exchange.request?.headers.find(({ name }) => /^x-(?:authenticated-)?(?:oauth-)?scopes?$/.test(name));
    return scope === undefined
      ? []
      : [
          {
            weight: 3.8,
            says: `The upstream was told that the token has ${scope.value} and answers 403 to ${exchange.request?.method}.`,
            sighting: exchange.sighting,
          },
        ];
  });
}

/** Writes are denied and reads pass: what a missing write scope looks like. */
function onlyWrites({ contrasts, exchanges }: Pick<Facts, 'contrasts' | 'exchanges'>): readonly Weighed[] {
  const denied = failures({ exchanges }, 401).length === 0;
  return contrasts
    .filter(
      (contrast) =>
        contrast.dimension === 'method' && contrast.value !== 'OPTIONS' && contrast.value !== 'GET' && denied,
    )
    .map((contrast) => ({ weight: 2.6, says: `${contrast.figures}.`, sighting: contrast.sighting }));
}

/** The caller is authenticated, and a scope, role or claim value is absent. */
export const tokenScopeMissing = defineCause({
  name: 'token-scope-missing',
  title: 'A required scope or role is absent',
  looksAt: ['tokens', 'config', 'exchanges', 'contrasts'],
  signals: [lacksScope, insufficient, onlyWrites, scopesPassedOn],
  yieldsTo: ['token-cache-stale'],
  remedies: [requestScope],
  checks: ['Paste the token and the answer with its WWW-Authenticate header.'],
  page: {
    what: 'The caller is authenticated, and a scope, role or claim value is absent.',
    why: 'The client did not ask for the scope, the provider did not grant it, or the plugin or upstream requires one that this client never gets.',
    confirm: ['Compare scope, scp or roles of the token with scopes_required or with what the upstream demands.'],
    fix: ['Request the scope at the token endpoint and grant it to the client at the provider.'],
  },
  example: `< HTTP/1.1 403 Forbidden
< WWW-Authenticate: Bearer error="insufficient_scope", scope="orders:write"
< Via: 1.1 kong/3.9.1
< X-Kong-Upstream-Latency: 12
<
{"error":"insufficient_scope"}`,
});
