// The HTTP server of both modes: health for those who watch, and in HTTP mode Slack's requests, looked at before Bolt does.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KongauthError } from '../errors.ts';
import { answerHealth, type HealthParts } from '../ops/health.ts';

export interface DoorParts extends HealthParts {
  /** Whether Slack's requests are taken at all; while only the store is away, people are told so. */
  readonly takes: () => boolean;
  /** Bolt's listener for `/slack/events`; undefined in Socket Mode. */
  readonly events: RequestListener | undefined;
  /** Longest body of a request of Slack. */
  readonly bodyBytes: number;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface Door {
  /**
   * Resolves with the port. Throws KongauthError `settings-invalid` when it cannot be had.
   * @param host undefined: every address of this machine
   */
  open(port: number, host?: string): Promise<number>;
  /** Slack's requests get 503 from now on; health goes on answering. */
  refuse(): void;
  /** Ends, with whatever connection is left. */
  close(): Promise<void>;
}

/** Slack's own rule is five minutes of age; we also refuse what claims to come from the future. */
const CLOCK_SECONDS = 300;
const FORM = 'application/x-www-form-urlencoded';

export function createDoor(parts: DoorParts): Door {
  let refusing = false;
  const server = createServer({ requestTimeout: 15_000, headersTimeout: 10_000 }, (request, response) => {
    if (answerHealth(request, response, parts)) return;
    const [path] = (request.url ?? '').split('?', 1);
    if (parts.events === undefined || path !== '/slack/events') return end(request, response, 404);
    if (request.method !== 'POST') return end(request, response, 405);
    // Slack repeats an event that was answered so; a replica that is ready may get it.
    if (refusing || !parts.takes()) return end(request, response, 503);
    // Bolt would answer the same and leave the body unread on a connection that is then used again.
    if (Number(request.headers['content-length'] ?? 0) > parts.bodyBytes) return end(request, response, 413);
    const sentAt = Number(request.headers['x-slack-request-timestamp'] ?? Number.NaN);
    if (!(Math.abs(parts.now() / 1000 - sentAt) <= CLOCK_SECONDS)) return end(request, response, 401);
    // Bolt compares the whole header, and proxies like to add a charset.
    if (request.headers['content-type']?.startsWith(`${FORM};`) === true) request.headers['content-type'] = FORM;
    parts.events(request, response);
  });
  return {
    open: (port, host) => listen(server, port, host),
    refuse() {
      // Kept connections stay: cutting one under a request that is on its way looks like a crash to Slack.
      refusing = true;
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function end(request: IncomingMessage, response: ServerResponse, status: number): void {
  // The body is not read: the connection is of no further use.
  response.writeHead(status, { connection: 'close' }).end();
  request.resume();
}

function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new KongauthError('settings-invalid', `PORT ${port} cannot be used (${error.code}).`, { cause: error })),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
