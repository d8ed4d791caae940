// One of three data planes lost its control plane: it knows no key that was made since, and only its answers are 401.
import type { Incident } from './incident.ts';
import { accessLine } from './log-lines.ts';

const PODS = ['kong-dp-1', 'kong-dp-2', 'kong-dp-3'] as const;
const STALE = 'kong-dp-3';
const PATHS = ['/orders', '/orders/73', '/catalogue/items/9', '/orders/38', '/catalogue/items'];
const REQUESTS = 360;
const EVERY_MS = 5000;

export const staleDataPlane: Incident = {
  name: 'stale-data-plane',
  title: 'A stale data plane',
  paste: (now) => ({
    prose:
      'about every third call of the shop is a 401, whatever it calls; it got its new key half an hour ago. Access logs of the three pods are attached.',
    file: { name: 'access-of-three-pods.log', content: `${logUntil(now).join('\n')}\n` },
  }),
  happen({ dataPlanes, traffic }) {
    const plane = dataPlanes.get(STALE);
    if (plane !== undefined)
      dataPlanes.set(STALE, { ...plane, configHash: '0b7d44c1a86f4b52a2f5c90e1d37e861', silentFor: 21 });
    for (const service of ['orders', 'catalogue']) traffic.refuse({ service }, { code: 401, source: 'kong' }, 1 / 3);
  },
};

function logUntil(now: number): readonly string[] {
  return Array.from({ length: REQUESTS }, (_, index) => {
    const pod = PODS[index % PODS.length] ?? STALE;
    const isShop = Math.floor(index / PODS.length) % 2 === 0;
    return accessLine(pod, {
      at: now - (REQUESTS - index) * EVERY_MS,
      method: 'GET',
      path: PATHS[index % PATHS.length] ?? '/orders',
      status: pod === STALE && isShop ? 401 : 200,
      clientIp: isShop ? '203.0.113.90' : '203.0.113.20',
      userAgent: isShop ? 'web-shop/2.1' : 'okhttp/4.12.0',
    });
  });
}
