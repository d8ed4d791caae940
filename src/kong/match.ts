// Which route a request would match, as Kong's routers decide (traditional.lua and transform.lua of 1.0 to 3.9).
import { parseVersion } from '../diagnosis/versions.ts';
import type { FailingRequest } from './failing-request.ts';
import type { Root } from './read.ts';
import { type PathFit, pathFit, type Version } from './route-path.ts';

type Raw = Readonly<Record<string, unknown>>;

export interface MatchedRoute {
  readonly route: Raw;
  /** What of the route fits, in words. */
  readonly because: readonly string[];
}

/** A route whose match hangs on what nobody told: a header, an address, an expression. */
export interface OpenRoute {
  readonly route: Raw;
  readonly needs: string;
}

export interface RouteMatches {
  /** As Kong would take them; the first one answers. */
  readonly matching: readonly MatchedRoute[];
  /** Whether the first two are equal for Kong, so that which one answers is not told by their fields. */
  readonly isTied: boolean;
  /** Would come before `matching[0]` if they match. */
  readonly open: readonly OpenRoute[];
  /** Fail for one reason only. */
  readonly near: readonly OpenRoute[];
}

export interface RouterFacts {
  readonly version: string | undefined;
  /** `router_flavor` as the node tells it. */
  readonly flavour: string | undefined;
}

const STREAM = new Set(['tcp', 'udp', 'tls', 'tls_passthrough']);
/** Kinds of conditions by what counts more where the number of kinds is equal (traditional router). */
const KIND_BITS = {
  hosts: 0x40,
  headers: 0x20,
  paths: 0x10,
  methods: 0x08,
  snis: 0x04,
  sources: 0x02,
  destinations: 0x01,
};

type Verdict =
  | { readonly is: 'matching'; readonly because: readonly string[]; readonly order: readonly number[] }
  | { readonly is: 'open'; readonly needs: string; readonly order: readonly number[] }
  | { readonly is: 'missed'; readonly reasons: readonly string[] };

/** What a node tells of its router. */
export function routerOf({ version, configuration }: Root): RouterFacts {
  return { version, flavour: configuration?.router_flavor };
}

/** Judges all routes for a request. */
export function matchRoutes(routes: readonly Raw[], request: FailingRequest, facts: RouterFacts): RouteMatches {
  const version = facts.version === undefined ? undefined : parseVersion(facts.version);
  const isTraditional = flavourOf(facts.flavour, version) === 'traditional';
  const judged = routes.flatMap((route) => {
    if (textsOf(route.protocols).some((protocol) => STREAM.has(protocol))) return [];
    return [{ route, verdict: judge(route, request, version, isTraditional) }];
  });
  const matching: { route: Raw; because: readonly string[]; order: readonly number[] }[] = [];
  const open: { route: Raw; needs: string; order: readonly number[] }[] = [];
  const near: OpenRoute[] = [];
  for (const { route, verdict } of judged) {
    if (verdict.is === 'matching') matching.push({ route, ...verdict });
    else if (verdict.is === 'open') open.push({ route, ...verdict });
    else if (verdict.reasons.length === 1) near.push({ route, needs: verdict.reasons[0] ?? '' });
  }
  matching.sort((one, other) => compared(one.order, other.order));
  open.sort((one, other) => compared(one.order, other.order));
  const [first, second] = matching;
  return {
    matching: matching.map(({ route, because }) => ({ route, because })),
    isTied: first !== undefined && second !== undefined && compared(first.order, second.order) === 0,
    open: open
      .filter(({ order }) => first === undefined || compared(order, first.order) <= 0)
      .map(({ route, needs }) => ({ route, needs })),
    near,
  };
}

/** Since 3.0 the default is `traditional_compatible`; `expressions` orders routes without an expression alike. */
function flavourOf(flavour: string | undefined, version: Version | undefined): 'traditional' | 'compatible' {
  if (flavour !== undefined) return flavour === 'traditional' ? 'traditional' : 'compatible';
  return version !== undefined && (version[0] ?? 3) < 3 ? 'traditional' : 'compatible';
}

function compared(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== (other[index] ?? 0));
  return at === -1 ? 0 : (other[at] ?? 0) - (one[at] ?? 0);
}

function judge(route: Raw, request: FailingRequest, version: Version | undefined, isTraditional: boolean): Verdict {
  if (typeof route.expression === 'string')
    return {
      is: 'open',
      needs: `it has an expression, which is not evaluated here: ${route.expression.slice(0, 200)}`,
      order: [Number.POSITIVE_INFINITY],
    };
  const hosts = textsOf(route.hosts);
  const paths = textsOf(route.paths);
  const methods = textsOf(route.methods).map((method) => method.toUpperCase());
  const snis = textsOf(route.snis);
  const headers = Object.entries(recordOf(route.headers)).filter(([name]) => name.toLowerCase() !== 'host');
  const sources = listOf(route.sources);
  const destinations = listOf(route.destinations);
  const needs: string[] = [];
  const reasons: string[] = [];
  const because: string[] = [];
  if (hosts.length > 0) {
    const host = hosts.find((pattern) => fitsHost(pattern, request));
    if (request.host === undefined) needs.push(`the host is one of ${listed(hosts)}`);
    else if (host === undefined) reasons.push(`it takes the hosts ${listed(hosts)} only`);
    else because.push(`its host ${host} fits`);
  }
  const fits = paths.map((path) => pathFit(path, request.path, version));
  const fit = bestOf(fits);
  if (paths.length > 0) {
    if (fit !== undefined) because.push(pathWords(fit, route));
    else {
      const unknown = fits.find((one) => one.fits === 'unknown');
      if (unknown?.fits === 'unknown') needs.push(unknown.why);
      else reasons.push(`it takes the paths ${listed(paths)} only`);
    }
  }
  if (methods.length > 0) {
    if (methods.includes(request.method)) because.push(`it takes ${request.method}`);
    else reasons.push(`it takes ${listed(methods)} only`);
  }
  if (snis.length > 0 && request.scheme !== 'http') {
    const names = snis.map((sni) => sni.replace(/\.$/, '').toLowerCase());
    if (request.host === undefined || request.scheme === undefined)
      needs.push(`the TLS server name is one of ${listed(names)}`);
    else if (!names.includes(request.host)) reasons.push(`it takes the TLS server names ${listed(names)} only`);
    else because.push(`its server name ${request.host} fits`);
  }
  for (const [name, values] of headers) needs.push(`the request carries ${name}: ${listed(textsOf(values))}`);
  if (sources.length + destinations.length > 0) needs.push('the addresses of the connection are those it names');
  const kinds = { hosts, headers, paths, methods, snis, sources, destinations };
  const present = (Object.keys(KIND_BITS) as (keyof typeof KIND_BITS)[]).filter((kind) => kinds[kind].length > 0);
  // Kong serves no route without a condition; up to 2.x it could not be stored, since then it matches nothing.
  if (present.length === 0) return { is: 'missed', reasons: ['it has no condition', 'so it never matches'] };
  if (reasons.length > 0) return { is: 'missed', reasons };
  const order = orderOf({ route, kinds: present, hosts, headers: headers.length, paths, fit, version }, isTraditional);
  return needs.length > 0 ? { is: 'open', needs: needs.join(', and '), order } : { is: 'matching', because, order };
}

interface Ordered {
  readonly route: Raw;
  readonly kinds: readonly (keyof typeof KIND_BITS)[];
  readonly hosts: readonly string[];
  readonly headers: number;
  readonly paths: readonly string[];
  readonly fit: Extract<PathFit, { fits: true }> | undefined;
  readonly version: Version | undefined;
}

/** What Kong compares, most important first; greater comes first. */
function orderOf({ route, kinds, hosts, headers, fit }: Ordered, isTraditional: boolean): readonly number[] {
  const weight = kinds.length;
  const isPlain = hosts.length > 0 && hosts.every((host) => !host.includes('*')) ? 1 : 0;
  const regex = fit?.isRegex === true ? 1 : 0;
  const priority = regex === 1 && typeof route.regex_priority === 'number' ? route.regex_priority : 0;
  const length = fit?.length ?? 0;
  // Only the five kinds of HTTP count for `traditional_compatible`, and neither is worth more than another.
  if (!isTraditional) {
    const counted = kinds.filter((kind) => kind !== 'sources' && kind !== 'destinations').length;
    return [counted, isPlain, headers, regex, priority, length];
  }
  const bits = kinds.reduce((sum, kind) => sum | KIND_BITS[kind], 0);
  const hasPort = hosts.some((host) => host.includes('*') && /:\d+$/.test(host)) ? 4 : 0;
  const created = typeof route.created_at === 'number' ? -route.created_at : 0;
  return [weight, bits, hasPort + isPlain * 2 + regex, headers, priority, length, created];
}

/** Whether a route's host, which may have a wildcard at one end and a port, is that of a request. */
export function fitsHost(
  pattern: string,
  { host, port, scheme }: Pick<FailingRequest, 'host' | 'port' | 'scheme'>,
): boolean {
  if (host === undefined) return false;
  const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  const given = port ?? (scheme === 'https' ? 443 : scheme === 'http' ? 80 : undefined);
  if (wanted !== undefined && Number(wanted) !== given) return false;
  if (name.startsWith('*')) return host.length >= name.length && host.endsWith(name.slice(1));
  if (name.endsWith('*')) return host.length >= name.length && host.startsWith(name.slice(0, -1));
  return name === host;
}

/** A regular expression wins over a prefix, a longer prefix over a shorter one. */
function bestOf(fits: readonly PathFit[]): Extract<PathFit, { fits: true }> | undefined {
  const found = fits.filter((fit) => fit.fits === true);
  return found.find(({ isRegex }) => isRegex) ?? found.toSorted((one, other) => other.length - one.length)[0];
}

function pathWords({ isRegex, path }: Extract<PathFit, { fits: true }>, { strip_path: strip }: Raw): string {
  const kind = isRegex ? 'the regular expression' : 'the prefix';
  return `its path fits (${kind} ${path}${strip === true ? ', taken off for the upstream' : ''})`;
}

function listed(values: readonly string[]): string {
  const shown = values.slice(0, 5).join(', ');
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown;
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}
