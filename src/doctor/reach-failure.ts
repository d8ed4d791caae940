// Why a call to a provider gave no answer, in one sentence each; the words of foreign errors are never told.
import { KongauthError } from '../errors.ts';

/** Why an address was not connected to; an error of the lookup, so that no connection is made. */
export class ForbiddenAddress extends Error {
  readonly code = 'KONGAUTH_FORBIDDEN_ADDRESS';
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; look at the host and port, and at the provider',
  ENOTFOUND: 'the name does not resolve from here; look at its spelling and at the DNS of this bot',
  EAI_AGAIN: 'the name does not resolve at the moment; look at the DNS of this bot',
  EHOSTUNREACH: 'there is no way to that host from here; look at routes and firewalls',
  ENETUNREACH: 'there is no way to that network from here; look at routes and firewalls',
  ECONNRESET: 'the connection was reset; look at proxies and firewalls in between',
  UND_ERR_SOCKET: 'the connection was closed within the answer; look at the provider and proxies in between',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut off; look at the provider and proxies in between',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time; look at firewalls in between',
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too large',
};

/** The failure of a call as the user is told it. */
export function failure(error: unknown, { host }: URL): KongauthError {
  const code = codeIn(error);
  if (code === 'KONGAUTH_FORBIDDEN_ADDRESS') return forbidden(host);
  const late = /TIMEOUT|TimeoutError|AbortError/.test(`${code} ${error instanceof Error ? error.name : ''}`);
  const tls = /^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code);
  const garbled = code.startsWith('HPE_');
  const why =
    REASONS[code] ??
    (late
      ? 'it took too long; look at firewalls in between and at the provider’s load'
      : tls
        ? `it speaks no TLS that we know (${code}); look whether the address should begin with http://`
        : garbled
          ? `it answers no HTTP (${code}); look at the port, and whether the address should begin with https://`
          : `the call failed (${code})`);
  return new KongauthError('provider-unreachable', `${host} was not reached: ${why}.`, { cause: error });
}

/** The refusal of an address that is never called. */
export function forbidden(name: string): KongauthError {
  return new KongauthError(
    'provider-refused',
    `${name} leads to an address that is never called from here (link-local, metadata or this machine); run the check on a gateway node.`,
  );
}

function codeIn(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'TimeoutError';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? error.name : codeIn(error.cause);
}
