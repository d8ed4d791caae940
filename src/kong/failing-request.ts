// The address of a failing request as people write it: a URL, a host with a path, or a path, with or without a method.

/** What a router looks at; what was not said stays open. */
export interface FailingRequest {
  readonly method: string;
  readonly scheme?: 'http' | 'https';
  /** Lower case, without port. */
  readonly host?: string;
  readonly port?: number;
  /** As Kong sees it: no query, dots resolved. */
  readonly path: string;
}

const ADDRESS =
  /^(?:(?<method>[A-Za-z]{3,10})\s+)?(?:(?<scheme>https?|grpcs?|wss?):\/\/)?(?<host>\[[\da-f:.]{2,45}\]|[a-z\d*_](?:[a-z\d*_.-]{0,251}[a-z\d*_])?)?(?::(?<port>\d{1,5}))?(?<path>\/[^\s]*)?$/iu;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

/**
 * Reads an address; undefined for what is a name: names of routes and services hold no slash.
 * A request without a method is taken for a GET.
 */
export function failingRequest(text: string): FailingRequest | undefined {
  const groups = ADDRESS.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const { scheme, host, port, path } = groups;
  const method = groups.method?.toUpperCase();
  if (method !== undefined && !METHODS.has(method)) return undefined;
  if (host === undefined && path === undefined) return undefined;
  if (path === undefined && scheme === undefined && method === undefined) return undefined;
  if (host === undefined && (scheme !== undefined || port !== undefined)) return undefined;
  const seen = normalised(path ?? '/');
  if (seen === undefined) return undefined;
  const secure = scheme === undefined ? undefined : /^(?:https|grpcs|wss)$/i.test(scheme);
  return {
    method: method ?? 'GET',
    path: seen,
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(secure === undefined ? {} : { scheme: secure ? 'https' : 'http' }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** Dots resolved, letters of no meaning unescaped, no query (Kong normalises so since 2.4). */
function normalised(path: string): string | undefined {
  const [bare = '/'] = path.split(/[?#]/, 1);
  try {
    const { pathname } = new URL(`http://host${bare.replace(/\/{2,}/g, '/')}`);
    return pathname.replace(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
      const letter = String.fromCharCode(Number.parseInt(hex, 16));
      return /[A-Za-z0-9._~-]/.test(letter) ? letter : escaped.toUpperCase();
    });
  } catch {
    return undefined;
  }
}

/** `GET https://api.example.com:8443/orders/7`. */
export function writtenRequest({ method, scheme, host, port, path }: FailingRequest): string {
  const authority = `${host ?? ''}${port === undefined ? '' : `:${port}`}`;
  return `${method} ${scheme === undefined ? '' : `${scheme}://`}${authority}${path}`;
}
