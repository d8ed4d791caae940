// Bolt over HTTP or Socket Mode: acknowledges first, runs every listener once, starts when Slack is there, drains at the end.
import { HTTPReceiver, type Receiver, webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { KeptEntry, KeptProposal } from '../kong/apply/trail.ts';
import type { Metrics } from '../ops/metrics.ts';
import { needSlack, type Settings } from '../settings.ts';
import { createKeptProposals } from '../store/approvals.ts';
import type { Database } from '../store/database.ts';
import type { Jobs } from '../store/jobs.ts';
import { createKeptTrail } from '../store/trail.ts';
import type { Analyst } from '../work/pool.ts';
import { createBackoff } from './backoff.ts';
import { boltLogger } from './bolt-log.ts';
import { createBudget } from './budget.ts';
import type { Bot } from './context.ts';
import { createDeliveries } from './deliveries.ts';
import { createRota } from './digests/rota.ts';
import { createDispatch } from './dispatch.ts';
import { createDoor } from './door.ts';
import { type Durability, DurableApp } from './durable-app.ts';
import { fatalLine } from './fatal.ts';
import { createFiles } from './files.ts';
import { createInFlight } from './in-flight.ts';
import type { Listener } from './listener.ts';
import { createPost } from './post.ts';
import { createRemember } from './remember.ts';
import { createReports } from './reports.ts';
import { createSocket } from './socket.ts';

export interface RunningApp {
  /** Listens, and goes on trying to reach Slack: resolves when the health routes answer, which may be before Slack does. */
  start(): Promise<void>;
  /**
   * Takes part in what is due from now on. Throws KongauthError `store-down`.
   * @param jobs on the same database
   */
  work(jobs: Jobs): Promise<void>;
  /** Takes nothing new, waits for what is in flight up to the deadline, closes. Never throws. */
  stop(deadlineMs: number): Promise<void>;
  /** Whether Slack's events arrive and can be kept. */
  readonly ready: () => boolean;
  /** The port that it listens on; 0 before `start`. */
  readonly port: () => number;
}

export interface AppParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly analyst: Analyst;
  readonly listeners: readonly Listener[];
  /** Migrated. */
  readonly database: Database;
  /** Called when the app can never work again (a revoked token). */
  exit(code: number, line: string): void;
}

/** Nobody waits longer for a modal or a thread. */
const CALL_TIMEOUT_MS = 10_000;
/** Slack's largest bodies are views of 250 KB, form-encoded. */
const BODY_BYTES = 2 * 2 ** 20;

/** The bot, wired but not started. Throws KongauthError `settings-invalid` without Slack's settings. */
export function createApp(settings: Settings, parts: AppParts): RunningApp {
  const slack = needSlack(settings);
  const { log, metrics, database } = parts;
  const now = Date.now;
  const stopping = new AbortController();
  let initialised = false;
  const connectedNow = (connected: boolean): void => metrics.connected.set(connected ? 1 : 0);

  // An object for each client: some of them change what they are given.
  const clientOptions = (): webApi.WebClientOptions => ({
    timeout: CALL_TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(log),
    ...(slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl }),
  });
  const client = new webApi.WebClient(slack.botToken, clientOptions());
  const deliveries = createDeliveries({ database, key: settings.fingerprintKey, log, now });
  const inFlight = createInFlight((size) => metrics.inFlight.set(size));
  const bot: Bot = {
    client,
    analyst: parts.analyst,
    post: createPost({ client, apiUrl: slack.apiUrl, log, metrics, now }),
    files: createFiles({ client, token: slack.botToken, apiUrl: slack.apiUrl, log }),
    budget: createBudget(database, { now, log }),
    remember: createRemember(database, now),
    reports: createReports(database, now),
    proposals: createKeptProposals(database, KeptProposal),
    trail: createKeptTrail(database, KeptEntry),
    database,
    log,
    metrics,
    settings,
    now,
  };
  const dispatch = createDispatch({ listeners: parts.listeners, bot, log, metrics });
  const rota = createRota(bot);

  const fatal = (line: string): void => parts.exit(1, line);
  const socket =
    slack.appToken === undefined
      ? undefined
      : createSocket({ appToken: slack.appToken, apiUrl: slack.apiUrl, log, fatal, connectedNow });
  const http = socket === undefined ? httpReceiver(slack.signingSecret ?? '', log) : undefined;
  const takes = (): boolean => initialised && !stopping.signal.aborted && (socket?.connected() ?? true);
  const whyNotReady = (): string | undefined => {
    if (!takes()) return 'not connected to Slack';
    return deliveries.isStoreUp() ? undefined : 'the database cannot be reached';
  };
  const door = createDoor({ metrics, takes, whyNotReady, events: http?.requestListener, bodyBytes: BODY_BYTES, now });
  const bolt = createBolt(slack.botToken, (socket ?? http) as Receiver, clientOptions(), log, {
    deliveries,
    inFlight,
    stopping: stopping.signal,
    log,
    sorry: dispatch.sorry,
    acknowledged: (kind, seconds) => metrics.acknowledgement.observe({ kind }, seconds),
  });
  bolt.use(dispatch.handle);
  let port = 0;

  /** Until Slack answers `auth.test`: it may be away when the process starts. */
  async function initialise(): Promise<void> {
    const backoff = createBackoff(stopping.signal);
    while (!stopping.signal.aborted) {
      try {
        await bolt.init();
        initialised = true;
        if (socket === undefined) connectedNow(true);
        log.info({ mode: socket === undefined ? 'http' : 'socket', port }, 'Slack knows the bot');
        deliveries.start((delivered, isLate) => bolt.again(delivered, isLate));
        await socket?.start();
        return;
      } catch (error) {
        const line = fatalLine(error, 'SLACK_BOT_TOKEN');
        if (line !== undefined) return fatal(line);
        log.warn({ err: error }, 'Slack cannot be reached; trying again');
        await backoff.wait(error);
      }
    }
  }

  return {
    async start() {
      port = await door.open(settings.port, settings.host);
      log.info({ port }, 'listening');
      void initialise();
    },
    work: (jobs) => rota.start(jobs),
    async stop(deadlineMs) {
      if (stopping.signal.aborted) return;
      stopping.abort();
      door.refuse();
      // The socket goes first: what Slack would still send here, another replica can take.
      await socket?.stop();
      await rota.stop();
      const left = await inFlight.drain(deadlineMs);
      if (left > 0) log.warn({ left }, 'stopped with interactions under way');
      await deliveries.stop();
      if (socket === undefined) connectedNow(false);
      await door.close();
    },
    ready: () => whyNotReady() === undefined,
    port: () => port,
  };
}

function createBolt(
  token: string,
  receiver: Receiver,
  clientOptions: webApi.WebClientOptions,
  log: Logger,
  durability: Durability,
): DurableApp {
  const app = new DurableApp(
    {
      token,
      receiver,
      clientOptions,
      logger: boltLogger(log),
      deferInitialization: true,
      convoStore: false,
      extendedErrorHandler: true,
    },
    durability,
  );
  // Listeners' errors end in dispatch.ts; here arrives what Bolt itself could not do.
  app.error(async ({ error }: { error: Error }) => log.error({ err: error }, 'Bolt could not handle a delivery'));
  return app;
}

function httpReceiver(signingSecret: string, log: Logger): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret,
    logger: boltLogger(log),
    bodyLimit: BODY_BYTES,
    customPropertiesExtractor: () => ({ arrivedAt: performance.now() }),
  });
}
