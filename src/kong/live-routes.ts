// Which routes of the gateway failing requests match, when a log names no route.
import type { RequestSubject } from '../diagnosis/facts/subjects.ts';
import { matchRoutes, type RouterFacts } from './match.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Requests that are matched; the most frequent ones come first. */
const REQUESTS = 10;

/** The routes that Kong would take for these requests, and what could not be told. */
export function routesFor(
  requests: readonly RequestSubject[],
  routes: readonly Raw[],
  router: RouterFacts,
): { readonly found: readonly Raw[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  // A log without hosts leaves open which of several hosts was called.
  const anyHost = new Map(routes.map((raw) => [{ ...raw, hosts: null } as Raw, raw]));
  const found = requests.slice(0, REQUESTS).flatMap(({ method = 'GET', host: authority, path }) => {
    const host = authority?.replace(/:\d+$/, '').toLowerCase();
    const { matching, isTied, open } =
      host === undefined
        ? matchRoutes([...anyHost.keys()], { method, path }, router)
        : matchRoutes(routes, { method, host, path }, router);
    const [first] = matching;
    const [before] = open;
    if (before !== undefined)
      notes.push(`For ${authority ?? ''}${path} the route ${nameOf(before.route)} may come first: ${before.needs}.`);
    if (first === undefined) {
      if (before === undefined) notes.push(`No route of the gateway matches ${authority ?? ''}${path}.`);
      return [];
    }
    if (isTied && host === undefined)
      notes.push(`Several routes match ${path} and the material does not name the host; the first one was looked at.`);
    return [anyHost.get(first.route) ?? first.route];
  });
  return { found: [...new Set(found)], notes: [...new Set(notes)] };
}

function nameOf({ name, id }: Raw): string {
  return String(name ?? id ?? '');
}
