// A required scope or role is absent: the signals, remedies and page of token-scope-missing.
import type { Facts } from '../../facts/facts.ts';
import { failures, failuresBy, textsOf } from '../../facts/questions.ts';
import { requiredClaims } from '../../facts/required-claims.ts';
import { requestScope } from '../../remedies/request-scope.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Each of scopes, roles and groups that a plugin requires must be met; what one token has is compared with it. */
function lacksScope({ tokens, config }: Pick<Facts, 'tokens' | 'config'>): readonly Weighed[] {
  const required = requiredClaims({ tokens, config }).filter(({ requirement }) => requirement !== 'audience');
  const unmet = required.filter(({ met }) => !met);
  if (unmet.length === 0)
    return required
      .slice(0, 1)
      .map(({ token }) => ({ weight: -2, says: 'The token has what is required.', sighting: token.token.sighting }));
  return unmet.flatMap((one) => [
    {
      weight: 3.8,
      says: `The token has ${one.has.join(', ') || `no ${one.requirement}`} in ${one.claim}; ${one.required.join(' or ')} is required${one.standsIn === undefined ? '' : ` and stands in ${one.standsIn}, where the plugin does not look`}.`,
      sighting: one.token.token.sighting,
    },
    { weight: 0.8, says: `This is what ${one.plugin.name} requires.`, sighting: one.sighting },
  ]);
}

/**
 * In a resource server's mouth insufficient_scope means the scope. Kong's openid-connect says it of every claim, audience,
 * group or consumer that does not fit (Kong Enterprise 3.4 to 3.15), so there it proves a scope only where one is required.
 */
function insufficient({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  const plugins = config.pluginsNamed('openid-connect');
  const demands = plugins.some((plugin) =>
    ['scopes_required', 'roles_required', 'groups_required'].some(
      (field) => textsOf(plugin.field(field).value).length > 0,
    ),
  );
  return failures({ exchanges }, 401, 403)
    .filter(
      (exchange) =>
        exchange.response?.challenges.some((challenge) => challenge.params.error === 'insufficient_scope') ||
        /insufficient.scope/i.test(exchange.response?.body ?? ''),
    )
    .map((exchange) => {
      const sighting = exchange.messageAt ?? exchange.sighting;
      if (exchange.answered.by !== 'kong')
        return { weight: 4.2, says: 'The answer says insufficient_scope.', sighting };
      if (demands)
        return {
          weight: 3.2,
          says: 'Kong says insufficient_scope, and the plugin requires scopes, roles or groups.',
          sighting,
        };
      return {
        weight: plugins.length > 0 ? -4 : -1.2,
        says: 'Kong says insufficient_scope of any claim, audience or consumer that does not fit, not of scopes alone.',
        sighting,
      };
    });
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
