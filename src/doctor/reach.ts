// Calls to the hosts that a gateway's configuration names, as Kong would make them and no others: GET, no credentials,
// the address checked when the connection is made, bounded in time and size, redirects within the host only.
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { KongauthError } from '../errors.ts';
import { kindOfAddress } from './address.ts';
import { type PeerTls, tlsOf, trustWith } from './peer-tls.ts';
import { ForbiddenAddress, failure, forbidden } from './reach-failure.ts';

/** One answer, bounded in size; redirects within the host are followed. */
export interface Reached {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** ms since 1970 by our clock, when the request was sent and when the answer's head arrived. */
  readonly sentAt: number;
  readonly at: number;
  /** Undefined for http. */
  readonly tls: PeerTls | undefined;
}

export interface Reach {
  /**
   * GETs a URL.
   * @throws KongauthError `provider-refused` for a host or address that may not be called, `provider-unreachable` when
   * there is no whole answer
   */
  get(url: string): Promise<Reached>;
  close(): Promise<void>;
}

export interface ReachOptions {
  /** `idp.example` for any port, `localhost:9000` for one; in any case of letters. */
  readonly hosts: readonly string[];
  /** PEM certificates trusted beside Node's and the machine's. */
  readonly ca?: string;
  /** Milliseconds for one answer, and for all calls together. */
  readonly time?: number;
  readonly total?: number;
  readonly bytes?: number;
  readonly lookup?: Lookup;
}

type Lookup = (
  host: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const TIME = 10_000;
/** A gateway may name hundreds of providers that are not there; somebody waits for the report. */
const TOTAL = 60_000;
const AT_ONCE = 8;
const BYTES = 2 ** 20;
const REDIRECTS = 3;
const REDIRECT = new Set([301, 302, 303, 307, 308]);

/** Makes the calls of one examination; `close` ends its connections. */
export function createReach(options: ReachOptions): Reach {
  const { time = TIME, total = TOTAL, bytes = BYTES } = options;
  const end = performance.now() + total;
  const inTurn = turnstile(AT_ONCE);
  const hosts = new Set(options.hosts.map((host) => normalHost(host)));
  const certificates = new Map<string, PeerTls>();
  const connector = buildConnector({
    timeout: time,
    // Kong's own ssl_verify is often off: what it would read is read, and whether the certificate is trusted is reported.
    rejectUnauthorized: false,
    // Of a resumed session Node shows no certificate and does not judge the name again: a wrong one would look trusted.
    maxCachedSessions: 0,
    allowH2: false,
    secureContext: trustWith(options.ca),
    lookup: guardedLookup(options.lookup ?? systemLookup),
  });
  const agent = new Agent({
    headersTimeout: time,
    bodyTimeout: time,
    connections: 4,
    allowH2: false,
    connect: (target, callback) =>
      connector(target, (...result) => {
        const [error, socket] = result;
        if (error === null && socket instanceof TLSSocket) {
          const seen = tlsOf(socket);
          if (seen !== undefined) certificates.set(originOf(target), seen);
        }
        callback(...result);
      }),
  });

  async function once(url: URL, signal: AbortSignal): Promise<Reached & { readonly location: string | undefined }> {
    const sentAt = Date.now();
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'kongauth' },
      signal,
    });
    const at = Date.now();
    const body = await textOf(response, url, bytes);
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
    );
    return {
      status: response.statusCode,
      headers,
      body,
      sentAt,
      at,
      tls: certificates.get(url.origin),
      location: headers.location,
    };
  }

  async function follow(first: URL): Promise<Reached> {
    const left = Math.ceil(Math.min(time, end - performance.now()));
    if (left <= 0)
      throw new KongauthError(
        'provider-unreachable',
        `${first.host} was not called: the ${Math.round(total / 1000)} s for all calls are over; examine one route or service at a time.`,
      );
    const signal = AbortSignal.timeout(left);
    for (let url = first, hops = 0; ; hops++) {
      try {
        const { location, ...reached } = await once(url, signal);
        if (!REDIRECT.has(reached.status) || location === undefined) return reached;
        url = redirected(url, location, hops);
      } catch (error) {
        throw error instanceof KongauthError ? error : failure(error, url);
      }
    }
  }

  return {
    get: (text) => inTurn(() => follow(allowed(text, hosts))),
    close: () => agent.destroy(),
  };
}

/** The URL, if it is one that may be called. */
function allowed(text: string, hosts: ReadonlySet<string>): URL {
  if (!URL.canParse(text)) throw new KongauthError('provider-refused', 'It is no URL; correct it in the plugin.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new KongauthError('provider-refused', 'It is neither https:// nor http://; correct it in the plugin.');
  if (url.username !== '' || url.password !== '')
    throw new KongauthError('provider-refused', 'It holds a user or password, which are not sent from here.');
  const name = normalHost(url.hostname);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (!hosts.has(name) && !hosts.has(`${name}:${port}`))
    throw new KongauthError(
      'provider-refused',
      `The host ${name} is named by no plugin; add it to identity_provider_hosts of the gateway to have it looked at.`,
    );
  // A literal address is never looked up, so it is judged here; loopback may be named on purpose.
  const literal = name.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && kindOfAddress(literal) === 'never') throw forbidden(name);
  return url;
}

function redirected(from: URL, location: string, hops: number): URL {
  if (!URL.canParse(location, from.href))
    throw new KongauthError('provider-unreachable', `${from.host} redirects to what is no URL.`);
  const to = new URL(location, from);
  if (to.origin !== from.origin)
    throw new KongauthError(
      'provider-refused',
      `${from.host} redirects to ${to.host}, which is not followed from here; name that address in the plugin if it is right.`,
    );
  if (hops >= REDIRECTS)
    throw new KongauthError('provider-unreachable', `${from.host} redirects more than ${REDIRECTS} times.`);
  return to;
}

/** Looks a name up and gives only addresses that may be connected to: what is checked is what is connected to. */
function guardedLookup(lookup: Lookup): LookupFunction {
  return (host, _options, callback) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      // Somebody who writes localhost or 127.0.0.1 means this machine (a provider beside the bot in development, and in
      // tests); any other name that leads here was led here.
      const named = normalHost(host) === 'localhost';
      const open = addresses.filter(({ address }) => {
        const kind = kindOfAddress(address);
        return kind === 'open' || (kind === 'loopback' && named);
      });
      if (open.length === 0) return callback(new ForbiddenAddress(), []);
      const [first] = open;
      if (_options.all === true) return callback(null, open);
      callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
}

/** Lower case, no dot at the end; a port stays. */
function normalHost(host: string): string {
  return host.toLowerCase().replace(/\.(?=:\d+$|$)/, '');
}

function originOf({ protocol, hostname, port }: buildConnector.Options): string {
  return new URL(`${protocol}//${hostname}${port === '' ? '' : `:${port}`}`).origin;
}

/** The answer's text; nothing is unpacked, so that a small answer cannot become a large one. */
async function textOf({ body, headers }: Dispatcher.ResponseData, { host }: URL, most: number): Promise<string> {
  const encoding = [headers['content-encoding'] ?? 'identity'].flat().join(', ').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== '') {
    // Nothing of it is read, so the connection is of no more use.
    body.destroy();
    throw new KongauthError(
      'provider-unreachable',
      `${host} answers compressed though nothing was asked for but plain text; switch compression off for that address at the provider or its proxy.`,
    );
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > most)
      throw new KongauthError(
        'provider-unreachable',
        `${host} answers more than ${Math.floor(most / 1024)} kB, which no discovery document or key set needs; look at the address.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets a few calls through at once, the others in the order in which they came. */
function turnstile(atOnce: number): <T>(call: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  return async (call) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
