// Socket Mode: one connection after the other, each a receiver of its own, so that no reconnect leaves a hole or a loose end.
import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';
import { createBackoff } from './backoff.ts';
import { boltLogger } from './bolt-log.ts';
import { fatalLine } from './fatal.ts';

export interface SocketParts {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
  /** Slack will never take the token. */
  readonly fatal: (line: string) => void;
  readonly connectedNow: (connected: boolean) => void;
}

/** Bolt's own client waits five seconds before each reconnect and gives up in an unhandled rejection; this one does neither. */
export interface Socket extends Receiver {
  readonly connected: () => boolean;
  stop(): Promise<void>;
}

const HELLO_MS = 15_000;
const OPEN_TIMEOUT_MS = 10_000;
/** How long a peer may take over the closing handshake. */
const CLOSING_MS = 1500;

export function createSocket(parts: SocketParts): Socket {
  const stopping = new AbortController();
  const backoff = createBackoff(stopping.signal);
  let app: App | undefined;
  let current: SocketModeReceiver | undefined;
  let connected = false;
  const say = (now: boolean): void => {
    connected = now;
    parts.connectedNow(now);
  };

  function receiver(): SocketModeReceiver {
    const next = new SocketModeReceiver({
      appToken: parts.appToken,
      logger: boltLogger(parts.log),
      autoReconnectEnabled: false,
      customPropertiesExtractor: ({ envelope_id }: { envelope_id?: unknown }) => ({
        arrivedAt: performance.now(),
        ...(typeof envelope_id === 'string' ? { envelopeId: envelope_id } : {}),
      }),
      // Its own options: the socket client changes the object that it is given.
      installerOptions: {
        clientOptions: {
          timeout: OPEN_TIMEOUT_MS,
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
          ...(parts.apiUrl === undefined ? {} : { slackApiUrl: parts.apiUrl }),
        },
      },
      processEventErrorHandler: async ({ error }) => {
        parts.log.warn({ err: error }, 'an envelope could not be taken');
        return false;
      },
    });
    if (app !== undefined) next.init(app);
    return next;
  }

  /** Opens one connection and says how it began. */
  async function connectOnce(): Promise<void> {
    const mine = receiver();
    current = mine;
    let greeted = false;
    let gone = false;
    const lost = (): void => {
      if (gone) return;
      gone = true;
      if (!greeted || current !== mine || stopping.signal.aborted) return;
      current = undefined;
      say(false);
      void connect();
    };
    mine.client.on('disconnected', lost);
    mine.client.on('ws_message', (frame: unknown) => {
      if (!isGoodbye(frame)) return;
      // Slack renews connections every few hours. The next one is opened while this one says goodbye.
      lost();
      void close(mine);
    });
    const hello = new AbortController();
    try {
      await Promise.race([mine.client.start(), deadline(HELLO_MS, hello.signal)]);
      if (gone) throw new Error('The connection was closed with its hello.');
    } catch (error) {
      if (current === mine) current = undefined;
      void close(mine);
      throw error ?? new Error('The connection was closed before Slack said hello.');
    } finally {
      hello.abort();
    }
    if (stopping.signal.aborted) return await close(mine);
    greeted = true;
    backoff.reset();
    say(true);
    parts.log.info('connected to Slack');
  }

  async function connect(): Promise<void> {
    for (;;) {
      try {
        return await connectOnce();
      } catch (error) {
        if (stopping.signal.aborted) return;
        const line = fatalLine(error, 'SLACK_APP_TOKEN');
        if (line !== undefined) return parts.fatal(line);
        parts.log.warn({ err: error }, 'Slack cannot be reached over the socket; trying again');
        if (!(await backoff.wait(error))) return;
      }
    }
  }

  return {
    init(bolt) {
      app = bolt;
    },
    start: connect,
    async stop() {
      stopping.abort();
      const last = current;
      current = undefined;
      if (connected) say(false);
      if (last !== undefined) await close(last);
    },
    connected: () => connected,
  };
}

/** Closes politely, and after a while by force: the client's second `disconnect` does not wait for the peer. */
async function close(receiver: SocketModeReceiver): Promise<void> {
  const politely = receiver.client.disconnect();
  const gaveUp = new AbortController();
  await Promise.race([politely, deadline(CLOSING_MS, gaveUp.signal).catch(() => receiver.client.disconnect())]);
  gaveUp.abort();
}

/** Rejects after a while, or never once it is called off. */
function deadline(ms: number, calledOff: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Slack took too long.')), ms);
    calledOff.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

/** Slack's `disconnect` frame is short; longer frames carry somebody's text and are not looked into. */
function isGoodbye(frame: unknown): boolean {
  return typeof frame === 'string' && frame.length < 2000 && /"type":\s*"disconnect"/.test(frame);
}
