// Several auth plugins combine wrongly: the signals, remedies and page of auth-plugins-combined.
import type { Facts } from '../../facts/facts.ts';
import { authPlugins, failures, passedAsAnonymous, presented } from '../../facts/questions.ts';
import { setAnonymous } from '../../remedies/set-anonymous.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Two plugins without anonymous on one request mean AND (all Kong versions). */
function bothDemanded({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const plugins = authPlugins({ config }).filter((plugin) => plugin.name !== 'session');
  const scopes = new Map<string, typeof plugins>();
  for (const plugin of plugins) {
    const key = `${plugin.entity.scope.route ?? ''}|${plugin.entity.scope.service ?? ''}`;
    scopes.set(key, [...(scopes.get(key) ?? []), plugin]);
  }
  return [...scopes.values()].flatMap((group) => {
    const strict = group.filter(
      (plugin) => plugin.field('anonymous').value == null || plugin.field('anonymous').value === '',
    );
    const [first] = strict;
    if (new Set(group.map((plugin) => plugin.name)).size < 2 || first === undefined) return [];
    const failed = failures({ exchanges }, 401).some((exchange) => presented(exchange).length > 0);
    return [
      {
        weight: failed ? 4.2 : 2.2,
        says: `${group.map((plugin) => plugin.name).join(' and ')} are on the same scope, and ${strict.map((plugin) => plugin.name).join(' and ')} has no anonymous: each demands its own credential.`,
        sighting: first.entity.sighting,
      },
    ];
  });
}

/** With anonymous a credential that fails is no refusal any more: the upstream sees a stranger. */
function strangerUpstream({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return passedAsAnonymous({ exchanges })
    .filter(({ answered }) => answered.by === 'upstream')
    .slice(0, 2)
    .map((exchange) => ({
      weight: 2.6,
      says: 'Kong let the request through as the anonymous consumer, and the upstream refuses that one.',
      sighting: exchange.sighting,
    }));
}

/** Several authentication plugins meet on one request and combine to AND. */
export const authPluginsCombined = defineCause({
  name: 'auth-plugins-combined',
  title: 'Several auth plugins combine wrongly',
  looksAt: ['config', 'exchanges'],
  signals: [bothDemanded, strangerUpstream],
  yieldsTo: [],
  remedies: [setAnonymous],
  checks: ['Paste `/routes/NAME/plugins` and `/services/NAME/plugins`.'],
  page: {
    what: 'Several authentication plugins meet on one request and combine to AND.',
    why: 'A plugin without anonymous ends the request when it finds no credential of its own, whatever another one found. OR needs anonymous on each of them and something that ends the anonymous branch.',
    confirm: ['List the plugins of route, service and global scope; look at anonymous of each.'],
    fix: ['Set anonymous on each of them, and request-termination (or acl) on the anonymous consumer.'],
  },
  example: `> GET /orders HTTP/1.1
> apikey: web-key-1000
>
< HTTP/1.1 401 Unauthorized
< Server: kong/3.9.1
< X-Kong-Response-Latency: 1
<
{"message":"Unauthorized"}

plugins:
- name: key-auth
  route: orders
  config:
    key_names: [apikey]
- name: jwt
  route: orders
  config:
    key_claim_name: iss
`,
});
