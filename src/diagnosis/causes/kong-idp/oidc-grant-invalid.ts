// The code or refresh token is not accepted: the signals, remedies and page of oidc-grant-invalid.

import { raiseLogLevel } from '../../remedies/raise-log-level.ts';
import { replayTokenEndpoint } from '../../remedies/replay-token-endpoint.ts';
import { setSessionStorage } from '../../remedies/set-session-storage.ts';
import { defineCause } from '../cause.ts';

/** The provider answers invalid_grant. */
export const oidcGrantInvalid = defineCause({
  name: 'oidc-grant-invalid',
  title: 'The code or refresh token is not accepted',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: ['oidc-redirect-uri-mismatch'],
  remedies: [setSessionStorage, replayTokenEndpoint, raiseLogLevel],
  checks: ['Paste the provider’s event for this request.'],
  page: {
    what: 'The provider answers invalid_grant.',
    why: 'The code or refresh token is expired, was used already (two nodes refreshing one session), was revoked, or is bound to another redirect URI or PKCE verifier.',
    confirm: ['Look at the provider’s own log for the reason.'],
    fix: ['Share the session storage between nodes, log in again, and keep one refresh per session.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] invalid_grant: Token is not active, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
