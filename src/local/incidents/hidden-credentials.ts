// After the upgrade from 3.10 to 3.14 key-auth hides the key, and the catalogue that reads it itself answers 401.
import { idOf, keyAuth } from '../entities.ts';
import type { Incident } from './incident.ts';
import { httpTime, requestId } from './log-lines.ts';

const PLUGIN = idOf('plugin', 'catalogue-key-auth');

export const hiddenCredentials: Incident = {
  name: 'hidden-credentials',
  title: 'Credentials hidden after an upgrade',
  paste: (now) => ({
    prose:
      'we went from 3.10 to 3.14 last night, and since then every call to the catalogue is a 401. Nothing else was changed.',
    code: [
      '$ curl -v https://api.acme.example/catalogue/items/42 -H "apikey: shop-7fK2mQ9sVx31"',
      '> GET /catalogue/items/42 HTTP/1.1',
      '> Host: api.acme.example',
      '> User-Agent: curl/8.14.1',
      '> Accept: */*',
      '> apikey: shop-7fK2mQ9sVx31',
      '>',
      '< HTTP/1.1 401 Unauthorized',
      '< Content-Type: application/json',
      `< Date: ${httpTime(now)}`,
      '< Server: Jetty(11.0.20)',
      '< Via: 1.1 kong/3.14.0.2-enterprise-edition',
      '< X-Kong-Upstream-Latency: 4',
      '< X-Kong-Proxy-Latency: 2',
      `< X-Kong-Request-Id: ${requestId(`catalogue ${now}`)}`,
      '<',
      '{"error":"missing apikey header"}',
      '',
      '$ curl -s http://localhost:8001/services/catalogue/plugins',
      JSON.stringify({ data: [keyAuth('catalogue-key-auth', { service: 'catalogue' }, true)], next: null }),
    ].join('\n'),
  }),
  happen({ entities, traffic }) {
    entities.put('plugins', PLUGIN, { config: { hide_credentials: true } });
    traffic.refuse({ service: 'catalogue' }, { code: 401, source: 'service' }, 1);
  },
};
