// Slack's side of HTTP mode: signs what it sends to /slack/events and keeps how long the acknowledgement took.
import { Agent, request } from 'node:http';
import type { Incoming } from '../../src/local/payloads.ts';
import { requestOf, signedHeaders } from '../../src/local/signed.ts';
import type { Fields } from './block-kit-faults.ts';
import { SIGNING_SECRET } from './slack-workspace.ts';

/** What the bot answered. */
export interface Acknowledged {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

export interface Sending {
  /** 1 to 3: this is a repetition. */
  readonly retry?: number;
  readonly retryReason?: string;
  /** Seconds to add to the timestamp that is signed. */
  readonly timeShiftSeconds?: number;
  readonly secret?: string;
  /** Another signature than the right one. */
  readonly signature?: string;
  /** Another body than the one that was signed. */
  readonly tamper?: (body: string) => string;
}

/** Sends to one bot over real HTTP; connections are kept, as Slack keeps them. */
export class SlackDriver {
  private readonly url: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 250 });

  /** @param url of the bot, without a path */
  constructor(url: string) {
    this.url = url;
  }

  deliver(incoming: Incoming, sending: Sending = {}): Promise<Acknowledged> {
    const { body, contentType } = requestOf(incoming);
    return this.send(body, contentType, sending);
  }

  /** Asks as Slack asks when a request URL is saved. */
  verifyUrl(challenge: string): Promise<Acknowledged> {
    const body: Fields = { token: 'verification-token-of-old', challenge, type: 'url_verification' };
    return this.send(JSON.stringify(body), 'application/json', {});
  }

  /** Opens connections and keeps them, as Slack has them open to a bot that is in use. */
  async connect(count: number): Promise<void> {
    const ask = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const call = request(`${this.url}/healthz`, { agent: this.agent }, (response) => {
          response.resume();
          response.on('end', resolve);
        });
        call.on('error', reject);
        call.end();
      });
    await Promise.all(Array.from({ length: count }, ask));
  }

  close(): void {
    this.agent.destroy();
  }

  private send(body: string, contentType: string, sending: Sending): Promise<Acknowledged> {
    const timestamp = Math.floor(Date.now() / 1000) + (sending.timeShiftSeconds ?? 0);
    const sent = sending.tamper === undefined ? body : sending.tamper(body);
    const headers = {
      ...signedHeaders({ body, contentType }, sending.secret ?? SIGNING_SECRET, timestamp),
      'content-length': Buffer.byteLength(sent),
      ...(sending.signature === undefined ? {} : { 'x-slack-signature': sending.signature }),
      ...(sending.retry === undefined
        ? {}
        : {
            'x-slack-retry-num': String(sending.retry),
            'x-slack-retry-reason': sending.retryReason ?? 'http_timeout',
          }),
    };
    // Counted from when the request is with the network: what this side needs to make it is not the bot's.
    let started = performance.now();
    return new Promise((resolve, reject) => {
      const call = request(`${this.url}/slack/events`, { method: 'POST', agent: this.agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString(),
            ms: performance.now() - started,
          }),
        );
        response.on('error', reject);
      });
      call.on('error', reject);
      call.on('finish', () => {
        started = performance.now();
      });
      call.end(sent);
    });
  }
}
