// The gateway sends its client secret in a way that the identity provider does not take: nobody can sign in to accounts.
import { idOf } from '../entities.ts';
import type { Incident } from './incident.ts';
import { errorTime, httpTime, requestId } from './log-lines.ts';

const PLUGIN = idOf('plugin', 'accounts-oidc');

export const clientAuthMethod: Incident = {
  name: 'client-auth-method',
  title: 'A wrong client authentication method',
  paste(now, { issuer }) {
    const request =
      'client: 198.51.100.23, server: kong, request: "GET /accounts/me HTTP/1.1", host: "api.acme.example"';
    const id = requestId(`client-auth ${now}`);
    return {
      prose: 'nobody gets into accounts since the identity provider was moved yesterday.',
      code: [
        '# the plugin, from our deck repository',
        '_format_version: "3.0"',
        'services:',
        '- name: accounts',
        '  url: http://accounts.internal:8080',
        '  plugins:',
        '  - name: openid-connect',
        '    config:',
        `      issuer: ${issuer}`,
        '      client_id: [accounts-gateway]',
        '      client_secret: [4Zr8vQpL1wXyN0tB7dKs]',
        '      client_auth: [client_secret_basic]',
        '      auth_methods: [authorization_code, session, client_credentials]',
        '',
        `${errorTime(now - 400)} [debug] 1342#0: *8121 [kong] openid-connect.lua:510 [openid-connect] loading configuration for ${issuer}, ${request}`,
        `${errorTime(now)} [notice] 1342#0: *8121 [kong] openid-connect.lua:2021 [openid-connect] unauthorized: unsupported client authentication method (error: invalid_client) ${request}`,
        '',
        'HTTP/1.1 401 Unauthorized',
        `Date: ${httpTime(now)}`,
        'Content-Type: application/json; charset=utf-8',
        'WWW-Authenticate: Bearer realm="acme", error="invalid_client"',
        'Server: kong/3.14.0.2-enterprise-edition',
        'X-Kong-Response-Latency: 118',
        `X-Kong-Request-Id: ${id}`,
        '',
        `{"message":"Unauthorized","request_id":"${id}"}`,
        '',
        `$ curl -s ${issuer}/.well-known/openid-configuration`,
        JSON.stringify({
          issuer,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
        }),
      ].join('\n'),
    };
  },
  happen({ entities, traffic }) {
    entities.put('plugins', PLUGIN, { config: { client_auth: ['client_secret_basic'] } });
    traffic.refuse({ service: 'accounts' }, { code: 401, source: 'kong' }, 1);
  },
};
