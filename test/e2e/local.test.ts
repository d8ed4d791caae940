// The local workspace as a newcomer has it: a process without any setting, its page, its guards, and what it is without its parts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RoomMessage } from '../../src/local/room.ts';
import { LOOPBACK_ONLY, type LocalProcess, startLocal, type Told } from '../support/local-process.ts';

const root = join(import.meta.dirname, '../..');
let local: LocalProcess;
before(async () => {
  local = await startLocal();
});
after(() => local.stop());

/** The newest message of the bot that says it. */
function saying(pattern: RegExp, isPrivate: boolean) {
  return ({ bot }: Told, messages: readonly RoomMessage[]): RoomMessage | undefined =>
    messages.findLast(
      ({ user, text, onlyFor }) => user === bot.id && pattern.test(text) && (onlyFor !== undefined) === isPrivate,
    );
}

test('the page is up, says that it is local, and the first incident is answered in its thread', async () => {
  const page = await fetch(local.url);
  assert.match(await page.text(), /nothing leaves it/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
  const answer = await local.until('bob', saying(/auth-header-not-forwarded/, false));
  const asked = await local.until('bob', (_told, messages) => messages.find(({ ts }) => ts === answer.threadTs));
  assert.match(asked.text, /hide_credentials/);
  assert.match(local.log(), /The local workspace is at http:\/\/localhost:\d+ \(nothing leaves this machine/);
});

test('commands about the sample gateway are answered to the asker alone', async () => {
  const gateway = await local.until('ann', ({ channels }) => channels.find(({ name }) => name === 'gateway')?.id);
  for (const [text, expected] of [
    ['/kongauth status', /Kong 3\.14\.0\.2/],
    ['/kongauth doctor', /failed, \d+ could not look, \d+ passed/],
    ['/kongauth digest now', /sample: first look/],
    ['/kongauth digest schedule daily 09:00 UTC in #gateway', /A digest of `sample` comes to <#C\w+>, daily 09:00 UTC/],
    ['/kongauth digest list', /The digest of this channel/],
    ['/kongauth inspect consumer partner-acme', /partner-acme/],
  ] as const) {
    const done = await local.act('ann', { kind: 'say', channel: gateway, text });
    assert.equal(done.status, 200, text);
    const answer = await local.until('ann', saying(expected, true));
    assert.equal(answer.channel, gateway);
  }
  const others = await local.until('bob', (_told, messages) => messages);
  assert.deepEqual(
    others.filter(({ onlyFor, channel }) => onlyFor !== undefined || channel === gateway),
    [],
  );
});

test('another name, another origin and another method are refused', async () => {
  const ask = (options: {
    method?: string;
    path?: string;
    headers: Readonly<Record<string, string>>;
  }): Promise<number> =>
    new Promise((resolve, reject) => {
      const call = request(`${local.url}${options.path ?? '/'}`, options, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject);
      call.end(options.method === 'POST' ? '{"kind":"home","tab":"home"}' : undefined);
    });
  const { host } = new URL(local.url);
  assert.equal(await ask({ headers: { host: 'evil.example' } }), 403);
  assert.equal(await ask({ headers: { host: `evil.example:${new URL(local.url).port}` } }), 403);
  assert.equal(await ask({ headers: { host } }), 200);
  const post = { method: 'POST', path: '/act?as=ann' };
  assert.equal(await ask({ ...post, headers: { host } }), 403);
  assert.equal(await ask({ ...post, headers: { host, origin: 'https://evil.example' } }), 403);
  assert.equal(await ask({ ...post, headers: { host, origin: local.url } }), 200);
  assert.equal(await ask({ method: 'PUT', headers: { host, origin: local.url } }), 405);
  assert.equal(await ask({ path: '/page/../main.ts', headers: { host } }), 404);
});

test('it ends when it is told to, throws its state away, and nothing has left this machine', async () => {
  assert.ok(readdirSync(local.temporary).some((name) => name.startsWith('kongauth-local-')));
  assert.equal(await local.end(), 0);
  assert.deepEqual(
    readdirSync(local.temporary).filter((name) => name.startsWith('kongauth-local-')),
    [],
  );
  assert.equal(local.strayed(), '');
});

test('the guard of these tests does see what leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-guard-'));
  try {
    const record = join(folder, 'strayed');
    writeFileSync(record, '');
    const code =
      "const say = (e) => console.log(e.cause?.code ?? e.code); await fetch('http://192.0.2.1/').catch(say); await fetch('http://kong.example/').catch(say);";
    const done = spawnSync(process.execPath, ['--import', LOOPBACK_ONLY, '--input-type=module', '-e', code], {
      env: { PATH: process.env.PATH, LOOPBACK_RECORD: record },
      encoding: 'utf8',
    });
    assert.equal(done.stdout, 'ENETUNREACH\nENETUNREACH\n', done.stderr);
    assert.match(readFileSync(record, 'utf8'), /192\.0\.2\.1[\s\S]*kong\.example/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

for (const [what, isThere] of [
  ['whose development parts are not installed', true],
  ['that does not have it at all', false],
] as const)
  test(`an installation ${what} lists what Slack needs and exits 2`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'kongauth-production-'));
    try {
      cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
      cpSync(join(root, 'package.json'), join(folder, 'package.json'));
      if (!isThere) rmSync(join(folder, 'src/local'), { recursive: true });
      mkdirSync(join(folder, 'node_modules'));
      const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
        readonly dependencies: Readonly<Record<string, string>>;
      };
      for (const name of Object.keys(dependencies)) {
        mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
        symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
      }
      const started = spawnSync(process.execPath, ['src/main.ts'], {
        cwd: folder,
        env: { PATH: process.env.PATH, PORT: '0' },
        encoding: 'utf8',
        timeout: 30_000,
      });
      assert.equal(started.status, 2, started.stderr);
      for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'])
        assert.match(started.stderr, new RegExp(name));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
