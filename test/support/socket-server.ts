// Slack's side of Socket Mode: a real WebSocket server with hello, envelopes, acknowledgements, disconnects and redelivery.
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Incoming } from '../../src/local/payloads.ts';
import { type Fields, isFields } from './block-kit-faults.ts';
import { BOT } from './slack-workspace.ts';

/** What the bot answered to one envelope. */
export interface SocketAck {
  readonly payload: unknown;
  readonly ms: number;
}

export interface Redelivery {
  readonly retryAttempt?: number;
  readonly retryReason?: string;
  /** Wait so long for the acknowledgement. */
  readonly patienceMs?: number;
}

const TYPES = { command: 'slash_commands', event: 'events_api', interaction: 'interactive' } as const;
/** Slack pings now and then; a client that hears nothing for 30 s leaves. */
const PING_MS = 10_000;

export class SocketServer {
  /** Connections that were ever made. */
  opened = 0;
  /** Acknowledgements of an envelope that was already acknowledged, or that never was. */
  readonly strayAcks: string[] = [];
  url = '';
  private refusals = 0;
  private readonly http: Server = createServer();
  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly live: WebSocket[] = [];
  private readonly raw = new Set<Socket>();
  private readonly waiting = new Map<string, (payload: unknown) => void>();
  private pings: NodeJS.Timeout | undefined;

  static async start(): Promise<SocketServer> {
    const server = new SocketServer();
    server.http.on('upgrade', (request, socket, head) => {
      server.raw.add(socket as Socket);
      if (server.refusals > 0) {
        server.refusals -= 1;
        socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      server.sockets.handleUpgrade(request, socket, head, (client) => server.welcome(client));
    });
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.url = `ws://127.0.0.1:${(server.http.address() as AddressInfo).port}/link/?ticket=one&app_id=${BOT.app}`;
    server.pings = setInterval(() => {
      for (const client of server.live) client.ping('Ping from the peer');
    }, PING_MS);
    return server;
  }

  /** Connections that are up. */
  get connected(): number {
    return this.live.length;
  }

  /** The next connections are refused. */
  refuse(times: number): void {
    this.refusals = times;
  }

  /** Tells the bot to go elsewhere, as Slack does each few hours, and closes. */
  disconnect(reason: 'refresh_requested' | 'warning' | 'link_disabled' = 'refresh_requested'): void {
    for (const client of this.live.splice(0)) {
      client.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'peer' } }));
      if (reason !== 'warning') setTimeout(() => client.close(), 50);
    }
  }

  /** Cuts all connections without a word. */
  drop(): void {
    for (const client of this.live.splice(0)) client.terminate();
  }

  async untilConnected(least = 1, ms = 20_000): Promise<void> {
    const end = performance.now() + ms;
    while (this.live.length < least) {
      if (performance.now() > end) throw new Error(`no socket within ${ms} ms; ${this.opened} were ever open`);
      await sleep(10);
    }
  }

  /** Sends one envelope over one connection and waits for its acknowledgement. */
  deliver(incoming: Incoming, options: Redelivery = {}): Promise<SocketAck> {
    const client = this.live.at(-1);
    if (client === undefined) return Promise.reject(new Error('no socket is up'));
    const id = randomUUID();
    const envelope = {
      envelope_id: id,
      type: TYPES[incoming.kind],
      payload: incoming.payload,
      accepts_response_payload: incoming.kind !== 'event',
      ...(incoming.kind === 'event'
        ? { retry_attempt: options.retryAttempt ?? 0, retry_reason: options.retryReason ?? '' }
        : {}),
    };
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`no acknowledgement of ${envelope.type} within ${options.patienceMs ?? 3000} ms`));
      }, options.patienceMs ?? 3000);
      this.waiting.set(id, (payload) => {
        clearTimeout(patience);
        resolve({ payload, ms: performance.now() - started });
      });
      client.send(JSON.stringify(envelope));
    });
  }

  async close(): Promise<void> {
    clearInterval(this.pings);
    for (const client of this.sockets.clients) client.terminate();
    for (const socket of this.raw) socket.destroy();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private welcome(client: WebSocket): void {
    this.opened += 1;
    this.live.push(client);
    client.on('message', (data) => this.acknowledged(String(data)));
    client.on('close', () => {
      const index = this.live.indexOf(client);
      if (index >= 0) this.live.splice(index, 1);
    });
    client.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.live.length,
        debug_info: { host: 'peer', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: BOT.app },
      }),
    );
  }

  private acknowledged(text: string): void {
    const message: unknown = JSON.parse(text);
    const { envelope_id: id, payload }: Fields = isFields(message) ? message : {};
    const waiting = this.waiting.get(String(id));
    this.waiting.delete(String(id));
    if (waiting === undefined) this.strayAcks.push(String(id));
    else waiting(payload);
  }
}
