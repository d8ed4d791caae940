// The Admin API refuses the caller: the signals, remedies and page of admin-api-unauthorized.
import type { Facts } from '../../facts/facts.ts';
import { setAdminToken } from '../../remedies/set-admin-token.ts';
import { defineCause, type Weighed } from '../cause.ts';

function adminRefuses({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter((exchange) => exchange.answered.by === 'admin-api' && [401, 403].includes(exchange.response?.status ?? 0))
    .map((exchange) => ({
      weight: 4.6,
      says: `${exchange.answered.because} It answered ${exchange.response?.status}.`,
      sighting: exchange.answered.sighting,
    }));
}

/** An answer of the proxy's own plugin: whatever lies behind the route has not been asked. */
function proxyRefuses({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(
      ({ failed, answered, response }) =>
        failed && answered.by === 'kong' && answered.sure >= 0.9 && response?.status === 401,
    )
    .slice(0, 1)
    .map((exchange) => ({
      weight: -3,
      says: 'The proxy answered, so the Admin API was not asked.',
      sighting: exchange.answered.sighting,
    }));
}

/** The Admin API itself refuses: RBAC token, workspace or Konnect token. */
export const adminApiUnauthorized = defineCause({
  name: 'admin-api-unauthorized',
  title: 'The Admin API refuses the caller',
  looksAt: ['exchanges'],
  signals: [adminRefuses, proxyRefuses],
  yieldsTo: [],
  remedies: [setAdminToken],
  checks: ['Paste the call and its answer (the token is redacted).'],
  page: {
    what: 'The Admin API itself refuses: RBAC token, workspace or Konnect token.',
    why: 'The token is absent, of another workspace, expired or lacks the role; traffic through Kong is not concerned.',
    confirm: ['Call `/userinfo` or `/` with the same token.'],
    fix: ['Send Kong-Admin-Token (or the Konnect token as Bearer) and the right workspace path.'],
  },
  example: `< HTTP/1.1 401 Unauthorized
< X-Kong-Admin-Latency: 3
< Server: kong/3.9.1.2-enterprise-edition
<
{"message":"Invalid RBAC credentials. Token or User credentials required"}`,
});
