// Which routes of the gateway failing requests match, when a log names no route.
import { matchingRoutes } from '../diagnosis/facts/route-match.ts';
import type { RequestSubject } from '../diagnosis/facts/subjects.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Requests that are matched; the most frequent ones come first. */
const REQUESTS = 10;

/** The routes that Kong would take for these requests, and what could not be told. */
export function routesFor(
  requests: readonly RequestSubject[],
  routes: readonly Raw[],
): { readonly found: readonly Raw[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const found = requests.slice(0, REQUESTS).flatMap((request) => {
    const { method = 'GET', host, path } = request;
    const seen = routes.map((raw) => ({
      raw,
      // A log without hosts leaves open which of several hosts was called.
      fields: host === undefined ? { ...raw, hosts: null } : raw,
    }));
    const matching = matchingRoutes(host === undefined ? { method, path } : { method, host, path }, {
      ofType: () => seen,
    });
    const [first] = matching;
    if (first === undefined) {
      notes.push(
        `No route of the gateway matches ${host ?? ''}${path}; routes with expressions, header or SNI conditions were not judged.`,
      );
      return [];
    }
    if (host === undefined && matching.some(({ raw }) => raw !== first.raw && isSamePath(raw, first.raw)))
      notes.push(`Several routes match ${path} and the material does not name the host; the first one was looked at.`);
    return [first.raw];
  });
  return { found: [...new Set(found)], notes: [...new Set(notes)] };
}

function isSamePath(one: Raw, other: Raw): boolean {
  return JSON.stringify(one.paths) === JSON.stringify(other.paths);
}
