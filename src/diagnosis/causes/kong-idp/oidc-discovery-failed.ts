// Discovery, JWKS or token endpoint unreachable: the signals, remedies and page of oidc-discovery-failed.

import { replayDiscovery } from '../../remedies/replay-discovery.ts';
import { setIssuer } from '../../remedies/set-issuer.ts';
import { defineCause } from '../cause.ts';

/** Kong cannot reach or parse the provider’s metadata, keys or token endpoint. */
export const oidcDiscoveryFailed = defineCause({
  name: 'oidc-discovery-failed',
  title: 'Discovery, JWKS or token endpoint unreachable',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: ['idp-tls-untrusted'],
  remedies: [replayDiscovery, setIssuer],
  checks: ['Run the discovery call of the remedy on the Kong node.'],
  page: {
    what: 'Kong cannot reach or parse the provider’s metadata, keys or token endpoint.',
    why: 'DNS, a firewall or proxy between Kong and the provider, or a wrong issuer URL.',
    confirm: ['Fetch the discovery URL from inside the Kong container.'],
    fix: ['Correct issuer, name resolution or the proxy settings.'],
  },
  example: `2026/10/12 07:01:02 [error] 1342#0: *991 [kong] handler.lua:98 [openid-connect] loading configuration for https://idp.example.com/.well-known/openid-configuration using discovery failed: connection refused, client: 10.4.161.232, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"`,
});
