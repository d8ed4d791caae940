// `npm start` without Slack's settings: the local workspace as a process, and its page's stream for those who look without a browser.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fields } from '../../src/local/fields.ts';
import type { RoomMessage } from '../../src/local/room.ts';
import { freePort } from './free-port.ts';

const root = join(import.meta.dirname, '../..');
export const LOOPBACK_ONLY = join(import.meta.dirname, 'loopback-only.mjs');

/** What the page is told of its workspace first. */
export interface Told {
  readonly me: string;
  readonly direct: string;
  readonly bot: { readonly id: string };
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

export interface LocalProcess {
  /** `http://localhost:PORT`. */
  readonly url: string;
  readonly log: () => string;
  /** What it tried to reach beyond this machine. */
  readonly strayed: () => string;
  /** Folders that it made for temporary files. */
  readonly temporary: string;
  /** Reads the page's stream as a person until it has what is looked for. */
  readonly until: <T>(
    person: string,
    look: (told: Told, messages: readonly RoomMessage[]) => T | undefined,
  ) => Promise<T>;
  /** Does something as the page would. */
  readonly act: (person: string, what: Fields) => Promise<Response>;
  /** Sends SIGTERM; its exit status. */
  readonly end: () => Promise<number | null>;
  /** Ends it however it is, and removes what it left. */
  readonly stop: () => Promise<void>;
}

/** Starts it and waits for its page. */
export async function startLocal(env: Readonly<Record<string, string>> = {}): Promise<LocalProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-local-test-'));
  const record = join(folder, 'strayed');
  writeFileSync(record, '');
  const port = await freePort();
  const flags = ['--disable-warning=ExperimentalWarning', '--import', LOOPBACK_ONLY];
  const child: ChildProcess = spawn(process.execPath, [...flags, 'src/main.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: folder,
      LOOPBACK_RECORD: record,
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
  const exited = once(child, 'exit');
  const url = `http://localhost:${port}`;
  const end = async (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited;
    return child.exitCode;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilUp(url, child, () => written);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    log: () => written,
    strayed: () => readFileSync(record, 'utf8'),
    temporary: folder,
    until: (person, look) => untilTold(url, person, look),
    act: (person, what) =>
      fetch(`${url}/act?as=${person}`, {
        method: 'POST',
        headers: { origin: url, 'content-type': 'application/json' },
        body: JSON.stringify(what),
      }),
    end,
    stop,
  };
}

const PATIENCE_MS = 30_000;

async function untilUp(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const response = await fetch(url);
      await response.text();
      return;
    } catch {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > end)
        throw new Error(`no page (${child.exitCode ?? child.signalCode}): ${log()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function untilTold<T>(
  url: string,
  person: string,
  look: (told: Told, messages: readonly RoomMessage[]) => T | undefined,
): Promise<T> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(new Error('never told')), PATIENCE_MS);
  const messages = new Map<string, RoomMessage>();
  try {
    const response = await fetch(`${url}/changes?as=${person}`, { signal: stop.signal });
    let text = '';
    let told: Told | undefined;
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const change = JSON.parse(event.replace(/^data: /, '')) as Fields & { readonly message: RoomMessage };
        if (change.kind === 'hello') told = change as unknown as Told;
        if (change.kind === 'message') messages.set(change.message.id, change.message);
        const found = told === undefined ? undefined : look(told, [...messages.values()]);
        if (found !== undefined) return found;
      }
    }
    throw new Error('the stream ended');
  } catch (error) {
    const seen = [...messages.values()].map(({ text }) => text.slice(0, 120));
    throw new Error(`${String(error)}; messages: ${JSON.stringify(seen)}`);
  } finally {
    clearTimeout(late);
    stop.abort();
  }
}
