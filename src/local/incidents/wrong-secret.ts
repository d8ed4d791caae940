// A partner still signs in to orders with its old secret: its calls alone are refused, by the upstream.
import type { Incident } from './incident.ts';
import { serialized } from './log-lines.ts';

const CALLERS = [
  { consumer: 'mobile-app', userAgent: 'okhttp/4.12.0', clientIp: '203.0.113.20' },
  { consumer: 'partner-acme', userAgent: 'acme-batch/1.0', clientIp: '198.51.100.7' },
  { consumer: 'web-shop', userAgent: 'web-shop/2.1', clientIp: '203.0.113.90' },
] as const;
const REQUESTS = 90;
const EVERY_MS = 7000;
const REFUSED = {
  'www-authenticate':
    'Bearer error="invalid_token", error_description="The signature of the partner token is not valid"',
};

export const wrongSecret: Incident = {
  name: 'wrong-secret',
  title: 'A consumer with a wrong secret',
  paste: (now) => ({
    prose:
      'acme says all of their order calls fail with 401 since this morning. The shop and the app look fine to me. http-log of the last ten minutes is attached.',
    file: { name: 'orders-http-log.json', content: `${logUntil(now).join('\n')}\n` },
  }),
  happen({ traffic }) {
    traffic.refuse({ service: 'orders', consumer: 'partner-acme' }, { code: 401, source: 'service' }, 1);
  },
};

function logUntil(now: number): readonly string[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const caller = CALLERS[index % CALLERS.length] ?? CALLERS[0];
    const isRefused = caller.consumer === 'partner-acme';
    return serialized({
      ...caller,
      at: now - (REQUESTS - index) * EVERY_MS,
      method: index % 5 === 0 ? 'POST' : 'GET',
      path: index % 5 === 0 ? '/orders' : `/orders/${1000 + index}`,
      service: 'orders',
      status: isRefused ? 401 : 200,
      source: 'upstream',
      ...(isRefused ? { headers: REFUSED } : {}),
    });
  });
}
