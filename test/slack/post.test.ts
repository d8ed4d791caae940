// Every outgoing message, against the peer: paced, patient, plain where the workspace is old, cut where Slack would refuse.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { webApi } from '@slack/bolt';
import { createLog } from '../../src/ops/log.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { createPost, type OutMessage, type Post } from '../../src/slack/post.ts';
import { type SlackWebApi, startSlackWebApi } from '../support/slack-web-api.ts';
import { BOT } from '../support/slack-workspace.ts';

interface Under {
  readonly api: SlackWebApi;
  readonly post: Post;
  readonly channel: string;
  readonly log: () => string;
  readonly clock: { now: number };
}

async function start(context: TestContext): Promise<Under> {
  const api = await startSlackWebApi();
  context.after(() => api.close());
  let lines = '';
  const log = createLog('info', [], {
    write: (line) => {
      lines += line;
    },
  });
  const client = new webApi.WebClient(BOT.token, {
    slackApiUrl: api.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
  });
  const clock = { now: 1_000_000 };
  const post = createPost({ client, apiUrl: api.apiUrl, log, metrics: createMetrics(), now: () => clock.now });
  return { api, post, channel: api.workspace.channels.incidents, log: () => lines, clock };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });
const markdown = { type: 'markdown', text: '**Kong** answered.' };
const message = (text: string, rest: Partial<OutMessage> = {}): OutMessage => ({
  text,
  plain: [section(`plain ${text}`)],
  ...rest,
});
const callsOf = (api: SlackWebApi, method: string) => api.calls.filter((call) => call.method === method);

test('messages of one channel are a second apart and in order; another channel does not wait', async (context) => {
  const { api, post, channel } = await start(context);
  await Promise.all([
    post.toThread(channel, undefined, message('one')),
    post.toThread(channel, undefined, message('two')),
    post.toThread(channel, undefined, message('three')),
    post.toThread(api.workspace.channels.ops, undefined, message('elsewhere')),
  ]);
  const calls = callsOf(api, 'chat.postMessage');
  const here = calls.filter(({ args }) => args.channel === channel);
  assert.deepEqual(
    here.map(({ args }) => args.text),
    ['one', 'two', 'three'],
  );
  for (const [index, call] of here.entries())
    if (index > 0) assert.ok(call.at - (here[index - 1]?.at ?? 0) > 900, 'too close');
  assert.ok((calls.find(({ args }) => args.text === 'elsewhere')?.at ?? 0) < (here[1]?.at ?? 0));
  assert.deepEqual(api.objections, []);
});

test('a 429 is waited out and the message arrives once; one of an hour is said to the caller', async (context) => {
  const { api, post, channel } = await start(context);
  api.fail('chat.postMessage', { retryAfterSeconds: 1 });
  api.fail('response_url', { retryAfterSeconds: 1 });
  await post.toThread(channel, undefined, message('late'));
  const [first, second] = callsOf(api, 'chat.postMessage');
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 990);
  await post.respond(api.responseUrl(channel, 'U1'), message('late answer'), {});
  assert.deepEqual(
    api.deliveries.map(({ text }) => text),
    ['late', 'late answer'],
  );
  api.fail('chat.postEphemeral', { retryAfterSeconds: 3600 });
  await assert.rejects(post.ephemeral(channel, 'U1', undefined, message('never')), { code: 'slack-rate-limited' });
});

test('a workspace that does not know a block gets the plain version, from then on at once', async (context) => {
  const { api, post, channel, log, clock } = await start(context);
  api.onlyTrustedBlocks = true;
  await post.toThread(channel, undefined, message('first', { blocks: [markdown] }));
  await post.respond(api.responseUrl(channel, 'U1'), message('second', { blocks: [markdown] }), {});
  assert.deepEqual(
    callsOf(api, 'chat.postMessage').map(({ answer }) => answer?.ok),
    [false, true],
  );
  assert.deepEqual(
    api.deliveries.map(({ blocks }) => blocks[0]?.type),
    ['section', 'section'],
  );
  assert.match(log(), /"types":\["markdown"\]/);
  api.onlyTrustedBlocks = false;
  await post.update(channel, api.deliveries[0]?.ts ?? '', message('third', { blocks: [markdown] }));
  assert.equal(api.deliveries.at(-1)?.blocks[0]?.type, 'section');
  clock.now += 25 * 60 * 60_000;
  await post.update(channel, api.deliveries[0]?.ts ?? '', message('fourth', { blocks: [markdown] }));
  assert.equal(api.deliveries.at(-1)?.blocks[0]?.type, 'markdown');
});

test('an answer to a response_url falls back as well', async (context) => {
  const { api, post, channel } = await start(context);
  api.onlyTrustedBlocks = true;
  await post.respond(api.responseUrl(channel, 'U1'), message('first', { blocks: [markdown] }), { inChannel: true });
  assert.equal(api.deliveries[0]?.blocks[0]?.type, 'section');
  assert.equal(api.deliveries[0]?.args.response_type, 'in_channel');
});

test('what is over the limits is never sent', async (context) => {
  const { api, post, channel } = await start(context);
  const table = { type: 'table', rows: [[{ type: 'raw_text', text: '' }]] };
  const tooMuch: readonly OutMessage[] = [
    message('long section', { blocks: [section('x'.repeat(3001))] }),
    message('many blocks', { blocks: Array.from({ length: 51 }, () => section('x')) }),
    message('much text', { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2800))) }),
    message('an empty cell', { blocks: [table] }),
    message('both', { blocks: [section('')], plain: [section('')] }),
    message(`long text ${'line\n'.repeat(3000)}`),
  ];
  for (const each of tooMuch) await post.respond(api.responseUrl(channel, 'U1'), each, {});
  assert.equal(api.deliveries.length, tooMuch.length);
  assert.deepEqual(api.objections, []);
  assert.equal(api.deliveries[4]?.blocks.length, 0);
  assert.ok((api.deliveries[5]?.text.length ?? 0) <= 4000);
  assert.match(api.deliveries[5]?.text ?? '', /\(cut\)$/);
});

test('what is too long comes as a file in the thread; a file that is not taken is said there', async (context) => {
  const { api, post, channel } = await start(context);
  const file = { name: 'diagnosis.md', content: '# The whole report' };
  const posted = await post.toThread(channel, undefined, message('head', { file }));
  const upload = api.deliveries.find(({ how }) => how === 'file');
  assert.match(upload?.content ?? '', /# The whole report/);
  assert.equal(upload?.threadTs, posted?.ts);
  api.fail('files.getUploadURLExternal', { error: 'file_uploads_disabled' });
  await post.toThread(channel, posted?.ts, message('another head', { file }));
  assert.match(api.deliveries.at(-1)?.text ?? '', /could not be attached/);
  assert.equal(api.deliveries.at(-1)?.threadTs, posted?.ts);
});

test('a refusal has a code, a sentence that says what to do, and Slack’s word as its cause', async (context) => {
  const { api, post, channel } = await start(context);
  const refused = { code: 'slack-refused', message: /invite @kongauth/ };
  await assert.rejects(post.toThread(api.workspace.channels.elsewhere, undefined, message('x')), refused);
  await assert.rejects(post.respond(api.responseUrl('C1', 'U1').replace('/actions/', '/gone/'), message('x'), {}), {
    code: /slack-/,
  });
  api.away = true;
  await assert.rejects(post.toThread(channel, undefined, message('x')), { code: 'slack-unreachable' });
});

test('an answer goes to Slack’s hosts only', async (context) => {
  const { post } = await start(context);
  for (const address of [
    'https://hooks.slack.com.evil.example/x',
    'https://user@hooks.slack.com/x',
    'http://hooks.slack.com/x',
    'https://evil.example/hooks.slack.com',
    'file:///etc/passwd',
    'not an address',
  ])
    await assert.rejects(post.respond(address, message('x'), {}), { message: /not one of Slack/ }, address);
});

test('marks never fail', async (context) => {
  const { api, post, channel } = await start(context);
  const posted = await post.toThread(channel, undefined, message('x'));
  const ts = posted?.ts ?? '';
  await post.react(channel, ts, 'eyes');
  await post.react(channel, ts, 'eyes');
  await post.unreact(channel, ts, 'eyes');
  await post.unreact(channel, '1.2', 'eyes');
  api.refusal = 'missing_scope';
  await post.react(channel, ts, 'eyes');
  assert.equal(callsOf(api, 'reactions.add').length, 3);
});
