// The image without Docker: the Dockerfile's own steps, done with npm alone in an empty folder, and its command started there.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { SlackDriver } from '../support/slack-driver.ts';
import { mention } from '../support/slack-payloads.ts';
import { startSlackWebApi } from '../support/slack-web-api.ts';
import { BOT, composed, SIGNING_SECRET } from '../support/slack-workspace.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kongauth-image-'));
const app = join(folder, 'app');
const temporary = join(folder, 'tmp');
/** As VOLUME has it: what the store keeps. */
const data = join(folder, 'data');
after(() => rmSync(folder, { recursive: true, force: true }));

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
const one = (instruction: RegExp): string => {
  const [, rest] = instruction.exec(dockerfile) ?? [];
  assert.ok(rest !== undefined, `the Dockerfile has no ${instruction}`);
  return rest;
};

/** Nobody, where the test runs as root: what root owns is then read-only, as in the container. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;

function build(): void {
  mkdirSync(app);
  for (const own of [temporary, data]) {
    mkdirSync(own);
    if (NOBODY.uid !== undefined) chownSync(own, NOBODY.uid, NOBODY.gid);
  }
  chmodSync(folder, 0o755);
  for (const [, files = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const file of files.split(' ')) {
      assert.ok(ignored.includes(`!${file}`), `${file} is copied, and kept out of the context`);
      cpSync(join(root, file), join(app, file), { recursive: true });
    }
  const [command = '', ...args] = one(/^RUN (npm ci .+)$/m).split(' ');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const done = spawnSync(command, [...args, '--prefer-offline'], {
    cwd: app,
    encoding: 'utf8',
    env: { ...env, PATH: path },
  });
  assert.equal(done.status, 0, done.stderr);
}

const listing = (): readonly string[] =>
  readdirSync(app, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('node_modules/.bin'));

test('the layout of the image starts, answers and writes nothing but temporary files and its data', async (context) => {
  build();
  const packages = readdirSync(join(app, 'node_modules'));
  for (const development of ['typescript', '@biomejs', 'emulate', 'node', 'ws', 'fast-check'])
    assert.ok(!packages.includes(development), `${development} is in the image`);
  assert.match(one(/^USER (\S+)$/m), /^[1-9]\d*:[1-9]\d*$/);
  assert.ok(!existsSync(join(app, 'test')));
  const before = listing();

  const api = await startSlackWebApi();
  const port = await freePort();
  const env = {
    PATH: path,
    NODE_ENV: 'production',
    TMPDIR: temporary,
    KONGAUTH_DATA: data,
    SLACK_BOT_TOKEN: BOT.token,
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_API_URL: api.apiUrl,
    PORT: String(port),
  };
  const inside = { cwd: app, env, ...NOBODY };
  const health = (): number | null => {
    const [, ...args] = JSON.parse(one(/^HEALTHCHECK .*?CMD (\[.+\])$/m)) as string[];
    return spawnSync(process.execPath, args, inside).status;
  };
  assert.equal(health(), 1);

  const [, ...args] = JSON.parse(one(/^CMD (\[.+\])$/m)) as string[];
  const bot: ChildProcess = spawn(process.execPath, args, { ...inside, stdio: ['ignore', 'pipe', 'pipe'] });
  let written = '';
  bot.stdout?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  bot.stderr?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
  });
  const driver = new SlackDriver(`http://127.0.0.1:${port}`);
  context.after(async () => {
    bot.kill('SIGKILL');
    driver.close();
    await api.close();
  });
  const ready = async (): Promise<boolean> => {
    if (bot.exitCode !== null) throw new Error(written);
    const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return response?.status === 200;
  };
  await api.until('readiness', ready, 60_000);
  // The health check blocks this process, and the peer with it: only what needs no Slack can be asked so.
  assert.equal(health(), 0);

  // An attached log goes through the temporary folder and the worker threads.
  const { incidents } = api.workspace.channels;
  const content = '< HTTP/1.1 401 Unauthorized\n< Server: kong/3.9.1\n<\n{"message":"Invalid signature"}\n';
  const message = { ...composed('why?', undefined, { mention: true }), files: [api.host({ name: 'a.log', content })] };
  const ts = await api.workspace.post('ann', incidents, message);
  await driver.deliver(mention(api, { person: 'ann', channel: incidents }, { ts, message, files: message.files }));
  await api.delivery('a diagnosis', 0, ({ text }) => /signature/i.test(text), 60_000);

  const ended = once(bot, 'exit');
  bot.kill('SIGTERM');
  const [code] = await ended;
  assert.equal(code, 0, written);
  assert.deepEqual(listing(), before);
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(readdirSync(data), ['pglite']);
});
