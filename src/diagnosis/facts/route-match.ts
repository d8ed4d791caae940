// Which route of the paste a request would match, as Kong's traditional router decides: hosts, paths, methods.
import type { HttpRequest } from '../readers/observation.ts';
import type { Config, Entity } from './facts.ts';
import { textsOf } from './questions.ts';

/**
 * Routes that a request matches, the one that Kong would take first: more kinds of conditions win, then a regular
 * expression over a prefix, then the longer path (Kong 1.0 to 3.9, traditional router). Routes with an expression or
 * with conditions on headers are left out: the paste does not tell enough.
 */
export function matchingRoutes(request: HttpRequest, config: Config): readonly Entity[] {
  const host = (request.host ?? '').replace(/:\d+$/, '').toLowerCase();
  return config
    .ofType('route')
    .flatMap((route) => {
      const rank = rankOf(route, request, host);
      return rank === undefined ? [] : [{ route, rank }];
    })
    .sort((one, other) => other.rank - one.rank)
    .map(({ route }) => route);
}

/** How specific the match is; undefined for a route that does not match or cannot be judged. */
function rankOf(route: Entity, request: HttpRequest, host: string): number | undefined {
  const { fields } = route;
  if (typeof fields.expression === 'string' || fields.headers != null || fields.snis != null) return undefined;
  const [hosts, paths, methods] = [textsOf(fields.hosts), textsOf(fields.paths), textsOf(fields.methods)];
  if (hosts.length + paths.length + methods.length === 0) return undefined;
  if (hosts.length > 0 && !hosts.some((pattern) => isHost(pattern.toLowerCase(), host))) return undefined;
  if (methods.length > 0 && !methods.includes(request.method)) return undefined;
  const path = paths.length === 0 ? 0 : Math.max(...paths.map((pattern) => pathRank(pattern, request.path)));
  if (path < 0) return undefined;
  const conditions = [hosts, paths, methods].filter((list) => list.length > 0).length;
  return conditions * 100_000 + path;
}

function isHost(pattern: string, host: string): boolean {
  const bare = pattern.replace(/:\d+$/, '');
  if (bare.startsWith('*.')) return host.endsWith(bare.slice(1));
  return bare.endsWith('.*') ? host.startsWith(bare.slice(0, -1)) : bare === host;
}

/** Length of a matching prefix; a regular expression (`~/...`, since 3.0) is not run, its literal beginning must fit. */
function pathRank(pattern: string, path: string): number {
  const regex = /^\/?~/.exec(pattern)?.[0];
  const text = regex === undefined ? pattern : pattern.slice(regex.length);
  const literal = regex === undefined ? text : (/^[\w/.-]*/.exec(text.replace(/^\^/, ''))?.[0] ?? '');
  if (!path.startsWith(literal)) return -1;
  return regex === undefined ? literal.length : 50_000 + literal.length;
}
