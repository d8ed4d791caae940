// Something authentication needs is unreachable: the signals, remedies and page of dependency-unavailable.
import type { Facts } from '../../facts/facts.ts';
import { restoreDependency } from '../../remedies/restore-dependency.ts';
import { defineCause, type Weighed } from '../cause.ts';

function databaseGone({ nodes }: Pick<Facts, 'nodes'>): readonly Weighed[] {
  return nodes
    .filter((node) => node.databaseReachable === false)
    .map((node) => ({
      weight: 4.2,
      says: 'The node says that its database is not reachable.',
      sighting: node.sighting,
    }));
}

/** Database, Redis, DNS, LDAP or a vault that authentication needs cannot be reached. */
export const dependencyUnavailable = defineCause({
  name: 'dependency-unavailable',
  title: 'Something authentication needs is unreachable',
  looksAt: ['nodes'],
  signals: [databaseGone],
  yieldsTo: [],
  remedies: [restoreDependency],
  checks: ['Paste /status and the error lines of that time.'],
  page: {
    what: 'Database, Redis, DNS, LDAP or a vault that authentication needs cannot be reached.',
    why: 'The request fails with 500 although the credential may be good.',
    confirm: ['Look at /status and the error log line that names the host.'],
    fix: ['Restore the connection; then look again.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] access.lua:98 [ldap-auth] failed to connect to ldap.example.com:389: connection refused, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com"`,
});
