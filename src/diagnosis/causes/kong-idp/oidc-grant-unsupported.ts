// The grant is not allowed for this client: the signals, remedies and page of oidc-grant-unsupported.
import type { Facts } from '../../facts/facts.ts';
import { failuresBy } from '../../facts/questions.ts';
import { replayTokenEndpoint } from '../../remedies/replay-token-endpoint.ts';
import { setGrantTypes } from '../../remedies/set-grant-types.ts';
import { defineCause, type Weighed } from '../cause.ts';

/** Kong's oauth2 plugin: the grant asked for is switched off. */
function grantDisabled({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  const switches: Readonly<Record<string, string>> = {
    client_credentials: 'enable_client_credentials',
    password: 'enable_password_grant',
    authorization_code: 'enable_authorization_code',
  };
  return failuresBy({ exchanges }, 'kong', 400, 401).flatMap((exchange) => {
    const field = switches[exchange.request?.fields.grant_type ?? ''];
    if (field === undefined) return [];
    return config
      .pluginsNamed('oauth2')
      .filter((plugin) => plugin.field(field).value === false && plugin.field(field).from === 'given')
      .map((plugin) => ({
        weight: 3.4,
        says: `The client asks for a grant that ${field} switches off.`,
        sighting: plugin.field(field).sighting,
      }));
  });
}

/** The grant or response type is not enabled for this client. */
export const oidcGrantUnsupported = defineCause({
  name: 'oidc-grant-unsupported',
  title: 'The grant is not allowed for this client',
  looksAt: ['config', 'exchanges'],
  signals: [grantDisabled],
  yieldsTo: ['vault-reference-unresolved'],
  remedies: [setGrantTypes, replayTokenEndpoint],
  checks: ['Paste the client’s registration and the plugin’s auth_methods.'],
  page: {
    what: 'The grant or response type is not enabled for this client.',
    why: 'unsupported_grant_type and unauthorized_client come from the provider’s registration of the client, or from Kong’s oauth2 plugin where Kong is the authorization server.',
    confirm: ['Look at the client’s allowed grants at the provider.'],
    fix: ['Enable the grant for the client, or take it out of auth_methods.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] unauthorized_client: Client not enabled to retrieve service account, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
