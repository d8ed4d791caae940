// The bot as it runs in production: a child process of `node src/main.ts` with its environment, its log and its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newDataFolder } from './data-folder.ts';
import { freePort } from './free-port.ts';
import type { SlackWebApi } from './slack-web-api.ts';
import { APP_TOKEN, BOT, SIGNING_SECRET } from './slack-workspace.ts';

const root = join(import.meta.dirname, '../..');

export interface BotProcess {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Everything it wrote so far, both streams. */
  readonly log: () => string;
  readonly pid: number;
  /** Status of `/readyz`, or 0 when nobody listens. */
  readonly ready: () => Promise<number>;
  readonly untilReady: (ms?: number) => Promise<void>;
  readonly signal: (signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL') => void;
  /** Exit status and ms from this call; fails when it takes longer than the limit. */
  readonly ended: (limitMs?: number) => Promise<{ readonly code: number | null; readonly ms: number }>;
  /** Stops it however it is. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the bot against a peer; does not wait for it.
 * @param mode which of Slack's two ways it is reached by
 * @param env what differs from a plain installation
 */
export async function startBot(
  api: SlackWebApi,
  mode: 'http' | 'socket',
  env: Readonly<Record<string, string>> = {},
): Promise<BotProcess> {
  const port = await freePort();
  const folder = env.KONGAUTH_DATA ?? (await newDataFolder());
  const child: ChildProcess = spawn(process.execPath, ['src/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      SLACK_BOT_TOKEN: BOT.token,
      ...(mode === 'http' ? { SLACK_SIGNING_SECRET: SIGNING_SECRET } : { SLACK_APP_TOKEN: APP_TOKEN }),
      SLACK_API_URL: api.apiUrl,
      PORT: String(port),
      LOG_LEVEL: 'info',
      KONGAUTH_DATA: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<number> => {
    try {
      const response = await fetch(`${url}/readyz`);
      await response.arrayBuffer();
      return response.status;
    } catch {
      // Nobody listens yet, or any more.
      return 0;
    }
  };
  const ended = async (limitMs = 15_000): Promise<{ code: number | null; ms: number }> => {
    const started = performance.now();
    const patience = new AbortController();
    const late = sleep(limitMs, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
    const first = await Promise.race([exited, late]);
    patience.abort();
    if (first === 'late') throw new Error(`the bot still runs after ${limitMs} ms\n${written.slice(-3000)}`);
    return { code: child.exitCode, ms: performance.now() - started };
  };
  return {
    url,
    log: () => written,
    pid: child.pid ?? 0,
    ready,
    ended,
    signal: (signal) => {
      child.kill(signal);
    },
    untilReady: async (ms = 30_000) => {
      const end = performance.now() + ms;
      while ((await ready()) !== 200) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`the bot ended with ${child.exitCode ?? child.signalCode}\n${written.slice(-3000)}`);
        if (performance.now() > end) throw new Error(`not ready after ${ms} ms\n${written.slice(-3000)}`);
        await sleep(50);
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended(12_000).catch(() => child.kill('SIGKILL'));
      if (env.KONGAUTH_DATA === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
