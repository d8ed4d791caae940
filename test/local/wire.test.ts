// What the local workspace makes of what people type, fill in and press, in the shapes of Slack's wire.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typed } from '../../src/local/compose.ts';
import { isFilledIn, pressedOf, stateOf } from '../../src/local/inputs.ts';
import { type Change, isFor, Room, type RoomMessage } from '../../src/local/room.ts';
import { textOfMessage } from '../../src/slack/message-text.ts';

const NAMES = new Map([
  ['kongauth', 'UBOT'],
  ['bob', 'UBOB'],
]);

test('what is typed arrives as it was typed, without the mention of the bot', () => {
  const paste = '< HTTP/1.1 401 Unauthorized\n< Location: https://sso.example/a?b=1&c=2\n{"a":"&lt; <b>"}';
  const { message, mentions } = typed(`@kongauth why? @bob says & <i>\n\`\`\`\n${paste}\n\`\`\``, NAMES);
  assert.deepEqual([...mentions], ['UBOT', 'UBOB']);
  for (const form of [message, { text: message.text }]) {
    const read = textOfMessage(form, { userId: 'UBOT' });
    assert.ok(read.includes(paste), read);
    assert.match(read, /^why\? @UBOB says & <i>/);
  }
});

test('an open fence is text, and a name that nobody has is no mention', () => {
  const { message, mentions } = typed('```open @nobody', NAMES);
  assert.equal(mentions.size, 0);
  assert.equal(textOfMessage(message, {}), '```open @nobody');
});

const OPTIONS = [
  { text: { type: 'plain_text', text: 'One' }, value: '1' },
  { text: { type: 'plain_text', text: 'Two' }, value: '2' },
];

test('every input has the state that Slack sends for it', () => {
  const file = { id: 'F1', name: 'a.log', url_private_download: 'http://127.0.0.1/a' };
  for (const [element, given, expected] of [
    [{ type: 'plain_text_input' }, 'text', { value: 'text' }],
    [{ type: 'plain_text_input' }, '', { value: null }],
    [{ type: 'static_select', options: OPTIONS }, '2', { selected_option: OPTIONS[1] }],
    [{ type: 'static_select', options: OPTIONS }, '', { selected_option: null }],
    [{ type: 'static_select', option_groups: [{ options: OPTIONS }] }, '1', { selected_option: OPTIONS[0] }],
    [{ type: 'radio_buttons', options: OPTIONS }, ['1'], { selected_option: OPTIONS[0] }],
    [{ type: 'checkboxes', options: OPTIONS }, ['1', '2'], { selected_options: OPTIONS }],
    [{ type: 'multi_static_select', options: OPTIONS }, ['2'], { selected_options: [OPTIONS[1]] }],
    [{ type: 'datepicker' }, '2026-11-25', { selected_date: '2026-11-25' }],
    [{ type: 'timepicker' }, '09:00', { selected_time: '09:00' }],
    [{ type: 'users_select' }, 'U1', { selected_user: 'U1' }],
    [{ type: 'conversations_select' }, 'C1', { selected_conversation: 'C1' }],
    [{ type: 'file_input' }, ['w1', 'w2'], { files: [file] }],
  ] as const) {
    const state = stateOf(element, given, new Map([['w1', file]]));
    assert.deepEqual(state, { type: element.type, ...expected });
    assert.equal(isFilledIn(state), !Object.values(expected).includes(null));
  }
  assert.equal(isFilledIn(stateOf({ type: 'file_input' }, [], new Map())), false);
});

test('what is pressed names its action, and only options that are there can be chosen', () => {
  const select = { type: 'static_select', action_id: 'flavour', options: OPTIONS };
  assert.deepEqual(pressedOf(select, '2'), {
    type: 'static_select',
    action_id: 'flavour',
    selected_option: OPTIONS[1],
  });
  assert.throws(() => pressedOf(select, '3'), /no option 3/);
  const text = { type: 'plain_text', text: 'Share' };
  assert.deepEqual(pressedOf({ type: 'button', action_id: 'share', text, value: 'v' }, undefined), {
    ...{ type: 'button', action_id: 'share', text, value: 'v' },
  });
  assert.deepEqual(pressedOf({ type: 'datepicker', action_id: 'when' }, '2026-11-25'), {
    ...{ type: 'datepicker', action_id: 'when', selected_date: '2026-11-25' },
  });
});

test('what one person alone may see is told to nobody else', () => {
  const room = new Room();
  const told: Change[] = [];
  room.watch((change) => told.push(change));
  const message: RoomMessage = {
    ...{ id: 'C1:1.1', channel: 'C1', ts: '1.1', user: 'UBOT', text: 'for Ann', blocks: [], files: [], reactions: {} },
    onlyFor: 'UANN',
  };
  room.put(message);
  room.showViews('UANN', [{ id: 'V1' }]);
  room.note('UANN', 'a note');
  assert.equal(told.length, 3);
  assert.equal(told.filter((change) => isFor(change, 'UBOB')).length, 0);
  const seen = (user: string): readonly string[] => room.seenBy(user).map(({ kind }) => kind);
  assert.deepEqual(seen('UANN'), ['message', 'views']);
  assert.deepEqual(seen('UBOB'), ['views']);
});

test('a mark that is taken back is gone', () => {
  const room = new Room();
  room.put({ id: 'C1:1.1', channel: 'C1', ts: '1.1', user: 'U1', text: 't', blocks: [], files: [], reactions: {} });
  room.react('C1:1.1', 'eyes', 'UBOT', true);
  room.react('C1:1.1', 'eyes', 'UBOT', true);
  assert.deepEqual(room.message('C1:1.1')?.reactions, { eyes: ['UBOT'] });
  room.react('C1:1.1', 'eyes', 'UBOT', false);
  assert.deepEqual(room.message('C1:1.1')?.reactions, {});
});
