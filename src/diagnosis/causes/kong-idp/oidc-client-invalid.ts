// The provider does not accept the client: the signals, remedies and page of oidc-client-invalid.
import { setClientSecret } from '../../remedies/set-client-secret.ts';
import { defineCause } from '../cause.ts';

/** The provider answers invalid_client: id or secret is wrong or expired. */
export const oidcClientInvalid = defineCause({
  name: 'oidc-client-invalid',
  title: 'The provider does not accept the client',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: ['oidc-client-auth-method', 'vault-reference-unresolved'],
  remedies: [setClientSecret],
  checks: ['Run the token endpoint call of the remedy and paste its answer.'],
  page: {
    what: 'The provider answers invalid_client: id or secret is wrong or expired.',
    why: 'The secret was rotated, belongs to another environment, or has an unescaped character; some providers answer the same for a wrong client authentication method.',
    confirm: ['Call the token endpoint with the same id and secret.'],
    fix: ['Put the present secret into client_secret, best as a vault reference.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] invalid_client: Invalid client or Invalid client credentials, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
