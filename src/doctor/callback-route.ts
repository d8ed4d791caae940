// Which route of a gateway takes a browser's GET to a URL, as its router decides.
import { matchRoutes, routerOf } from '../kong/match.ts';
import type { GatewaySnapshot, RawEntity } from '../kong/snapshot.ts';
import { textsIn } from './gateway-map.ts';

/** `other-protocol`: host and path fit, the protocol does not; `unsure`: an expression or header condition may decide. */
export type Callback =
  | { readonly met: 'route' | 'other-protocol' | 'unsure'; readonly route: RawEntity }
  | { readonly met: 'none' };

/** The route of a callback. The router takes a route first and minds its protocols afterwards. */
export function callbackAt(url: URL, { root, routes }: GatewaySnapshot): Callback {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? {} : { port: Number(url.port) };
  const request = { method: 'GET', scheme, host: url.hostname, ...port, path: url.pathname } as const;
  const { matching, open } = matchRoutes(routes, request, routerOf(root));
  const [first] = matching;
  if (first !== undefined) {
    const met = protocolsOf(first.route).includes(scheme) ? 'route' : 'other-protocol';
    return { met, route: first.route };
  }
  const [unsure] = open;
  return unsure === undefined ? { met: 'none' } : { met: 'unsure', route: unsure.route };
}

/** The protocols of a route; Kong answers every field, and before 3.14 both were the default. */
export function protocolsOf(route: RawEntity): readonly string[] {
  const given = textsIn(route.protocols);
  return given.length === 0 ? ['http', 'https'] : given;
}
