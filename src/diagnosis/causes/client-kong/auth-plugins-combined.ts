// Several auth plugins combine wrongly: the signals, remedies and page of auth-plugins-combined.
import { authMeetings } from '../../facts/effective-plugins.ts';
import type { Exchange, Facts, PluginMet } from '../../facts/facts.ts';
import { failures, passedAsAnonymous, presented } from '../../facts/questions.ts';
import { setAnonymous } from '../../remedies/set-anonymous.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Two plugins on one request mean AND unless each has anonymous (all Kong versions); route, service and global add up. */
function bothDemanded({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const failed = failures({ exchanges }, 401).filter((exchange) => presented(exchange).length > 0);
  return authMeetings(config).flatMap(({ where, plugins }): readonly Weighed[] => {
    const strict = plugins.filter((plugin) => !hasAnonymous(plugin));
    const [first, second] = [...strict, ...plugins.filter((plugin) => !strict.includes(plugin))];
    if (plugins.length < 2 || first === undefined || second === undefined || strict.length === 0) return [];
    const half = failed.some((exchange) => servesOnlySome(exchange, plugins));
    const all = plugins.map((plugin) => plugin.name).join(' and ');
    return [
      {
        weight: half ? 4.6 : failed.length > 0 ? 4.2 : 2.2,
        says: `${all} meet on ${where}, and ${strict.map((plugin) => plugin.name).join(' and ')} ${strict.length === 1 ? 'has' : 'have'} no anonymous: each demands its own credential.`,
        sighting: first.entity.sighting,
      },
      { weight: 0.8, says: `${second.name} runs there too.`, sighting: second.entity.sighting },
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

/** Every plugin falls back to anonymous and nothing refuses that one: the route is open. */
function nobodyRefuses({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  const refuses = config.pluginsNamed('request-termination', 'acl').some((plugin) => plugin.enabled);
  return authMeetings(config).flatMap(({ where, plugins }): readonly Weighed[] => {
    const [first] = plugins;
    if (refuses || plugins.length < 2 || first === undefined || !plugins.every(hasAnonymous)) return [];
    return [
      {
        weight: 3.8,
        says: `${plugins.map(({ name }) => name).join(' and ')} on ${where} all fall back to anonymous, and nothing refuses the anonymous consumer.`,
        sighting: first.entity.sighting,
      },
    ];
  });
}

function hasAnonymous(plugin: PluginMet): boolean {
  const { value } = plugin.field('anonymous');
  return value != null && value !== '';
}

/** What kinds of credentials satisfy a plugin. */
const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  'key-auth': ['api-key'],
  'basic-auth': ['basic'],
  'ldap-auth': ['basic', 'ldap'],
  'hmac-auth': ['hmac'],
  jwt: ['bearer'],
  oauth2: ['bearer'],
};

/** Whether the request carries what one of the plugins asks for and not what another does. */
function servesOnlySome(exchange: Exchange, plugins: readonly PluginMet[]): boolean {
  const carried = presented(exchange).map(({ scheme }) => scheme);
  const served = plugins.flatMap(({ name }) => {
    const wanted = SCHEMES[name];
    return wanted === undefined ? [] : [wanted.some((scheme) => carried.includes(scheme as (typeof carried)[number]))];
  });
  return served.includes(true) && served.includes(false);
}

/** Several authentication plugins meet on one request and combine to AND. */
export const authPluginsCombined = defineCause({
  name: 'auth-plugins-combined',
  title: 'Several auth plugins combine wrongly',
  looksAt: ['config', 'exchanges'],
  signals: [nobodyRefuses, bothDemanded, strangerUpstream],
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
