// The routes for those who watch the process: alive, ready, counted.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

export interface HealthParts {
  readonly metrics: Metrics;
  /** A few words; undefined when it is ready. */
  readonly whyNotReady: () => string | undefined;
}

/** Answers `/healthz`, `/readyz` and `/metrics`; false for every other path, which is then the caller's. */
export function answerHealth(request: IncomingMessage, response: ServerResponse, parts: HealthParts): boolean {
  const [path] = (request.url ?? '').split('?', 1);
  if (path !== '/healthz' && path !== '/readyz' && path !== '/metrics') return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return true;
  }
  if (path === '/metrics') {
    void parts.metrics.registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': parts.metrics.registry.contentType }).end(text),
      // A collector that fails must not take the process along.
      () => response.writeHead(500).end(),
    );
    return true;
  }
  const why = path === '/healthz' ? undefined : parts.whyNotReady();
  response.writeHead(why === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(`${why ?? 'ok'}\n`);
  return true;
}
