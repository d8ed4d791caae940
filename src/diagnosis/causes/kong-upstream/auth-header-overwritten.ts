// The upstream receives another credential: the signals, remedies and page of auth-header-overwritten.

import type { Facts } from '../../facts/facts.ts';
import { failuresBy, presented, removedAndAddedHeaders, textsOf } from '../../facts/questions.ts';
import { inspectUpstreamRequest } from '../../remedies/inspect-upstream-request.ts';
import { keepOneAuthorization } from '../../remedies/keep-one-authorization.ts';
import { templateAuthorization } from '../../remedies/template-authorization.ts';
import { defineCause, type Weighed } from '../cause.ts';

function transformerSetsIt({ config, atLeast }: Pick<Facts, 'config' | 'atLeast'>): readonly Weighed[] {
  return config.pluginsNamed('request-transformer', 'request-transformer-advanced').flatMap((plugin) => {
    if (!plugin.enabled) return [];
    // In Kong 1.x a header that is removed and added arrives as none.
    const vanishes = atLeast('2.0') !== true && removedAndAddedHeaders(plugin).includes('authorization');
    return (['add', 'replace', 'append', 'rename'] as const).flatMap((action) =>
      textsOf(plugin.field(`${action}.headers`).value)
        .filter((entry) => /^(?:[\w-]+:)?\s*authorization\b/i.test(entry))
        .map((entry) => ({
          weight: entry.includes('$(jwt_token)') ? 4 : vanishes && action === 'add' ? 1.4 : 2.8,
          says: entry.includes('$(jwt_token)')
            ? 'jwt_token is no template variable of Kong and renders to nothing.'
            : `${plugin.name} ${action}s Authorization.`,
          sighting: plugin.field(`${action}.headers`).sighting,
        })),
    );
  });
}

/** The upstream names another user than the client sent. */
function otherUserArrives({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 401, 403).flatMap((exchange) => {
    const sent = presented(exchange).find(({ username }) => username !== undefined)?.username;
    const named = /\buser(?:name)?:? ?\\?[[("'`]([\w.@-]{2,60})[\])"'`]/i.exec(exchange.response?.body ?? '')?.[1];
    return sent === undefined || named === undefined || named === sent
      ? []
      : [
          {
            weight: 5.4,
            says: `The client sent ${sent}, the upstream speaks of ${named}: another credential arrives there.`,
            sighting: exchange.messageAt ?? exchange.sighting,
          },
        ];
  });
}

function twiceUpstream({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(
      (exchange) => (exchange.request?.headers.filter((header) => header.name === 'authorization').length ?? 0) > 1,
    )
    .map((exchange) => ({
      weight: 3,
      says: 'The request carries Authorization twice.',
      sighting: exchange.requestAt ?? exchange.sighting,
    }));
}

/** The upstream gets another credential than the client sent. */
export const authHeaderOverwritten = defineCause({
  name: 'auth-header-overwritten',
  title: 'The upstream receives another credential',
  looksAt: ['config', 'exchanges', 'atLeast'],
  signals: [otherUserArrives, transformerSetsIt, twiceUpstream],
  yieldsTo: [],
  remedies: [keepOneAuthorization, templateAuthorization, inspectUpstreamRequest],
  checks: ['Paste all plugins of the route and service.'],
  page: {
    what: 'The upstream gets another credential than the client sent.',
    why: 'A transformer, upstream-oauth or openid-connect adds, replaces or duplicates Authorization; a template such as $(jwt_token) renders to nothing.',
    confirm: ['Point the service at an echo server, or log the upstream headers.'],
    fix: ['Let exactly one plugin set the header.'],
  },
  example: `plugins:
- name: request-transformer
  config:
    add:
      headers: ['Authorization:Bearer $(jwt_token)']

< HTTP/1.1 401 Unauthorized
< X-Kong-Upstream-Latency: 3
< Via: 1.1 kong/3.9.1
<
{"error":"invalid_token"}`,
});
