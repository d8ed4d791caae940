// What is said about schedules of digests, as Slack judges it: lists, forms and their mistakes, whatever names hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ITEM_KINDS, item } from '../../../src/digest/item.ts';
import { verbIn } from '../../../src/slack/commands/said.ts';
import type { OutMessage } from '../../../src/slack/post.ts';
import { type ScheduleFields, saidBy, scheduleMistakes } from '../../../src/slack/submissions/digest-schedule.ts';
import { itemMessage } from '../../../src/slack/views/digest-item.ts';
import { digestModal } from '../../../src/slack/views/digest-modal.ts';
import { listMessage, setUpMessage } from '../../../src/slack/views/digest-schedules.ts';
import { readFormOrigin } from '../../../src/slack/views/form-origin.ts';
import { notice } from '../../../src/slack/views/notice.ts';
import { HOSTILE } from '../../conformance/renderer.ts';
import { assertPostable, judgeMessage, judgeView } from '../../support/block-kit-limits.ts';

/** Mentions of its owner and links to its channel are meant. */
function assertTaken({ text, plain }: OutMessage): void {
  const { refused, unsafe } = judgeMessage({ text, blocks: plain });
  assert.deepEqual([...refused, ...unsafe], [], text);
}

const NOW = Date.UTC(2026, 10, 25, 12);
const SCHEDULE = {
  id: 'a1b2c3d4',
  channel: 'C012AB3CD',
  owner: 'U012AB3CD',
  gateway: 'prod-eu',
  cron: '0 9 * * 1-5',
  timeZone: 'Europe/Berlin',
  createdAt: NOW,
  nextDue: Date.UTC(2026, 10, 26, 8),
};

test('what was set up says when, where, whose, and how it ends', () => {
  const message = setUpMessage({ schedule: SCHEDULE, wasKnown: false, zoneFrom: 'said' }, NOW);
  assertTaken(message);
  for (const part of [
    '<#C012AB3CD>, weekdays 09:00 Europe/Berlin.',
    'Thu 26 Nov 09:00 Europe/Berlin; Fri 27 Nov 09:00 Europe/Berlin; Mon 30 Nov 09:00 Europe/Berlin.',
    '<@U012AB3CD>',
    '`/kongauth digest stop a1b2c3d4`',
  ])
    assert.ok(message.text.includes(part), `${part} in ${message.text}`);
  assert.doesNotMatch(message.text, /profile/);
});

test('the list says what is due, what is disabled and what was given up; a long one is within limits', () => {
  const disabled = { ...SCHEDULE, id: 'ffff0000', nextDue: undefined, whyDisabled: 'The channel is archived.' };
  const { nextDue: _due, ...rest } = disabled;
  const failed = [{ schedule: SCHEDULE.id, due: NOW, says: 'Slack did not answer; please try again.' }];
  const { text, plain } = listMessage({ schedules: [SCHEDULE, rest], failed, isOwn: false });
  assert.match(text, /Next: Thu 26 Nov 09:00 Europe\/Berlin\./);
  assert.match(text, /Not posted any more\. The channel is archived\./);
  assert.match(text, /The digest of prod-eu for Wed 25 Nov 13:00 Europe\/Berlin was given up: Slack did not answer/);
  assertTaken({ text, plain });
  const schedules = Array.from({ length: 60 }, (_, index) => ({
    ...SCHEDULE,
    id: `a${index}`,
    gateway: 'g'.repeat(61),
  }));
  const many = listMessage({ schedules, failed: [], isOwn: true, news: 'Stopped: one.' });
  assertTaken(many);
  assert.match(many.text, /60 digests you set up/);
  assert.match(JSON.stringify(many.plain), /40 more/);
});

test('the form is one of Slack’s, with many gateways and with none', () => {
  for (const gateways of [[], ['one'], Array.from({ length: 150 }, (_, index) => `gateway-${index}`)])
    for (const origin of [{}, { channel: 'C012AB3CD', responseUrl: 'https://hooks.slack.com/x' }, { channel: 'D1' }]) {
      const view = digestModal(origin, gateways, gateways.at(-1));
      const { refused, unsafe } = judgeView(view);
      assert.deepEqual([...refused, ...unsafe], []);
      assert.deepEqual(readFormOrigin(view.private_metadata ?? ''), origin);
    }
  assert.deepEqual(readFormOrigin('{'), {});
});

const FILLED: ScheduleFields = { form: 'daily', time: '09:00', zone: '', cron: '', channel: 'C012AB3CD', gateway: '' };

test('a mistake is shown at its field, and what is right is said as a command would', () => {
  const blocksOf = (more: Partial<ScheduleFields>): readonly string[] =>
    Object.keys(scheduleMistakes({ ...FILLED, ...more }) ?? {});
  assert.deepEqual(blocksOf({}), []);
  assert.deepEqual(blocksOf({ time: '' }), ['time']);
  assert.deepEqual(blocksOf({ form: 'hourly', time: '' }), []);
  for (const zone of ['Berlin', 'Europe/Nowhere', 'in #x', 'UTC UTC'])
    assert.deepEqual(blocksOf({ zone }), ['zone'], zone);
  for (const cron of ['', '99 9 * * *', '* * * *', '0 9 * * * UTC', '0 9 * * * in #x', '*/5 * * * * *'])
    assert.deepEqual(blocksOf({ form: 'cron', cron }), ['cron'], cron);
  assert.deepEqual(blocksOf({ form: 'cron', cron: '0 9 * * 1-5', time: '' }), []);
  assert.deepEqual(blocksOf({ channel: '', zone: 'Berlin' }), ['zone', 'channel']);
  assert.doesNotMatch(scheduleMistakes({ ...FILLED, form: 'cron', cron: 'x' })?.cron ?? '`', /`/);
  assert.equal(saidBy({ ...FILLED, zone: 'UTC', gateway: 'prod' }), 'daily 09:00 UTC in C012AB3CD for prod');
  assert.equal(saidBy({ ...FILLED, form: 'every 6 hours' }), 'every 6 hours in C012AB3CD');
  assert.equal(saidBy({ ...FILLED, form: 'cron', cron: '0 9 * * 1' }), '0 9 * * 1 in C012AB3CD');
});

test('an item of any kind, with any names in it, is within limits and inert', () => {
  for (const kind of ITEM_KINDS) {
    const parts = { headline: 'h', says: HOSTILE, details: Array.from({ length: 30 }, () => HOSTILE) };
    const about = item(kind, 50, { ...parts, diagnose: { type: 'route', name: HOSTILE, to: NOW } });
    const { text, plain } = itemMessage(about, notice(Array.from({ length: 40 }, () => HOSTILE)));
    assertPostable({ text, blocks: plain }, kind);
    assert.match(itemMessage(about, { why: 'It is gone.' }).text, /It is gone\.[\s\S]*Check next: /);
  }
});

test('a mention is a verb of digests or material, never half of each', () => {
  const verb = (text: string): string | undefined => verbIn(text)?.rest;
  assert.equal(verb('digest'), '');
  assert.equal(verb('digest for prod-eu'), 'for prod-eu');
  assert.equal(verb('digest now for prod-eu.'), 'now for prod-eu.');
  assert.equal(verb('digest list'), 'list');
  assert.equal(verb('digest stop all'), 'stop all');
  assert.equal(verb('digest schedule'), 'schedule');
  assert.equal(verb('digest schedule daily 09:00 in #alerts'), 'schedule daily 09:00 in #alerts');
  for (const text of ['digest auth fails', 'digest list of headers', 'digest schedule\ncurl -v', 'digest stop it now'])
    assert.equal(verbIn(text), undefined, text);
});
