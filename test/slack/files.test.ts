// Attached files, against the peer: what comes, what is refused and why, and that nothing is left on the disk.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { webApi } from '@slack/bolt';
import { createLog } from '../../src/ops/log.ts';
import { createFiles, type FetchedFile, type Files, type SlackFile } from '../../src/slack/files.ts';
import { type SlackWebApi, startSlackWebApi } from '../support/slack-web-api.ts';
import { BOT } from '../support/slack-workspace.ts';

// Temporary files of this test go where it can count them.
const folder = await mkdtemp(join(tmpdir(), 'kongauth-files-'));
process.env.TMPDIR = folder;
after(() => rm(folder, { recursive: true, force: true }));

async function start(context: TestContext, token: string = BOT.token): Promise<{ api: SlackWebApi; files: Files }> {
  const api = await startSlackWebApi();
  context.after(() => api.close());
  const client = new webApi.WebClient(BOT.token, { slackApiUrl: api.apiUrl, retryConfig: { retries: 0 } });
  const log = createLog('silent', []);
  return { api, files: createFiles({ client, token, apiUrl: api.apiUrl, log }) };
}

function fetched(answer: FetchedFile | { readonly refused: string }): FetchedFile {
  assert.ok('path' in answer, JSON.stringify(answer));
  return answer;
}

async function refusal(files: Files, file: SlackFile): Promise<string> {
  const answer = await files.fetch(file);
  assert.ok('refused' in answer);
  assert.match(answer.refused, /^[^\n]{10,200}\.$/);
  assert.deepEqual(await readdir(folder), []);
  return answer.refused;
}

test('a file that somebody shared is fetched, named, and gone when it was read', async (context) => {
  const { api, files } = await start(context);
  const { file } = await api.workspace.share('ann', api.workspace.channels.incidents, {
    name: 'error.log',
    content: 'a line',
  });
  const one = fetched(await files.fetch(file));
  const other = fetched(await files.fetch(api.host({ name: '../../etc/\u202epasswd', content: 'other' })));
  assert.equal(one.source, 'error.log');
  assert.equal(await readFile(one.path, 'utf8'), 'a line');
  assert.equal(other.source, 'passwd');
  assert.equal(await readFile(other.path, 'utf8'), 'other');
  await one.dispose();
  await other.dispose();
  assert.ok(!existsSync(one.path));
  assert.deepEqual(await readdir(folder), []);
});

test('a page, a redirect, another host and what Slack does not have are refused in a sentence', async (context) => {
  const { api, files } = await start(context);
  const page = api.host({ name: 'a.log', content: '<html>', type: 'text/html; charset=utf-8' });
  assert.match(await refusal(files, page), /web page/);
  const redirected = api.host({ name: 'b.log', redirect: 'http://evil.example/' });
  assert.match(await refusal(files, redirected), /answered 302/);
  const fetches = api.calls.length;
  const elsewhere = { id: 'F1', name: 'c.log', url_private_download: 'https://files.slack.com.evil.example/c.log' };
  assert.match(await refusal(files, elsewhere), /not on a host of Slack/);
  assert.match(await refusal(files, { id: 'F2', name: 'd.log', is_external: true }), /not kept by Slack/);
  assert.match(await refusal(files, { id: 'F3', name: 'e.log', mode: 'tombstone' }), /no longer in Slack/);
  assert.equal(api.calls.length, fetches);
  api.fail('files', { status: 500 });
  assert.match(await refusal(files, api.host({ name: 'f.log', content: 'x' })), /answered 500/);
  api.away = true;
  assert.match(await refusal(files, api.host({ name: 'g.log', content: 'x' })), /could not be fetched/);
});

test('without the right to read, Slack’s login page is not taken for a log', async (context) => {
  const { api, files } = await start(context, 'xoxb-of-another-app');
  assert.match(await refusal(files, api.host({ name: 'a.log', content: 'x' })), /may not read it/);
});

test('a file over 64 MB is refused, by what Slack says of it or by what comes', async (context) => {
  const { api, files } = await start(context);
  const claimed = api.host({ name: 'a.log', content: 'x' }, { size: 65 * 2 ** 20 });
  assert.match(await refusal(files, claimed), /larger than 64 MB/);
  const home = await mkdtemp('/tmp/kongauth-large-');
  context.after(() => rm(home, { recursive: true, force: true }));
  const path = join(home, 'large.log');
  const handle = await open(path, 'w');
  await handle.truncate(66 * 2 ** 20);
  await handle.close();
  assert.match(await refusal(files, api.host({ name: 'b.log', path }, { size: 10 })), /larger than 64 MB/);
});
