// What may happen at a path of an identity provider in place of its answer.
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** What happens at a path instead of the provider's answer. */
export type ProviderFault =
  | number
  | 'html'
  | 'stall'
  | 'drip'
  | 'huge'
  | 'packed'
  | 'truncated'
  | 'hang-up'
  | { readonly redirect: string };

/** Answers with the fault. */
export function commit(fault: ProviderFault, response: ServerResponse): void {
  if (typeof fault === 'number') {
    response.writeHead(fault, { 'content-type': 'application/json' });
    response.end('{"error":"server_error"}');
    return;
  }
  if (typeof fault === 'object') {
    response.writeHead(302, { location: fault.redirect });
    response.end();
    return;
  }
  switch (fault) {
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Sign in</title>');
      return;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ padding: 'x'.repeat(2 ** 21) }));
      return;
    case 'packed':
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(Buffer.alloc(2 ** 24, ' ')));
      return;
    case 'truncated':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"issuer":"https://');
      response.socket?.end();
      return;
    case 'hang-up':
      response.socket?.destroy();
      return;
    case 'drip': {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drops = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drops));
      return;
    }
    case 'stall':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"issuer":');
  }
}
