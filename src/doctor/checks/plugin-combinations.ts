// plugin-combinations: authentication plugins that meet on one request, anonymous consumers, and acl without anyone to judge.
import type { LivePlugin } from '../../kong/read.ts';
import type { Check, Subject } from '../check.ts';
import { authenticates, type GatewayMap, listAt, listed, mapOf, nameOf, type Spot } from '../gateway-map.ts';
import { Results } from '../results.ts';

const NAME = 'plugin-combinations';

export const pluginCombinations: Check = {
  name: NAME,
  title: 'Authentication plugins that meet',
  run({ gateway }) {
    const results = new Results(NAME);
    const map = mapOf(gateway);
    lookAtAnonymous(gateway.plugins, map, results);
    // Routes on which the same meets are one matter, however many they are.
    const alike = new Map<string, Spot[]>();
    for (const spot of map.spots()) listAt(alike, shapeOf(spot, map)).push(spot);
    for (const spots of alike.values()) lookAt(spots, map, results);
    for (const { name, scope, enabled, raw } of gateway.plugins)
      if (enabled && raw.ordering != null && (authenticates(name) || name === 'acl'))
        results.couldNotLook(
          {
            type: 'plugin',
            name: `${name} on ${scope.route === undefined ? 'more than one route' : `the route ${nameOf(map.entity(scope.route), scope.route)}`}`,
          },
          'It has an ordering of its own, so whether it runs after what it needs does not show in the priorities.',
        );
    return results.all(
      gateway.plugins.some(({ name }) => authenticates(name) || name === 'acl')
        ? `On ${gateway.routes.length} routes no two authentication plugins ask for credentials of their own, and no acl is without one.`
        : undefined,
    );
  },
};

function anonymousOf(plugin: LivePlugin, map: GatewayMap): string | undefined {
  const { value } = map.field(plugin, 'anonymous');
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function shapeOf({ running, authenticating }: Spot, map: GatewayMap): string {
  const others = running.filter(({ name }) => ['acl', 'session', 'request-termination'].includes(name));
  return JSON.stringify([
    authenticating.map((plugin) => [plugin.name, scopeKind(plugin), anonymousOf(plugin, map)]),
    others.map(({ name }) => name),
  ]);
}

function scopeKind({ scope }: LivePlugin): 'route' | 'service' | 'global' {
  return scope.route !== undefined ? 'route' : scope.service !== undefined ? 'service' : 'global';
}

function lookAt(spots: readonly Spot[], map: GatewayMap, results: Results): void {
  const [first] = spots;
  if (first === undefined) return;
  const { authenticating, running } = first;
  const names = spots.map(({ route }) => nameOf(route));
  const subject: Subject = {
    type: 'route',
    name: listed(names),
    ...(spots.length === 1 ? { id: String(first.route.id) } : {}),
  };
  const where = spots.length === 1 ? `On the route ${names[0]}` : `On ${spots.length} routes (${listed(names)})`;
  const strict = authenticating.filter((plugin) => anonymousOf(plugin, map) === undefined);
  const kinds = authenticating.map((plugin) => `${plugin.name} (${scopeKind(plugin)})`);
  if (authenticating.length > 1 && strict.length > 0)
    results.failed(
      subject,
      strict.length > 1
        ? `${where} ${listed(kinds, 6)} meet, and ${listed(
            strict.map(({ name }) => name),
            6,
          )} have no anonymous: each of them wants a credential of its own from every request.`
        : `${where} ${listed(kinds, 6)} meet, and ${strict[0]?.name} has no anonymous: it answers 401 although another one has accepted the request.`,
      'For one or the other set config.anonymous on each of them to a consumer that request-termination refuses; for a single one disable or remove the rest.',
      'auth-plugins-combined',
    );
  else if (authenticating.length > 1 && !isEnded(first, map))
    results.failed(
      subject,
      `${where} ${listed(kinds, 6)} all have anonymous, and nothing refuses that consumer: whoever sends no credential comes through.`,
      'Put request-termination with status_code 401 on the anonymous consumer, or acl on the route.',
      'auth-plugins-combined',
    );
  const hasSession = running.some(({ name }) => name === 'session');
  if (
    hasSession &&
    authenticating.length === 1 &&
    strict.length === 1 &&
    strict[0]?.name !== 'openid-connect' &&
    strict[0]?.name !== 'saml'
  )
    results.failed(
      subject,
      `${where} session runs with ${strict[0]?.name}, which has no anonymous and so asks for its credential although there is a session.`,
      `Set config.anonymous of ${strict[0]?.name} to a consumer that request-termination refuses.`,
      'auth-plugins-combined',
    );
  if (running.some(({ name }) => name === 'acl') && authenticating.length === 0 && !hasSession)
    results.failed(
      subject,
      `${where} acl runs without an authentication plugin, so it knows no consumer and refuses every request.`,
      'Attach the authentication plugin to the same service or route, or remove acl.',
      'acl-denied',
    );
}

/** Whether something refuses the anonymous consumer. */
function isEnded({ running, authenticating }: Spot, map: GatewayMap): boolean {
  if (running.some(({ name }) => name === 'acl')) return true;
  const ended = map.pluginsNamed('request-termination').map(({ scope }) => scope.consumer);
  return authenticating.every((plugin) => {
    const id = map.consumerNamed(anonymousOf(plugin, map) ?? '')?.id;
    return typeof id === 'string' && ended.includes(id);
  });
}

function lookAtAnonymous(plugins: readonly LivePlugin[], map: GatewayMap, results: Results): void {
  for (const plugin of plugins) {
    const anonymous = plugin.enabled ? anonymousOf(plugin, map) : undefined;
    if (anonymous === undefined || map.consumerNamed(anonymous) !== undefined) continue;
    results.failed(
      map.subjectOf(plugin),
      `Its anonymous consumer ${anonymous} does not exist: requests without a credential end in 500.`,
      'Create that consumer, or set config.anonymous to the id of one that exists.',
      'auth-plugins-combined',
    );
  }
}
