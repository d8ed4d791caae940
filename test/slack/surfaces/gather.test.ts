// Messages as Slack sends them become the text that was typed, and threads become inputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verbIn } from '../../../src/slack/commands/said.ts';
import { inputsOf } from '../../../src/slack/gather.ts';
import { ifEscaped, type SlackMessage, textOfMessage, withoutMarks } from '../../../src/slack/message-text.ts';

const SELF = { userId: 'UBOT', botId: 'BBOT' };

test('blocks come before text, the mention of us goes, code keeps its lines', () => {
  // As the Events API delivers a composed message with a fenced block.
  const message = {
    user: 'U1',
    ts: '1764000000.000100',
    text: '<@UBOT> why?\n```{"status": 401,\n "host": "<http://kong.example.com|kong.example.com>"}```',
    blocks: [
      {
        type: 'rich_text',
        block_id: 'x',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'user', user_id: 'UBOT' },
              { type: 'text', text: ' why?' },
            ],
          },
          {
            type: 'rich_text_preformatted',
            elements: [
              { type: 'text', text: '{"status": 401,\n "host": "' },
              { type: 'link', url: 'http://kong.example.com', text: 'kong.example.com' },
              { type: 'text', text: '"}' },
            ],
          },
        ],
      },
    ],
  };
  assert.equal(textOfMessage(message, SELF), 'why?\n{"status": 401,\n "host": "kong.example.com"}');
});

test('a code block of a text without blocks begins a line of its own', () => {
  assert.equal(
    textOfMessage({ text: '<@UBOT> why? ```HTTP/1.1 401 Unauthorized\nServer: kong/3.9.1``` thanks' }, SELF),
    'why? \n```\nHTTP/1.1 401 Unauthorized\nServer: kong/3.9.1\n```\n thanks',
  );
});

test('every element of rich text leaves what was typed', () => {
  const inline = [
    { type: 'text', text: 'a &lt;b&gt; ' },
    { type: 'user', user_id: 'U2' },
    { type: 'usergroup', usergroup_id: 'S1' },
    { type: 'channel', channel_id: 'C1' },
    { type: 'broadcast', range: 'here' },
    { type: 'emoji', name: 'tada' },
    { type: 'link', url: 'https://idp.example.com/x' },
    { type: 'date', timestamp: 1, format: '{date}', fallback: '1970' },
    { type: 'color', value: '#fff' },
  ];
  const list = {
    type: 'rich_text_list',
    style: 'bullet',
    indent: 1,
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'name: orders' }] }],
  };
  const blocks = [
    {
      type: 'rich_text',
      elements: [
        { type: 'rich_text_section', elements: inline },
        { type: 'rich_text_quote', elements: [{ type: 'text', text: 'said' }] },
        list,
      ],
    },
  ];
  assert.equal(
    textOfMessage({ blocks }, SELF),
    'a <b> @U2@S1#C1@here:tada:https://idp.example.com/x1970#fff\nsaid\n  - name: orders',
  );
});

test('alerts of other bots are read from their attachments and blocks, the fallback only without them', () => {
  const datadog = {
    bot_id: 'BDATADOG',
    subtype: 'bot_message',
    text: '',
    attachments: [
      {
        fallback: 'Triggered: 401s on orders',
        title: 'Triggered: 401s on <https://app.example.com/m/1|orders>',
        text: 'kong answered &lt;401&gt;',
        fields: [{ title: 'Service', value: 'orders', short: true }],
      },
      { fallback: 'only this' },
    ],
  };
  assert.equal(
    textOfMessage(datadog, SELF),
    'Triggered: 401s on orders https://app.example.com/m/1\nkong answered <401>\nService: orders\nonly this',
  );
  const alertmanager = {
    bot_id: 'BALERT',
    attachments: [
      {
        fallback: '[no preview available]',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: 'Firing' } },
          {
            type: 'section',
            text: { type: 'mrkdwn', text: 'a &amp;&amp; b' },
            fields: [{ type: 'mrkdwn', text: 'route=orders' }],
          },
          { type: 'context', elements: [{ type: 'mrkdwn', text: 'since <!date^1764000000^{time}|09:00>' }] },
        ],
      },
    ],
  };
  assert.equal(textOfMessage(alertmanager, SELF), 'Firing\na && b\nroute=orders\nsince 09:00');
  const forwarded = {
    user: 'U1',
    text: 'look',
    attachments: [
      {
        is_share: true,
        text: 'HTTP 401',
        fallback: '[Nov 25] ann: HTTP 401',
        message_blocks: [
          {
            message: {
              blocks: [
                {
                  type: 'rich_text',
                  elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'HTTP 401' }] }],
                },
              ],
            },
          },
        ],
      },
    ],
  };
  assert.equal(textOfMessage(forwarded, SELF), 'look\nHTTP 401');
});

test('marks are undone once, tokens before entities', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
    ['&lt;http://x|y&gt;', '<http://x|y>'],
    ['<http://kong.example.com|kong.example.com>/orders', 'kong.example.com/orders'],
    ['<mailto:ann@example.com|ann@example.com>', 'ann@example.com'],
    ['<https://evil.example|log in>', 'log in https://evil.example'],
    ['<@U2|ann> <#C1|ops> <!subteam^S1|@sre> <!here>', '@ann #ops @sre @here'],
    ['<@UBOT> x', ' x'],
    ['a < b', 'a < b'],
  ];
  for (const [given, typed] of cases) assert.equal(withoutMarks(given, SELF), typed, given);
  assert.equal(ifEscaped('a &lt; b &amp; c'), 'a < b & c');
  assert.equal(ifEscaped('if (a < b) &lt;'), 'if (a < b) &lt;');
});

test('what hides or reorders text is gone, line breaks and tabs stay', () => {
  assert.equal(textOfMessage({ text: 'a\u202eb\u200bc\u0007d\te\nf' }, SELF), 'abcd\te\nf');
});

const at = (seconds: number): string => `${1764000000 + seconds}.000100`;

test('a thread: our own messages, joins and bare requests are no material; sources name the time', () => {
  const thread: readonly SlackMessage[] = [
    { bot_id: 'BALERT', subtype: 'bot_message', ts: at(0), text: 'Alert: 401 on orders' },
    { user: 'U1', subtype: 'channel_join', ts: at(5), text: 'joined' },
    { user: 'U1', ts: at(60), text: 'HTTP/1.1 401 Unauthorized' },
    { user: 'UBOT', bot_id: 'BBOT', ts: at(70), text: 'Kong itself answered 401.' },
    { user: 'U2', ts: at(80), text: '<@UBOT> please diagnose' },
    { user: 'U2', ts: at(200), text: 'and 403 since' },
  ];
  const inputs = inputsOf(thread, SELF);
  assert.deepEqual(
    inputs.map(({ source, text, user }) => [source, text, user]),
    [
      ['message 16:00:00Z', 'Alert: 401 on orders', undefined],
      ['message 16:01:00Z', 'HTTP/1.1 401 Unauthorized', 'U1'],
      ['message 16:03:20Z', 'and 403 since', 'U2'],
    ],
  );
});

test('halves of a paste that Slack cut are one input again', () => {
  const line = '{"request":{"method":"GET","uri":"/orders"},"response":{"status":401}}';
  const whole = Array.from({ length: 60 }, () => line).join('\n');
  const cut = whole.lastIndexOf('"response"') + 4;
  const halves: readonly SlackMessage[] = [
    { user: 'U1', ts: at(0), text: whole.slice(0, cut) },
    { user: 'U1', ts: at(1), text: whole.slice(cut) },
  ];
  assert.deepEqual(
    inputsOf(halves, SELF).map(({ source, text }) => [source, text]),
    [['message', whole]],
  );
  const border = whole.lastIndexOf('\n');
  const atBorder: readonly SlackMessage[] = [
    { user: 'U1', ts: at(0), text: whole.slice(0, border) },
    { user: 'U1', ts: at(1), text: whole.slice(border + 1) },
  ];
  assert.equal(inputsOf(atBorder, SELF)[0]?.text, whole);
  const [first, second] = atBorder;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(inputsOf([first, { ...second, user: 'U2' }], SELF).length, 2, 'of another person');
  assert.equal(inputsOf([first, { ...second, ts: at(600) }], SELF).length, 2, 'much later');
});

test('a message that is a verb is one; material that begins like one is not', () => {
  assert.deepEqual(verbIn(' help '), { verb: 'help', rest: '' });
  assert.deepEqual(verbIn('explain token-expired'), { verb: 'explain', rest: 'token-expired' });
  assert.deepEqual(verbIn('inspect route orders'), { verb: 'inspect', rest: 'route orders' });
  for (const text of ['status 401 on GET /orders', 'status: 401', 'digest auth fails with a 401 here', 'why?'])
    assert.equal(verbIn(text), undefined, text);
});
