// Host, SNI or path changed on the way: the signals, remedies and page of upstream-host-mismatch.
import { preserveHost } from '../../remedies/preserve-host.ts';
import { defineCause } from '../cause.ts';

/** Kong changes Host, SNI or path, and the upstream’s authentication depends on them. */
export const upstreamHostMismatch = defineCause({
  name: 'upstream-host-mismatch',
  title: 'Host, SNI or path changed on the way',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [preserveHost],
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
