// Which route of a gateway would take a browser's GET to a URL, as Kong's traditional router decides.
import type { GatewaySnapshot, RawEntity } from '../kong/snapshot.ts';
import { textsIn } from './gateway-map.ts';

/** `other-protocol`: host and path fit, the protocol does not; `unsure`: an expression or header condition may decide. */
export type Callback =
  | { readonly met: 'route' | 'other-protocol' | 'unsure'; readonly route: RawEntity }
  | { readonly met: 'none' };

/** Finds the route of a callback: more conditions win, then the longer path (Kong 1.0 to 3.9, traditional router). */
export function callbackAt(url: URL, { routes }: GatewaySnapshot): Callback {
  let best: { route: RawEntity; rank: number } | undefined;
  let unsure: RawEntity | undefined;
  let otherProtocol: RawEntity | undefined;
  for (const route of routes) {
    if (typeof route.expression === 'string') {
      unsure ??= route;
      continue;
    }
    const rank = rankOf(route, url);
    if (rank === undefined) continue;
    if (hasHeaders(route)) unsure ??= route;
    else if (!protocolsOf(route).includes(url.protocol.slice(0, -1))) otherProtocol ??= route;
    else if (best === undefined || rank > best.rank) best = { route, rank };
  }
  if (best !== undefined) return { met: 'route', route: best.route };
  if (otherProtocol !== undefined) return { met: 'other-protocol', route: otherProtocol };
  return unsure === undefined ? { met: 'none' } : { met: 'unsure', route: unsure };
}

/** The protocols of a route; Kong answers every field, and before 3.14 both were the default. */
export function protocolsOf(route: RawEntity): readonly string[] {
  const given = textsIn(route.protocols);
  return given.length === 0 ? ['http', 'https'] : given;
}

function hasHeaders({ headers }: RawEntity): boolean {
  return typeof headers === 'object' && headers !== null && Object.keys(headers).length > 0;
}

function rankOf(route: RawEntity, url: URL): number | undefined {
  const [hosts, paths, methods] = [textsIn(route.hosts), textsIn(route.paths), textsIn(route.methods)];
  if (hosts.length + paths.length + methods.length === 0) return undefined;
  if (hosts.length > 0 && !hosts.some((host) => isHost(host.toLowerCase(), url.hostname))) return undefined;
  if (methods.length > 0 && !methods.includes('GET')) return undefined;
  const path = paths.length === 0 ? 0 : Math.max(...paths.map((pattern) => lengthOf(pattern, url.pathname)));
  if (path < 0) return undefined;
  return [hosts, paths, methods].filter((list) => list.length > 0).length * 100_000 + path;
}

/** Whether a route's host pattern, with its wildcard at either end, covers a host. */
export function isHost(pattern: string, host: string): boolean {
  const bare = pattern.replace(/:\d+$/, '');
  if (bare.startsWith('*.')) return host.endsWith(bare.slice(1));
  return bare.endsWith('.*') ? host.startsWith(bare.slice(0, -1)) : bare === host;
}

/** Length of a matching prefix; a regular expression (`~/...`) is not run, its literal beginning must fit. */
function lengthOf(pattern: string, path: string): number {
  if (!pattern.startsWith('~')) return path.startsWith(pattern) ? pattern.length : -1;
  const literal = /^[\w/.-]*/.exec(pattern.slice(1).replace(/^\^/, ''))?.[0] ?? '';
  return path.startsWith(literal) ? 50_000 + literal.length : -1;
}
