// sessions: cookies, secrets and storage of sessions, across nodes and between plugins that share a cookie.

import { fitsHost } from '../../kong/match.ts';
import type { LivePlugin } from '../../kong/read.ts';
import { protocolsOf } from '../callback-route.ts';
import type { Check, Examination } from '../check.ts';
import { type GatewayMap, listAt, listed, mapOf, textsIn, valueAt } from '../gateway-map.ts';
import { Results } from '../results.ts';

const NAME = 'sessions';

/** The fields of a plugin with sessions; the session plugin's have no prefix. */
function fieldOf(plugin: LivePlugin, field: string): string {
  return plugin.name === 'session' ? field : `session_${field}`;
}

export const sessions: Check = {
  name: NAME,
  title: 'Session cookies, secrets and storage',
  run(examination) {
    const results = new Results(NAME);
    const map = mapOf(examination.gateway);
    const plugins = map.pluginsNamed('openid-connect', 'session', 'saml').filter((plugin) => hasSessions(plugin, map));
    for (const plugin of plugins) {
      lookAtSecret(plugin, examination, results);
      lookAtCookie(plugin, map, results);
      lookAtStorage(plugin, examination, results);
    }
    lookAtShared(plugins, map, results);
    const count =
      plugins.length === 1 ? 'The one plugin with sessions keeps' : `All ${plugins.length} plugins with sessions keep`;
    return results.all(plugins.length === 0 ? undefined : `${count} them, whichever node answers.`);
  },
};

function hasSessions(plugin: LivePlugin, map: GatewayMap): boolean {
  if (plugin.name !== 'openid-connect') return true;
  const methods = textsIn(map.field(plugin, 'auth_methods').value);
  return methods.includes('session') || methods.includes('authorization_code');
}

function lookAtSecret(plugin: LivePlugin, { gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const field = fieldOf(plugin, 'secret');
  if (map.field(plugin, field).from === 'given') return;
  const subject = map.subjectOf(plugin);
  const advice = `Set config.${field} to one long random value, the same for all nodes.`;
  const lost = `${field} is not set, so`;
  switch (map.deployment) {
    case 'database':
      return;
    case 'hybrid': {
      const nodes = gateway.dataPlanes?.length ?? 0;
      const who = nodes > 1 ? `each of the ${nodes} data planes` : 'each data plane';
      results.failed(
        subject,
        `${lost} ${who} makes a secret of its own, and a session of one is unknown to the others and after a restart.`,
        advice,
        'oidc-session-lost',
      );
      return;
    }
    case 'db-less': {
      const workers = workersOf(gateway.root);
      if (workers > 1) {
        results.failed(
          subject,
          `${lost} each of the ${workers} workers of the DB-less node makes a secret of its own, and a session of one is unknown to the others.`,
          advice,
          'oidc-session-lost',
        );
        return;
      }
      results.couldNotLook(
        subject,
        `${lost} a DB-less node makes a secret of its own; whether there is more than one such node does not show here.`,
        advice,
      );
      return;
    }
    case 'unknown': {
      results.couldNotLook(
        subject,
        `${lost} it depends on the database whether all nodes share a generated secret, and this gateway does not tell of one.`,
        advice,
      );
      return;
    }
  }
}

function workersOf(root: Examination['gateway']['root']): number {
  const workers = valueAt(root, 'pids.workers');
  if (Array.isArray(workers)) return workers.length;
  return Number(valueAt(root, 'configuration.nginx_worker_processes')) || 1;
}

function lookAtCookie(plugin: LivePlugin, map: GatewayMap, results: Results): void {
  const [siteField, secureField] = [fieldOf(plugin, 'cookie_same_site'), fieldOf(plugin, 'cookie_secure')];
  const sameSite = map.field(plugin, siteField);
  const secure = map.field(plugin, secureField).value;
  const subject = map.subjectOf(plugin);
  // The session plugin meets no browser that comes from a provider.
  if (plugin.name !== 'session' && sameSite.value === 'Strict')
    results.failed(
      subject,
      `${siteField} is Strict, so the browser leaves the cookie out when the identity provider sends it back, and the login begins anew.`,
      `Set config.${siteField} to Lax.`,
      'oidc-session-lost',
    );
  if (sameSite.value === 'None' && secure !== true)
    results.failed(
      subject,
      `${siteField} is None without ${secureField}, and browsers drop such a cookie.`,
      `Set config.${secureField} to true, or config.${siteField} to Lax.`,
      'oidc-session-lost',
    );
  const plain = map.spotsOf(plugin).filter(({ route }) => !protocolsOf(route).includes('https'));
  if (secure === true && plain.length > 0)
    results.failed(
      subject,
      `${secureField} is true, and ${listed(plain.map(({ route }) => `the route ${String(route.name ?? route.id)}`))} takes plain HTTP only, over which browsers do not send the cookie.`,
      'Add https to the protocols of the route.',
      'oidc-session-lost',
    );
}

/** A store on the node's own machine is another one on every node. */
function lookAtStorage(plugin: LivePlugin, { gateway }: Examination, results: Results): void {
  const map = mapOf(gateway);
  const storage = String(map.field(plugin, fieldOf(plugin, 'storage')).value ?? '');
  if (
    plugin.name === 'session' &&
    storage === 'kong' &&
    map.deployment !== 'database' &&
    map.deployment !== 'unknown'
  ) {
    results.failed(
      map.subjectOf(plugin),
      'storage is kong, which keeps sessions in the database, and this node has none to write to.',
      'Set config.storage to cookie.',
      'oidc-session-lost',
    );
    return;
  }
  if (!['redis', 'memcache', 'memcached'].includes(storage)) return;
  const hostField = storage === 'redis' ? 'redis.host' : 'session_memcached_host';
  const host =
    map.field(plugin, hostField).value ??
    (storage === 'redis' ? map.field(plugin, 'session_redis_host').value : undefined);
  // A shared Redis of Enterprise (a partial), a cluster or sentinels stand for themselves.
  const elsewhere = ['partials', 'config.redis.cluster_nodes', 'config.redis.sentinel_nodes'];
  if (elsewhere.some((path) => valueAt(plugin.raw, path) != null) || (gateway.dataPlanes?.length ?? 0) < 2) return;
  if (!/^(?:localhost|127\.[\d.]+|::1)$/.test(String(host))) return;
  results.failed(
    map.subjectOf(plugin),
    `Sessions are kept in ${storage} at ${String(host)}, which is another one for each of the ${gateway.dataPlanes?.length} data planes.`,
    `Set config.${hostField} to one ${storage} that all nodes reach.`,
    'oidc-session-lost',
  );
}

/** Plugins that write one cookie with different secrets end each other's sessions. */
function lookAtShared(plugins: readonly LivePlugin[], map: GatewayMap, results: Results): void {
  const byCookie = new Map<string, LivePlugin[]>();
  for (const plugin of plugins) {
    const parts = ['cookie_name', 'cookie_domain', 'cookie_path'].map(
      (field) => map.field(plugin, fieldOf(plugin, field)).value,
    );
    listAt(byCookie, JSON.stringify(parts)).push(plugin);
  }
  for (const sharing of byCookie.values()) {
    const [first] = sharing;
    if (first === undefined || sharing.length < 2) continue;
    const hosts = new Map(sharing.map((plugin) => [plugin, hostsOf(plugin, map)]));
    const clashing = sharing.filter(
      (plugin) => keeping(plugin, map) !== keeping(first, map) && meet(hosts.get(plugin), hosts.get(first)),
    );
    if (clashing.length === 0) continue;
    const field = fieldOf(first, 'secret');
    results.failed(
      map.subjectOf(first),
      `It writes the cookie ${String(map.field(first, fieldOf(first, 'cookie_name')).value)} as does ${listed(clashing.map((plugin) => map.subjectOf(plugin).name))}, with another secret or storage: each ends the sessions of the other.`,
      `Give each plugin a config.${fieldOf(first, 'cookie_name')} of its own, or all of them the same config.${field} and storage.`,
      'oidc-session-lost',
    );
  }
}

/** What has to be equal for one cookie to be read by both; a generated secret belongs to the issuer. */
function keeping(plugin: LivePlugin, map: GatewayMap): string {
  const secret = map.field(plugin, fieldOf(plugin, 'secret'));
  const own = secret.from === 'given' ? secret.value : map.field(plugin, 'issuer').value;
  return JSON.stringify([own, map.field(plugin, fieldOf(plugin, 'storage')).value]);
}

/** Hosts of the routes it runs on; none stands for every host. */
function hostsOf(plugin: LivePlugin, map: GatewayMap): readonly string[] {
  const spots = map.spotsOf(plugin);
  if (spots.some(({ route }) => textsIn(route.hosts).length === 0)) return [];
  return [
    ...new Set(
      spots.flatMap(({ route }) => textsIn(route.hosts).map((host) => host.toLowerCase().replace(/:\d+$/, ''))),
    ),
  ];
}

function meet(one: readonly string[] = [], other: readonly string[] = []): boolean {
  if (one.length === 0 || other.length === 0) return true;
  return one.some((host) => other.some((another) => fitsHost(another, { host }) || fitsHost(host, { host: another })));
}
