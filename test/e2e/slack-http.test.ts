// The running bot over HTTP: every surface, and the bad days: signatures, 429, refused blocks, Slack away, files, shutdown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Incoming } from '../../src/local/payloads.ts';
import type { SlackFile } from '../../src/local/workspace.ts';
import { surfaceTests } from '../conformance/slack-surfaces.ts';
import { NODE_LOG, UPSTREAM } from '../support/slack-pastes.ts';
import { click, command, mention } from '../support/slack-payloads.ts';
import { isReplyIn, readable, SlackScene } from '../support/slack-scene.ts';
import type { Delivery, SlackWebApi } from '../support/slack-web-api.ts';
import { composed } from '../support/slack-workspace.ts';

surfaceTests('http', 'all');

function scene(
  name: string,
  run: (scene: SlackScene) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
  prepare?: (api: SlackWebApi) => void,
): void {
  test(`http: ${name}`, { timeout: 90_000 }, async () => {
    const opened = await SlackScene.open('http', env, prepare);
    try {
      await run(opened);
      assert.deepEqual(opened.api.objections, []);
    } finally {
      await opened.close();
    }
  });
}

async function asks(scene: SlackScene, text: string): Promise<Incoming & { responseUrl: string }> {
  return command(scene.api, { person: 'ann', channel: scene.api.workspace.channels.incidents }, text);
}

/** A mention with files; its reply. */
async function mentioned(scene: SlackScene, files: readonly SlackFile[], text?: string): Promise<Delivery> {
  const where = { person: 'ann', channel: scene.api.workspace.channels.incidents } as const;
  const message = composed('diagnose', text, { mention: true });
  const ts = await scene.api.workspace.post('ann', where.channel, message);
  const said = mention(scene.api, where, { ts, message, ...(files.length === 0 ? {} : { files }) });
  return scene.deliverAndWait(said, 'reply', isReplyIn(ts));
}

scene('only what Slack signed, now, is taken', async (scene) => {
  const calls = scene.api.deliveries.length;
  const said = await asks(scene, 'help');
  for (const sending of [
    { secret: 'another secret' },
    { signature: 'v0=00' },
    { signature: '' },
    { timeShiftSeconds: -400 },
    { timeShiftSeconds: 400 },
    { timeShiftSeconds: 86_400 },
    { tamper: (body: string) => body.replace('help', 'diagnose') },
  ]) {
    const { status } = await scene.driver.deliver(said, sending);
    assert.equal(status, 401, JSON.stringify(sending));
  }
  const { status, body } = await scene.driver.verifyUrl('a challenge');
  assert.equal(status, 200);
  assert.match(body, /a challenge/);
  assert.equal(scene.api.deliveries.length, calls);
  for (const [path, status] of [
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
    ['/', 404],
  ] as const)
    assert.equal((await fetch(`${scene.bot.url}${path}`)).status, status, path);
});

scene('a 429 is waited out, and nothing is lost or doubled', async (scene) => {
  scene.api.fail('chat.postMessage', { retryAfterSeconds: 1, times: 2 });
  const reply = await mentioned(scene, [], UPSTREAM.text);
  assert.match(readable(reply), new RegExp(UPSTREAM.cause));
  scene.api.fail('response_url', { retryAfterSeconds: 1 });
  const said = await asks(scene, `diagnose ${UPSTREAM.text}`);
  await scene.deliverAndWait(said, 'answer', ({ responseUrl }) => responseUrl === said.responseUrl);
  const posts = scene.api.calls.filter(({ method }) => method === 'chat.postMessage');
  const gaps = posts.slice(1).map(({ at }, index) => at - (posts[index]?.at ?? 0));
  for (const gap of gaps.slice(0, 2)) assert.ok(gap >= 950, `asked again after ${gap} ms`);
});

scene('messages into one channel keep a second apart', async (scene) => {
  await Promise.all([1, 2, 3].map(() => mentioned(scene, [], UPSTREAM.text)));
  const posts = scene.api.deliveries.filter(({ how }) => how === 'post').map(({ at }) => at);
  for (const [index, at] of posts.slice(1).entries()) {
    const gap = at - (posts[index] ?? 0);
    assert.ok(gap >= 900, `${gap} ms apart`);
  }
});

scene('a workspace that knows no new blocks gets the plain version, and is remembered', async (scene) => {
  scene.api.onlyTrustedBlocks = true;
  const reply = await mentioned(scene, [], UPSTREAM.text);
  assert.match(readable(reply), new RegExp(UPSTREAM.cause));
  await scene.deliverAndWait(await click(scene.api, 'ann', reply, 'feedback', 'Wrong cause'), 'thanks');
  const said = await asks(scene, `diagnose ${UPSTREAM.text}`);
  await scene.deliverAndWait(said, 'answer', ({ responseUrl }) => responseUrl === said.responseUrl);
  const mark = scene.api.calls.length;
  await mentioned(scene, [], UPSTREAM.text);
  const posts = scene.api.calls.slice(mark).filter(({ method }) => method === 'chat.postMessage');
  assert.equal(posts.length, 1, 'tried the rich blocks again');
});

scene('files that cannot be had are said and the rest is read', async (scene) => {
  const { api } = scene;
  const strange: readonly (readonly [string, SlackFile])[] = [
    ['login page', api.host({ name: 'page.log', content: '<!DOCTYPE html><title>Slack</title>', type: 'text/html' })],
    ['elsewhere', api.host({ name: 'stray.log' }, { url_private_download: 'https://evil.example/stray.log' })],
    ['redirect', api.host({ name: 'moved.log', redirect: 'https://evil.example/moved.log' })],
    ['too large', api.host({ name: 'huge.log', content: 'x' }, { size: 3_000_000_000 })],
    ['external', api.host({ name: 'drive.log' }, { is_external: true, mode: 'external' })],
    ['deleted', api.host({ name: 'gone.log' }, { mode: 'tombstone' })],
  ];
  const good = api.host({ name: 'nodes.log', content: NODE_LOG.text });
  const reply = await mentioned(scene, [good, ...strange.slice(0, 5).map(([, file]) => file)]);
  assert.match(readable(reply), /node-out-of-sync/);
  for (const [why, file] of strange.slice(0, 5)) assert.ok(readable(reply).includes(file.name), `${why}: ${file.name}`);
  for (const [why, file] of strange) {
    const alone = await mentioned(scene, [file]);
    assert.ok(readable(alone).includes(file.name), `${why} alone: ${readable(alone).slice(0, 300)}`);
  }
});

scene('a file that Slack hands out only by files.info is read', async (scene) => {
  const hosted = scene.api.host({ name: 'shared.log', content: NODE_LOG.text });
  const stub = { id: hosted.id, name: hosted.name, file_access: 'check_file_info' } as unknown as SlackFile;
  assert.match(readable(await mentioned(scene, [stub])), /node-out-of-sync/);
});

scene('an error of ours is one kind sentence with an id', async (scene) => {
  scene.api.fail('views.open', { error: 'internal_error', times: 10 });
  const said = await asks(scene, 'diagnose');
  const answer = await scene.deliverAndWait(said, 'a sentence', ({ responseUrl }) => responseUrl === said.responseUrl);
  assert.doesNotMatch(readable(answer), /at .*:\d+:\d+|node_modules|internal_error/);
  assert.match(readable(answer), /[0-9a-f]{6,}/);
  const id = /[0-9a-f]{6,}/.exec(answer.text)?.[0] ?? '';
  assert.ok(scene.bot.log().includes(id), 'the id is not in the log');
});

scene('past the allowance the answer says when to come back', async (scene) => {
  const texts: string[] = [];
  for (let number = 0; number < 31; number++) {
    const said = await asks(scene, `diagnose ${UPSTREAM.text}`);
    const answer = await scene.deliverAndWait(said, 'answer', ({ responseUrl }) => responseUrl === said.responseUrl);
    texts.push(answer.text);
  }
  assert.match(texts.at(-1) ?? '', /again in/);
  assert.doesNotMatch(texts[0] ?? '', /again in/);
});

scene(
  'Slack away at the start is waited for',
  async (scene) => {
    await scene.api.until('alive', async () => (await scene.bot.ready()) === 503);
    assert.equal((await fetch(`${scene.bot.url}/healthz`)).status, 200);
    scene.api.away = false;
    await scene.untilReady();
    const said = await asks(scene, `diagnose ${UPSTREAM.text}`);
    await scene.deliverAndWait(said, 'answer', ({ responseUrl }) => responseUrl === said.responseUrl);
  },
  {},
  (api) => {
    api.away = true;
  },
);

scene(
  'a token that Slack refuses ends the process with a clear line',
  async (scene) => {
    const { code } = await scene.bot.ended(30_000);
    assert.ok(code !== null && code !== 0, `ended with ${code}`);
    assert.match(scene.bot.log(), /invalid_auth|SLACK_BOT_TOKEN/);
  },
  { SLACK_BOT_TOKEN: 'xoxb-wrong-token-entirely' },
  () => undefined,
);

scene('what is in flight at SIGTERM is answered, then the process ends within ten seconds', async (scene) => {
  scene.api.fail('response_url', { delayMs: 1500 });
  const said = await asks(scene, `diagnose ${UPSTREAM.text}`);
  await scene.deliver(said);
  scene.bot.signal('SIGTERM');
  await scene.api.until('not ready', async () => (await scene.bot.ready()) !== 200);
  const { code, ms } = await scene.bot.ended(15_000);
  assert.equal(code, 0);
  assert.ok(ms < 10_000, `${ms} ms`);
  assert.ok(
    scene.api.deliveries.some(({ responseUrl }) => responseUrl === said.responseUrl),
    'the answer was lost',
  );
});

scene('work that hangs does not keep the process: it ends at its deadline', async (scene) => {
  scene.api.fail('response_url', { delayMs: 30_000 });
  await scene.deliver(await asks(scene, `diagnose ${UPSTREAM.text}`));
  scene.bot.signal('SIGTERM');
  const { ms } = await scene.bot.ended(15_000);
  assert.ok(ms < 10_500, `${ms} ms`);
});

test('http: settings that are wrong are all named at once', async () => {
  const opened = await SlackScene.open(
    'http',
    { PORT: 'many', LOG_LEVEL: 'loud', SLACK_SIGNING_SECRET: '' },
    () => undefined,
  );
  try {
    const { code } = await opened.bot.ended();
    assert.equal(code, 2);
    for (const name of ['PORT', 'LOG_LEVEL', 'SLACK_SIGNING_SECRET']) assert.match(opened.bot.log(), new RegExp(name));
  } finally {
    await opened.close();
  }
});
