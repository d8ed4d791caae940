// The peers themselves, met by Slack's own client: what they take, refuse, record and send is what Slack does.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { judgeMessage, judgeView } from '../support/block-kit-limits.ts';
import { SlackDriver } from '../support/slack-driver.ts';
import { command, homeOpened, mention } from '../support/slack-payloads.ts';
import { startSlackWebApi } from '../support/slack-web-api.ts';
import { APP_TOKEN, BOT, composed, SIGNING_SECRET } from '../support/slack-workspace.ts';
import { SocketServer } from '../support/socket-server.ts';

const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });

test('the judge refuses what Slack refuses and names what would ping', () => {
  const refused = (blocks: readonly object[]): number => judgeMessage({ text: 'x', blocks }).refused.length;
  const unsafe = (blocks: readonly object[]): number => judgeMessage({ text: 'x', blocks }).unsafe.length;
  assert.equal(refused([section('fine')]), 0);
  assert.equal(unsafe([section('fine')]), 0);
  assert.ok(refused([section('x'.repeat(3001))]) > 0);
  assert.ok(refused([section('')]) > 0);
  assert.ok(refused(Array.from({ length: 51 }, () => section('x'))) > 0);
  assert.ok(refused(Array.from({ length: 5 }, () => section('x'.repeat(2800)))) > 0);
  assert.ok(refused([{ type: 'data_visualization' }]) > 0);
  assert.ok(refused([{ ...section('x'), colour: 'red' }]) > 0);
  assert.ok(refused([{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }]) > 0);
  const button = { type: 'button', action_id: 'a', text: { type: 'plain_text', text: 'Do' } };
  assert.equal(refused([{ type: 'actions', elements: [button] }]), 0);
  assert.ok(refused([{ type: 'actions', elements: [button, button] }]) > 0);
  assert.ok(refused([{ type: 'actions', elements: [{ ...button, value: 'x'.repeat(2001) }] }]) > 0);
  for (const hostile of [
    '<!channel>',
    '<!subteam^S1|@x>',
    '<https://evil.example|here>',
    'a & b',
    '```open',
    'a\u202eb',
  ])
    assert.ok(unsafe([section(hostile)]) > 0, hostile);
  assert.ok(judgeMessage({ text: '<!here>' }).unsafe.length > 0);
  assert.ok(judgeMessage({ text: 'x'.repeat(4001) }).refused.length > 0);
  assert.ok(judgeMessage({ blocks: [section('x')] }).refused.length > 0);
});

test('the judge knows modals and the App Home', () => {
  const title = { type: 'plain_text', text: 'Diagnose' };
  const input = (element: object): object => ({ type: 'input', label: title, element });
  const file = input({ type: 'file_input', action_id: 'f', max_files: 10 });
  const modal = { type: 'modal', title, submit: title, blocks: [file] };
  assert.deepEqual(judgeView(modal).refused, []);
  assert.ok(judgeView({ ...modal, submit: undefined }).refused.length > 0);
  assert.ok(judgeView({ ...modal, title: { type: 'plain_text', text: 'x'.repeat(25) } }).refused.length > 0);
  assert.ok(judgeView({ type: 'home', blocks: [file] }).refused.length > 0);
  const long = input({ type: 'plain_text_input', action_id: 't', max_length: 3001 });
  assert.ok(judgeView({ ...modal, blocks: [long] }).refused.length > 0);
  assert.ok(judgeView({ ...modal, private_metadata: 'x'.repeat(3001) }).refused.length > 0);
});

test('the Web API posts, pages, rate-limits, refuses blocks and hosts files', async () => {
  const api = await startSlackWebApi();
  try {
    const client = new WebClient(BOT.token, { slackApiUrl: api.apiUrl, retryConfig: { retries: 1 } });
    assert.equal((await client.auth.test()).user_id, BOT.user);
    const { incidents, elsewhere } = api.workspace.channels;
    const root = await api.workspace.post('ann', incidents, composed('why 401?'));
    for (let reply = 0; reply < 4; reply++)
      await api.workspace.post('bob', incidents, composed(`reply ${reply}`), root);
    const { file } = await api.workspace.share(
      'bob',
      incidents,
      { name: 'a.log', content: 'a line' },
      { threadTs: root },
    );
    api.pageSize = 4;
    const first = await client.conversations.replies({ channel: incidents, ts: root });
    assert.equal(first.messages?.length, 4);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await client.conversations.replies({ channel: incidents, ts: root, cursor });
    assert.equal(second.messages?.length, 2);
    assert.equal(second.has_more, false);
    const download = (url: string, token: string): Promise<Response> =>
      fetch(url, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(await (await download(file.url_private_download, BOT.token)).text(), 'a line');
    const hosted = api.host({ name: 'b.log', content: 'hosted' });
    assert.equal(await (await download(hosted.url_private_download, BOT.token)).text(), 'hosted');
    assert.match(await (await download(hosted.url_private_download, 'none')).text(), /^<!DOCTYPE html>/);

    const unfurl = { unfurl_links: false, unfurl_media: false };
    const post = (text: string, channel = incidents): Promise<unknown> =>
      client.chat.postMessage({ channel, text, ...unfurl });
    await post('fine');
    assert.deepEqual(api.objections, []);
    api.fail('chat.postMessage', { retryAfterSeconds: 1 });
    await post('later');
    const posts = api.calls.filter(({ method }) => method === 'chat.postMessage');
    assert.deepEqual(
      posts.map(({ answer }) => answer?.ok),
      [true, false, true],
    );
    await assert.rejects(post('no', elsewhere), /not_in_channel/);
    const blocks = [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: '' } }];
    await assert.rejects(
      client.chat.postMessage({ channel: incidents, text: 'x', blocks, ...unfurl }),
      /invalid_blocks/,
    );
    assert.ok(api.objections.length > 0);
    api.refusal = 'token_revoked';
    await assert.rejects(post('gone'), /token_revoked/);
    assert.equal(api.deliveries.filter(({ how }) => how === 'post').length, 2);
  } finally {
    await api.close();
  }
});

test('the driver signs as Slack does', async () => {
  const api = await startSlackWebApi();
  const seen: { headers: Record<string, unknown>; body: string }[] = [];
  const bot = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ headers: request.headers, body });
    response.end();
  });
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  const address = bot.address();
  const driver = new SlackDriver(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  try {
    const where = { person: 'ann', channel: api.workspace.channels.incidents } as const;
    await driver.deliver(await command(api, where, 'diagnose a b&c'), {});
    await driver.deliver(mention(api, where, { ts: '1.2', message: composed('hi', undefined, { mention: true }) }), {
      retry: 2,
    });
    for (const { headers, body } of seen) {
      const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
      const digest = createHmac('sha256', SIGNING_SECRET).update(base).digest('hex');
      assert.equal(headers['x-slack-signature'], `v0=${digest}`);
    }
    assert.equal(new URLSearchParams(seen[0]?.body).get('text'), 'diagnose a b&c');
    assert.equal(seen[1]?.headers['x-slack-retry-num'], '2');
  } finally {
    driver.close();
    bot.close();
    await api.close();
  }
});

test("the socket server is one for Slack's own client", async () => {
  const api = await startSlackWebApi();
  const server = await SocketServer.start();
  api.socketUrl = server.url;
  const client = new SocketModeClient({ appToken: APP_TOKEN, clientOptions: { slackApiUrl: api.apiUrl } });
  const got: string[] = [];
  client.on('slack_event', async ({ ack, type }: { ack: (payload?: object) => Promise<void>; type: string }) => {
    got.push(type);
    await ack();
  });
  try {
    await client.start();
    await server.untilConnected();
    const where = { person: 'ann', channel: api.workspace.channels.incidents } as const;
    await server.deliver(await command(api, where, 'help'));
    await server.deliver(homeOpened(api, 'ann'), { retryAttempt: 1, retryReason: 'timeout' });
    assert.deepEqual(got, ['slash_commands', 'events_api']);
    server.disconnect();
    await server.untilConnected();
    await server.deliver(await command(api, where, 'help'));
    assert.equal(server.opened, 2);
    assert.deepEqual(server.strayAcks, []);
  } finally {
    await client.disconnect();
    await server.close();
    await api.close();
  }
});
