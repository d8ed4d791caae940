// Calls to the hosts that a gateway's configuration names, as Kong would make them and no others: GET, no credentials,
// the address checked when the connection is made, bounded in time and size, redirects within the host only.
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type PeerCertificate, rootCertificates, TLSSocket } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { KongauthError } from '../errors.ts';
import { kindOfAddress } from './address.ts';

/** What the peer's certificate says, whether it is trusted here or not. */
export interface PeerTls {
  readonly trusted: boolean;
  /** OpenSSL's code when it is not: `SELF_SIGNED_CERT_IN_CHAIN`. */
  readonly distrust?: string;
  /** ms since 1970, the earliest end of the certificates that it shows. */
  readonly validTo: number;
  /** Common name of what ends first. */
  readonly endsFirst: string;
  readonly issuer: string;
}

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
  /** PEM certificates trusted beside the system's. */
  readonly ca?: string;
  /** Milliseconds for one answer. */
  readonly time?: number;
  readonly bytes?: number;
  readonly lookup?: Lookup;
}

type Lookup = (
  host: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const TIME = 10_000;
const BYTES = 2 ** 20;
const REDIRECTS = 3;
const REDIRECT = new Set([301, 302, 303, 307, 308]);

/** Why an address was not connected to; an error of the lookup, so that no connection is made. */
class ForbiddenAddress extends Error {
  readonly code = 'KONGAUTH_FORBIDDEN_ADDRESS';
}

/** Makes the calls of one examination; `close` ends its connections. */
export function createReach(options: ReachOptions): Reach {
  const { time = TIME, bytes = BYTES } = options;
  const hosts = new Set(options.hosts.map((host) => normalHost(host)));
  const certificates = new Map<string, PeerTls>();
  const connector = buildConnector({
    timeout: time,
    // Kong's own ssl_verify is often off: what it would read is read, and whether the certificate is trusted is reported.
    rejectUnauthorized: false,
    ca: [...rootCertificates, ...(options.ca === undefined ? [] : [options.ca])],
    lookup: guardedLookup(options.lookup ?? systemLookup),
  });
  const agent = new Agent({
    headersTimeout: time,
    bodyTimeout: time,
    connections: 4,
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
    const body = await textOf(response, bytes);
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

  return {
    async get(text) {
      let url = allowed(text, hosts);
      const signal = AbortSignal.timeout(time);
      for (let hops = 0; ; hops++) {
        try {
          const { location, ...reached } = await once(url, signal);
          if (!REDIRECT.has(reached.status) || location === undefined) return reached;
          url = redirected(url, location, hops);
        } catch (error) {
          throw error instanceof KongauthError ? error : failure(error, url);
        }
      }
    },
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

function tlsOf(socket: TLSSocket): PeerTls | undefined {
  const leaf = socket.getPeerCertificate(true);
  if (Object.keys(leaf).length === 0) return undefined;
  const chain: PeerCertificate[] = [];
  for (let at: PeerCertificate & { issuerCertificate?: PeerCertificate } = leaf; !chain.includes(at); ) {
    chain.push(at);
    if (at.issuerCertificate === undefined) break;
    at = at.issuerCertificate;
  }
  const [ending] = [...chain].sort((one, other) => Date.parse(one.valid_to) - Date.parse(other.valid_to));
  const { authorized, authorizationError } = socket;
  return {
    trusted: authorized,
    ...(authorized ? {} : { distrust: String(authorizationError) }),
    validTo: Date.parse(ending?.valid_to ?? ''),
    endsFirst: commonName(ending?.subject),
    issuer: commonName(leaf.issuer),
  };
}

function commonName(name: PeerCertificate['subject'] | undefined): string {
  return [name?.CN ?? name?.O ?? 'without a name'].flat()[0] ?? 'without a name';
}

async function textOf({ body }: Dispatcher.ResponseData, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > most)
      throw new KongauthError('provider-unreachable', `It answers more than ${Math.floor(most / 1024)} kB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function forbidden(name: string): KongauthError {
  return new KongauthError(
    'provider-refused',
    `${name} leads to an address that is never called from here (link-local, metadata or this machine).`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name does not resolve from here',
  EAI_AGAIN: 'the name does not resolve at the moment',
  EHOSTUNREACH: 'there is no way to that host from here',
  ENETUNREACH: 'there is no way to that network from here',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed within the answer',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
};

function failure(error: unknown, { host }: URL): KongauthError {
  const code = codeIn(error);
  if (code === 'KONGAUTH_FORBIDDEN_ADDRESS') return forbidden(host);
  const late = /TIMEOUT|TimeoutError|AbortError/.test(`${code} ${error instanceof Error ? error.name : ''}`);
  const tls = /^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code);
  const why =
    REASONS[code] ??
    (late ? 'it took too long' : tls ? `it speaks no TLS that we know (${code})` : `the call failed (${code})`);
  return new KongauthError('provider-unreachable', `${host} was not reached: ${why}.`, { cause: error });
}

function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'TimeoutError';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeIn(error.cause);
}
