// The bot: settings read, rooms wired, started, stopped cleanly.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isStoreDown, KongauthError } from './errors.ts';
import type { LocalWorkspace } from './local/start.ts';
import { createLog, describeError } from './ops/log.ts';
import { needSlack, readSettings, type Settings } from './settings.ts';
import { installationKey } from './store/installation.ts';
import type { Jobs } from './store/jobs.ts';
import { openStore } from './store/open.ts';

/** Supervisors kill after 10 s and more; whatever hangs then is left behind. */
const DRAIN_MS = 8000;
const EXIT_MS = 9500;
/** Of a digest that is being made; another replica makes it again. */
const JOBS_MS = 1000;
const JOBS_PAUSE_MS = 1000;

/** Values that no log line may hold. */
function secretsOf({ slack, gateways }: Settings): readonly string[] {
  return [
    slack?.botToken,
    slack?.appToken,
    slack?.signingSecret,
    ...gateways.map(({ adminToken }) => adminToken),
  ].filter((secret) => secret !== undefined);
}

async function start(): Promise<void> {
  const given = readSettings(process.env);
  const local = given.slack === undefined ? await openLocal(given) : undefined;
  const configured = local?.settings ?? given;
  const log = createLog(configured.logLevel, secretsOf(configured));
  const opening = openStore(configured, (line) => log.warn(line));
  // The embedded database opens in a process of its own; meanwhile this one loads what is large.
  const rooms = Promise.all([
    import('./slack/app.ts'),
    import('./slack/listeners.ts'),
    import('./work/pool.ts'),
    import('./ops/metrics.ts'),
  ]);
  const database = await opening;
  const settings: Settings = configured.isKeyGiven
    ? configured
    : { ...configured, fingerprintKey: await installationKey(database) };
  const [{ createApp }, { LISTENERS }, { createAnalyst }, { createMetrics }] = await rooms;
  const metrics = createMetrics();
  const analyst = createAnalyst(settings.fingerprintKey);
  let jobs: Jobs | undefined;
  let ending = false;
  const end = (code: number, line: string): void => {
    if (ending) return;
    ending = true;
    void finish(code, line);
  };
  const app = createApp(settings, {
    log,
    metrics,
    analyst,
    listeners: LISTENERS,
    database,
    exit: end,
  });

  async function finish(code: number, line: string): Promise<void> {
    log[code === 0 ? 'info' : 'fatal'](line);
    if (code !== 0) process.stderr.write(`kongauth: ${line}\n`);
    setTimeout(() => process.exit(code === 0 ? 1 : code), EXIT_MS).unref();
    await app.stop(code === 0 ? DRAIN_MS : 0);
    await jobs?.stop(code === 0 ? JOBS_MS : 0);
    await analyst.close();
    await database.close();
    await local?.close();
    process.exit(code);
  }

  /** The database may go as soon as it was there. */
  async function beginJobs(): Promise<void> {
    const [{ startJobs }, { keepRetention }] = await Promise.all([
      import('./store/jobs.ts'),
      import('./store/retention.ts'),
    ]);
    const onError = (error: unknown): void => log.warn({ err: describeError(error) }, 'a job failed');
    for (; jobs === undefined; await sleep(JOBS_PAUSE_MS)) {
      if (ending) return;
      let begun: Jobs | undefined;
      try {
        begun = await startJobs(database, { onError });
        await app.work(begun);
        await keepRetention(database, begun, {
          diagnosesDays: settings.retentionDays,
          digestsDays: settings.retentionDays,
          trailDays: settings.auditDays,
        });
        jobs = begun;
        return;
      } catch (error) {
        if (!isStoreDown(error)) throw error;
        log.warn({ err: describeError(error) }, 'jobs cannot begin yet');
        await begun?.stop(0);
      }
    }
  }

  process.on('SIGTERM', () => end(0, 'SIGTERM: nothing new is taken, what is under way is finished.'));
  process.on('SIGINT', () => end(0, 'SIGINT: nothing new is taken, what is under way is finished.'));
  watchForBugs(log, end);
  await app.start();
  void beginJobs();
  if (local === undefined) return;
  process.stdout.write(
    `The local workspace is at ${local.url} (nothing leaves this machine; Ctrl+C ends it).\n` +
      'For your own Slack set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET; README.md says how.\n',
  );
  await local.connect(app);
}

/**
 * The workspace on this machine, whose parts are development dependencies.
 * @throws KongauthError `settings-invalid` with what Slack needs where they are not installed
 */
async function openLocal(settings: Settings): Promise<LocalWorkspace> {
  try {
    const { openLocalWorkspace } = await import('./local/start.ts');
    return await openLocalWorkspace(settings, process.env);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') needSlack(settings);
    throw error;
  }
}

/** What nobody caught leaves the process in an unknown state: it ends, and the supervisor starts a clean one. */
function watchForBugs(log: Logger, end: (code: number, line: string) => void): void {
  const give = (error: unknown): void => {
    log.fatal({ err: describeError(error) }, 'an error that nobody caught');
    end(1, 'An error that nobody caught; the log has its place.');
  };
  process.on('unhandledRejection', give);
  process.on('uncaughtException', give);
}

/** Runs until it is told to end; a start that fails says why in a sentence and exits 2. */
export async function main(): Promise<void> {
  try {
    await start();
  } catch (error) {
    const sentence = error instanceof KongauthError ? error.message : 'It could not start; please report this.';
    process.stderr.write(`kongauth: ${sentence}\n`);
    if (!(error instanceof KongauthError)) process.stderr.write(`${JSON.stringify(describeError(error))}\n`);
    process.exit(2);
  }
}
