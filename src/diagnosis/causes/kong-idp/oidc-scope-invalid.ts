// A requested scope or audience is refused: the signals, remedies and page of oidc-scope-invalid.

import { replayTokenEndpoint } from '../../remedies/replay-token-endpoint.ts';
import { setScopes } from '../../remedies/set-scopes.ts';
import { defineCause } from '../cause.ts';

/** The provider answers invalid_scope or invalid_target. */
export const oidcScopeInvalid = defineCause({
  name: 'oidc-scope-invalid',
  title: 'A requested scope or audience is refused',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [setScopes, replayTokenEndpoint],
  checks: ['Paste the plugin’s scopes and audience.'],
  page: {
    what: 'The provider answers invalid_scope or invalid_target.',
    why: 'A scope is unknown or not granted to this client, or the audience parameter names no API of the provider.',
    confirm: ['Compare scopes with scopes_supported and the client’s registration.'],
    fix: ['Correct scopes or audience, or grant the scope at the provider.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] invalid_scope: Invalid scopes: openid orders, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
