// Plain words become schedules, and due times keep the clock on the wall across every change of the clocks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dueText, nextDue, parseSchedule, whenText, zoneIn } from '../../src/digest/schedule.ts';

const FORMS: readonly (readonly [string, string, string])[] = [
  ['daily 09:00 Europe/Berlin', '0 9 * * *', 'Europe/Berlin'],
  ['Daily at 9am', '0 9 * * *', 'UTC'],
  ['every day 23:59 America/Argentina/Buenos_Aires', '59 23 * * *', 'America/Argentina/Buenos_Aires'],
  ['weekdays 8:30', '30 8 * * 1-5', 'UTC'],
  ['mondays 9:00', '0 9 * * 1', 'UTC'],
  ['monday 9:00', '0 9 * * 1', 'UTC'],
  ['saturdays 12pm', '0 12 * * 6', 'UTC'],
  ['weekends 12am', '0 0 * * 0,6', 'UTC'],
  ['hourly', '0 * * * *', 'UTC'],
  ['every hour', '0 * * * *', 'UTC'],
  ['every 6 hours Asia/Kolkata', '0 */6 * * *', 'Asia/Kolkata'],
  ['0 9 * * 1-5', '0 9 * * 1-5', 'UTC'],
  ['*/15 8-18 * * MON-FRI europe/berlin', '*/15 8-18 * * MON-FRI', 'Europe/Berlin'],
  ['30 0 9 * * *', '30 0 9 * * *', 'UTC'],
];

for (const [text, cron, timeZone] of FORMS)
  test(`${text} is ${cron} in ${timeZone}`, () => assert.deepEqual(parseSchedule(text), { cron, timeZone }));

test('channel and gateway stand at the end, in any order', () => {
  const expected = { cron: '0 9 * * *', timeZone: 'UTC', channel: 'gateway-alerts', gateway: 'prod-eu' };
  assert.deepEqual(parseSchedule('daily 09:00 in #gateway-alerts for prod-eu'), expected);
  assert.deepEqual(parseSchedule('daily 09:00 for prod-eu in #gateway-alerts'), expected);
  assert.equal(parseSchedule('hourly in <#C012AB3CD|alerts>').channel, 'C012AB3CD');
});

test('it is told in words that mean the same, and as it was written where there are none', () => {
  for (const [text] of FORMS) assert.deepEqual(parseSchedule(whenText(parseSchedule(text))), parseSchedule(text), text);
  const told = (text: string): string => whenText(parseSchedule(text));
  assert.equal(told('30 8 * * 1-5 Europe/Berlin'), 'weekdays 08:30 Europe/Berlin');
  assert.equal(told('monday 9am'), 'mondays 09:00 UTC');
  assert.equal(told('0 */6 * * *'), 'every 6 hours UTC');
  for (const cron of ['0 */5 * * *', '0 9 1 * *', '0 9 * 5 *', '*/5 9 * * *', '0 9-17 * * 1-5', '15 0 9 * * *'])
    assert.equal(told(cron), `${cron} UTC`);
});

test('whether a zone is named is told before any is taken', () => {
  assert.equal(zoneIn('daily 9:00 Europe/Berlin in #alerts for prod'), 'Europe/Berlin');
  assert.equal(zoneIn('hourly UTC'), 'UTC');
  for (const text of ['', 'daily 9:00', 'hourly in #utc', '0 9 * * 1-5 in #alerts'])
    assert.equal(zoneIn(text), undefined);
});

test('the asker’s zone is taken where none is named', () => {
  assert.equal(parseSchedule('daily 9:00', 'America/New_York').timeZone, 'America/New_York');
  assert.equal(parseSchedule('daily 9:00 UTC', 'America/New_York').timeZone, 'UTC');
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['', /^Say when/],
  ['sometimes', /begins with `daily`/],
  ['daily', /time of day is missing/],
  ['daily 25:00', /`09:00`/],
  ['daily 9:60', /`09:00`/],
  ['daily 13pm', /`09:00`/],
  ['daily 9:00 Europe/Berlim', /time zone/],
  ['every 5 hours', /2, 3, 4, 6, 8, 12 hours/],
  ['every 0 hours', /hours/],
  ['61 * * * *', /no cron expression/],
  ['* * * * * * *', /five fields/],
  ['*/5 * * * * *', /one second/],
  ['0 0 31 2 *', /never due|no cron/],
  ['hourly in <!channel>', /`#gateway-alerts`/],
  ['hourly in a in b', /one channel/],
  ['x'.repeat(300), /200 characters/],
];

for (const [text, says] of REFUSED)
  test(`${text.slice(0, 30) || 'nothing'} is refused in one sentence with an example`, () => {
    assert.throws(
      () => parseSchedule(text),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'usage');
        assert.match(error.message, says);
        assert.match(error.message, /for example `[^`]+`\.$/);
        assert.ok(!error.message.includes('<!channel>'));
        return true;
      },
    );
  });

test('any text is a schedule or one sentence', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (text) => {
      try {
        assert.ok(nextDue(parseSchedule(text), 0, 1).length === 1);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'KongauthError', String(error));
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});

/** Time of day and date of an instant on the clocks of a zone. */
function wall(at: Date, timeZone: string): { readonly time: string; readonly date: string; readonly weekday: string } {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    time: `${parts.hour}:${parts.minute}`,
    date: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: parts.weekday ?? '',
  };
}

const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata', 'UTC'];

test('a daily time is due once a day, at that time, whatever the clocks do', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
      (zone, hour, minute, from) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const due = nextDue(parseSchedule(`daily ${time} ${zone}`), from, 10);
        const walls = due.map((at) => wall(at, zone));
        assert.ok((due[0]?.getTime() ?? 0) > from);
        assert.equal(new Set(walls.map(({ date }) => date)).size, 10, 'one a day');
        for (const [at, { time: shown }] of walls.entries()) {
          // A time that the clocks skip is due later on that day.
          if (shown !== time) assert.ok(shown > time && hour < 4, `${zone} ${time}: ${shown}`);
          const gap = (due[at]?.getTime() ?? 0) - (due[at - 1]?.getTime() ?? 0);
          if (at > 0) assert.ok(gap >= 22.5 * 3_600_000 && gap <= 25.5 * 3_600_000, `${zone} ${time}: ${gap}`);
        }
      },
    ),
    { seed: 20261125, numRuns: 150 },
  );
});

test('weekdays leave out Saturday and Sunday on the clocks of the zone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 23 }), (zone, hour) => {
      const due = nextDue(parseSchedule(`weekdays ${hour}:15 ${zone}`), Date.UTC(2026, 2, 20), 20);
      for (const at of due) assert.doesNotMatch(wall(at, zone).weekday, /Sat|Sun/);
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('a due time is said in its zone', () => {
  const schedule = parseSchedule('daily 09:00 Europe/Berlin');
  const [before, after] = [Date.UTC(2026, 9, 24, 6), Date.UTC(2026, 9, 25, 6)];
  assert.deepEqual(
    [before, after].map((from) => nextDue(schedule, from, 1)[0]?.toISOString()),
    ['2026-10-24T07:00:00.000Z', '2026-10-25T08:00:00.000Z'],
  );
  assert.equal(dueText(new Date(Date.UTC(2026, 10, 26, 8)), 'Europe/Berlin'), 'Thu 26 Nov 09:00 Europe/Berlin');
});
