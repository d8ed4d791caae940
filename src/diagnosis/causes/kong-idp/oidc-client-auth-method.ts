// The provider refuses the client authentication method: the signals, remedies and page of oidc-client-auth-method.
import type { Facts } from '../../facts/facts.ts';
import { textsOf } from '../../facts/questions.ts';
import { setClientAuth } from '../../remedies/set-client-auth.ts';
import { defineCause, type Weighed } from '../cause.ts';

function notSupported({ config, discoveries }: Pick<Facts, 'config' | 'discoveries'>): readonly Weighed[] {
  const supported = discoveries.flatMap((discovery) =>
    textsOf(discovery.document.token_endpoint_auth_methods_supported),
  );
  if (supported.length === 0) return [];
  return config.pluginsNamed('openid-connect', 'upstream-oauth').flatMap((plugin) => {
    const met =
      plugin.field('client_auth').value !== undefined
        ? plugin.field('client_auth')
        : plugin.field('token_endpoint_auth_method');
    const methods = textsOf(met.value);
    if (methods.length === 0) return [];
    return methods.every((method) => supported.includes(method))
      ? [{ weight: -1.5, says: 'The provider supports the configured method.', sighting: met.sighting }]
      : [
          {
            weight: 4,
            says: `The plugin uses ${methods.join(', ')}; the provider supports ${supported.join(', ')}.`,
            sighting: met.sighting,
          },
        ];
  });
}

/** The identity provider refuses how Kong authenticates itself at the token endpoint. */
export const oidcClientAuthMethod = defineCause({
  name: 'oidc-client-auth-method',
  title: 'The provider refuses the client authentication method',
  looksAt: ['config', 'discoveries'],
  signals: [notSupported],
  yieldsTo: [],
  remedies: [setClientAuth],
  checks: ['Paste the provider’s discovery document and the plugin’s client_auth.'],
  page: {
    what: 'The identity provider refuses how Kong authenticates itself at the token endpoint.',
    why: 'Basic header, form fields, a signed assertion or nothing: the client is registered for one of them and client_auth sends another.',
    confirm: ['Compare client_auth with token_endpoint_auth_methods_supported and with the client’s registration.'],
    fix: ['Set client_auth to the method that the client is registered for.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] error=invalid_request error_description="Unsupported client authentication method", client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
