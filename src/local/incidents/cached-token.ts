// openid-connect keeps a token longer than it lives: the accounts service calls it expired for a while, again and again.
import { idOf } from '../entities.ts';
import type { Incident } from './incident.ts';
import { errorTime, httpTime, requestId } from './log-lines.ts';

const PLUGIN = idOf('plugin', 'accounts-oidc');
const MINUTE = 60_000;

export const cachedToken: Incident = {
  name: 'cached-token',
  title: 'A cached token that has expired',
  paste(now, { issuer }) {
    const fetched = now - 55 * MINUTE;
    const line = (at: number, number: number, place: string, text: string): string =>
      `${errorTime(at)} [debug] 2211#0: *${number} [kong] ${place} [openid-connect] ${text}`;
    return {
      prose:
        'accounts answers 401 for everybody for three quarters of an hour, then it works for ten minutes, then 401 again. A restart of the pods helps too. Debug lines of one node:',
      code: [
        line(fetched, 51, 'cache.lua:811', 'trying to exchange credentials using token endpoint with caching enabled'),
        `${errorTime(fetched)} [notice] 2211#0: *51 [kong] cache.lua:826 [openid-connect] loading tokens from the identity provider, client: 10.60.4.19, server: kong, request: "GET /accounts/me HTTP/1.1", host: "api.acme.example", request_id: "${requestId(`accounts ${fetched}`)}"`,
        line(fetched + 1000, 51, 'handler.lua:640', 'exchanged credentials with tokens'),
        line(now, 9044, 'cache.lua:811', 'trying to exchange credentials using token endpoint with caching enabled'),
        line(now, 9044, 'handler.lua:640', 'exchanged credentials with tokens'),
        '',
        'HTTP/1.1 401 Unauthorized',
        `Date: ${httpTime(now)}`,
        'Content-Length: 0',
        `WWW-Authenticate: Bearer error="invalid_token", error_description="Jwt expired at ${new Date(fetched + 10 * MINUTE).toISOString().slice(0, 19)}Z"`,
        'Server: Jetty(12.0.16)',
        'X-Kong-Upstream-Latency: 3',
        'X-Kong-Proxy-Latency: 2',
        'Via: 1.1 kong/3.14.0.2-enterprise-edition',
        '',
        '# the plugin, from our deck repository',
        '_format_version: "3.0"',
        'services:',
        '- name: accounts',
        '  url: http://accounts.internal:8080',
        '  plugins:',
        '  - name: openid-connect',
        '    config:',
        `      issuer: ${issuer}`,
        '      auth_methods: [client_credentials]',
        '      cache_tokens: true',
        '      cache_ttl: 3600',
      ].join('\n'),
    };
  },
  happen({ entities, traffic }) {
    entities.put('plugins', PLUGIN, { config: { cache_tokens: true, cache_ttl: 3600, cache_ttl_max: null } });
    traffic.refuse({ service: 'accounts' }, { code: 401, source: 'service' }, 0.3);
  },
};
