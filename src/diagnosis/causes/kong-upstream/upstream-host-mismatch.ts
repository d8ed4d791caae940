// Host, SNI or path changed on the way: the signals, remedies and page of upstream-host-mismatch.

import type { Facts } from '../../facts/facts.ts';
import { failuresBy } from '../../facts/questions.ts';
import { inspectUpstreamRequest } from '../../remedies/inspect-upstream-request.ts';
import { preserveHost } from '../../remedies/preserve-host.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** 421 says that this connection is not for that host (RFC 9110 §15.5.20). */
function misdirected({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 421).map((exchange) => ({
    weight: 4.2,
    says: 'The upstream answers 421: the host name is not one of this connection.',
    sighting: exchange.statusAt ?? exchange.sighting,
  }));
}

/** The same path works at the upstream itself, and through Kong another one arrives there. */
function otherPathArrives({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return failuresBy({ exchanges }, 'upstream', 400, 401, 403, 404)
    .filter(({ logged }) => logged?.upstreamPath !== undefined && logged.upstreamPath !== logged.path)
    .flatMap((exchange) => {
      const direct = exchanges.find(
        ({ request, response }) =>
          request?.path === exchange.logged?.path &&
          (response?.status ?? 0) >= 200 &&
          (response?.status ?? 0) < 300 &&
          request?.host !== exchange.request?.host,
      );
      return direct === undefined
        ? []
        : [
            {
              weight: 5,
              says: `${exchange.logged?.path} works at the upstream itself; through Kong ${exchange.logged?.upstreamPath} arrives there.`,
              sighting: exchange.sighting,
            },
          ];
    });
}

/** A call with a Host of its own, straight to the upstream's address, works; through Kong the upstream refuses. */
function ownHostWorks({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const direct = exchanges.find(
    ({ failed, answered, request, response }) =>
      !failed &&
      (response?.status ?? 0) >= 200 &&
      (response?.status ?? 0) < 300 &&
      answered.by !== 'kong' &&
      answered.by !== 'upstream' &&
      request?.headers.some(({ name }) => name === 'host') &&
      request.credentials.length === 0,
  );
  if (direct === undefined) return [];
  return failuresBy({ exchanges }, 'upstream', 400, 401, 403, 404, 421)
    .filter(({ request }) => request?.host !== direct.request?.host && (request?.credentials ?? []).length === 0)
    .slice(0, 1)
    .map(() => ({
      weight: 4.8,
      says: `The upstream answers when it is called as ${direct.request?.host}; through Kong it gets another Host.`,
      sighting: direct.requestAt ?? direct.sighting,
    }));
}

/** Kong changes Host, SNI or path, and the upstream’s authentication depends on them. */
export const upstreamHostMismatch = defineCause({
  name: 'upstream-host-mismatch',
  title: 'Host, SNI or path changed on the way',
  looksAt: ['exchanges'],
  signals: [misdirected, ownHostWorks, otherPathArrives],
  yieldsTo: [],
  remedies: [preserveHost, inspectUpstreamRequest],
  checks: ['Paste route and service with preserve_host, strip_path, host and path.'],
  page: {
    what: 'Kong changes Host, SNI or path, and the upstream’s authentication depends on them.',
    why: 'preserve_host and strip_path decide what the upstream sees; signed requests and virtual hosts break.',
    confirm: ['Call the upstream directly with each Host.'],
    fix: ['Set preserve_host or the service’s host and path to what the upstream expects.'],
  },
  example: `< HTTP/1.1 421 Misdirected Request
< X-Kong-Upstream-Latency: 3
< Via: 1.1 kong/3.9.1
<
Misdirected Request: the client needs a new connection, hostname provided via SNI and hostname provided via HTTP are different
the host header decides`,
});
