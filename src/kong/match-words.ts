// Which route a failing request would match, in sentences.
import type { FailingRequest } from './failing-request.ts';
import { writtenRequest } from './failing-request.ts';
import type { MatchSeen } from './inspection.ts';
import type { RouteMatches } from './match.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Others that are named. */
const NAMED = 5;

/** The words for an inspection. */
export function matchSeen(matches: RouteMatches, request: FailingRequest): MatchSeen {
  const { matching, isTied, open, near } = matches;
  const [first, ...others] = matching;
  const written = writtenRequest(request);
  const opened = open
    .slice(0, NAMED)
    .map(
      ({ route, needs }) =>
        `The route ${nameOf(route)} ${first === undefined ? 'takes it' : 'comes first'} if ${needs}.`,
    );
  if (first === undefined) {
    const nearest = near.slice(0, NAMED).map(({ route, needs }) => `The route ${nameOf(route)} does not: ${needs}.`);
    return {
      headline: `No route is sure to match ${written}.`,
      why: [
        ...opened,
        ...nearest,
        ...(open.length + near.length === 0 ? ['No route comes close.'] : []),
        ...(open.length === 0 ? ['Kong answers such a request with 404 "no Route matched with those values".'] : []),
      ],
    };
  }
  return {
    headline: `${written} matches the route ${nameOf(first.route)}.`,
    why: [
      `Because ${first.because.join(', ')}.`,
      ...protocolWords(first.route, request),
      ...(isTied
        ? [
            `The route ${nameOf(others[0]?.route ?? {})} is equal for Kong: which of the two answers is not told by their fields.`,
          ]
        : []),
      ...opened,
      ...(others.length === 0
        ? []
        : [
            `${others.length === 1 ? 'It would also match' : 'They would also match'}, behind it: ${others
              .slice(0, NAMED)
              .map(({ route }) => nameOf(route))
              .join(', ')}${others.length > NAMED ? ` and ${others.length - NAMED} more` : ''}.`,
          ]),
    ],
  };
}

/** The router matches first and looks at the protocol afterwards. */
function protocolWords(
  { protocols, https_redirect_status_code: status }: Raw,
  { scheme }: FailingRequest,
): readonly string[] {
  const taken = Array.isArray(protocols) ? protocols.map(String) : [];
  if (scheme !== 'http' || taken.length === 0 || taken.includes('http') || !taken.includes('https')) return [];
  return [`It takes https only: over plain http Kong answers ${String(status ?? 426)}.`];
}

function nameOf({ name, id }: Raw): string {
  return typeof name === 'string' ? name : String(id ?? '');
}
