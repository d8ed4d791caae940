// The app in this process, with listeners of the test's own, between the real peers.
import { rmSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { createLog } from '../../src/ops/log.ts';
import { createMetrics, type Metrics } from '../../src/ops/metrics.ts';
import { readSettings } from '../../src/settings.ts';
import { createApp, type RunningApp } from '../../src/slack/app.ts';
import type { Listener } from '../../src/slack/listener.ts';
import { openStore } from '../../src/store/open.ts';
import { createAnalyst } from '../../src/work/pool.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { SlackDriver } from '../support/slack-driver.ts';
import { type SlackWebApi, startSlackWebApi } from '../support/slack-web-api.ts';
import { APP_TOKEN, BOT, SIGNING_SECRET } from '../support/slack-workspace.ts';
import { SocketServer } from '../support/socket-server.ts';

export interface BotUnderTest {
  readonly api: SlackWebApi;
  readonly socket: SocketServer;
  readonly app: RunningApp;
  readonly driver: SlackDriver;
  readonly metrics: Metrics;
  readonly url: string;
  readonly log: () => string;
  /** Lines that the app ended the process with. */
  readonly exits: readonly string[];
  readonly untilReady: () => Promise<unknown>;
}

/** Starts it; everything ends with the test. `before` prepares the peers. */
export async function startUnderTest(
  context: TestContext,
  mode: 'http' | 'socket',
  listeners: readonly Listener[],
  before: (api: SlackWebApi) => void = () => undefined,
): Promise<BotUnderTest> {
  const api = await startSlackWebApi();
  const socket = await SocketServer.start();
  api.socketUrl = socket.url;
  before(api);
  const settings = readSettings({
    SLACK_BOT_TOKEN: BOT.token,
    ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
    SLACK_API_URL: api.apiUrl,
    PORT: '0',
    KONGAUTH_KEY: 'a key of the tests, long enough',
  });
  let lines = '';
  const log = createLog('info', [], {
    write: (line) => {
      lines += line;
    },
  });
  const metrics = createMetrics();
  const analyst = createAnalyst(settings.fingerprintKey);
  const exits: string[] = [];
  const exit = (code: number, line: string): void => void exits.push(`${code} ${line}`);
  const folder = await newDataFolder();
  const database = await openStore({ dataFolder: folder }, () => undefined);
  const app = createApp(settings, {
    log,
    metrics,
    analyst,
    listeners,
    database,
    exit,
  });
  await app.start();
  const url = `http://127.0.0.1:${app.port()}`;
  const driver = new SlackDriver(url);
  context.after(async () => {
    driver.close();
    await app.stop(0);
    await analyst.close();
    await database.close();
    rmSync(folder, { recursive: true });
    await socket.close();
    await api.close();
  });
  const untilReady = (): Promise<unknown> => api.until('readiness', () => app.ready());
  return { api, socket, app, driver, metrics, url, log: () => lines, exits, untilReady };
}

/** A promise and the hand that opens it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
