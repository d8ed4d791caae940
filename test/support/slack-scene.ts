// A scene of the bot's tests: the bot as a process, Slack's Web API and one of Slack's two ways to reach it, all over the wire.
import assert from 'node:assert/strict';
import type { Incoming } from '../../src/local/payloads.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { SlackDriver } from './slack-driver.ts';
import { type Delivery, type SlackWebApi, startSlackWebApi } from './slack-web-api.ts';
import { SocketServer } from './socket-server.ts';

export type Mode = 'http' | 'socket';

/** What Slack got back for one thing it sent. */
export interface Answered {
  readonly ms: number;
  /** Body of the response or payload of the acknowledgement. */
  readonly payload: unknown;
}

export class SlackScene {
  readonly mode: Mode;
  readonly api: SlackWebApi;
  readonly bot: BotProcess;
  readonly driver: SlackDriver;
  readonly sockets: SocketServer;

  private constructor(mode: Mode, api: SlackWebApi, bot: BotProcess, driver: SlackDriver, sockets: SocketServer) {
    this.mode = mode;
    this.api = api;
    this.bot = bot;
    this.driver = driver;
    this.sockets = sockets;
  }

  /**
   * @param env what differs from a plain installation
   * @param prepare what is to be wrong before the bot starts; with it the bot is not waited for
   */
  static async open(
    mode: Mode,
    env: Readonly<Record<string, string>> = {},
    prepare?: (api: SlackWebApi, sockets: SocketServer) => void,
  ): Promise<SlackScene> {
    const api = await startSlackWebApi();
    const sockets = await SocketServer.start();
    api.socketUrl = sockets.url;
    prepare?.(api, sockets);
    const bot = await startBot(api, mode, env);
    const scene = new SlackScene(mode, api, bot, new SlackDriver(bot.url), sockets);
    if (prepare !== undefined) return scene;
    try {
      await scene.untilReady();
    } catch (error) {
      await scene.close();
      throw error;
    }
    return scene;
  }

  async untilReady(): Promise<void> {
    await this.bot.untilReady();
    if (this.mode === 'socket') await this.sockets.untilConnected();
  }

  /** Sends it the way of this scene; fails when it is not acknowledged. */
  async deliver(incoming: Incoming, retry?: number): Promise<Answered> {
    if (this.mode === 'socket')
      return this.sockets.deliver(incoming, retry === undefined ? {} : { retryAttempt: retry, retryReason: 'timeout' });
    const { status, body, ms } = await this.driver.deliver(incoming, retry === undefined ? {} : { retry });
    assert.equal(status, 200, body);
    return { ms, payload: body === '' ? undefined : JSON.parse(body) };
  }

  /** Sends it and waits for what comes of it; that work goes on is no answer. */
  async deliverAndWait(
    incoming: Incoming,
    what: string,
    is: (delivery: Delivery) => boolean = () => true,
  ): Promise<Delivery> {
    const after = this.api.deliveries.length;
    await this.deliver(incoming);
    return this.api.delivery(what, after, (one) => !isProgress(one) && is(one));
  }

  async close(): Promise<void> {
    await this.bot.stop();
    this.driver.close();
    await this.sockets.close();
    await this.api.close();
  }
}

/** Whether it only says that the work goes on. */
export function isProgress({ text }: Delivery): boolean {
  return text.startsWith('Still reading');
}

/** An answer in a thread, by itself or in place of what said that the work goes on. */
export function isReplyIn(thread: string): (delivery: Delivery) => boolean {
  return (one) => (one.how === 'post' || one.how === 'update') && one.threadTs === thread && !isProgress(one);
}

/** All that a person can read in a delivery. */
export function readable(delivery: Delivery): string {
  return [delivery.text, JSON.stringify(delivery.blocks), delivery.content ?? ''].join('\n');
}

/** Texts of the blocks alone. */
export function blockTexts(delivery: Delivery): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value))
      if (name === 'text' && typeof inner === 'string') texts.push(inner);
      else collect(inner);
  };
  collect(delivery.blocks);
  return texts.join('\n');
}
