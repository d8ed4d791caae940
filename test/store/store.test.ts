// What the store keeps, over both databases: once, atomically, and no longer than it may.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { createKeptProposals } from '../../src/store/approvals.ts';
import { takeFrom } from '../../src/store/budgets.ts';
import type { Queries } from '../../src/store/database.ts';
import {
  finishDeliveries,
  releaseDeliveries,
  renewDeliveries,
  takeDeliveries,
  takeLostDeliveries,
} from '../../src/store/deliveries.ts';
import {
  diagnosesByUser,
  diagnosisById,
  diagnosisByThread,
  keepFeedback,
  putDiagnosis,
} from '../../src/store/diagnoses.ts';
import { failedRuns, finishRun, openRun, openRuns, runState, takePosting } from '../../src/store/digest-runs.ts';
import { digestById, lastDigest, putDigest } from '../../src/store/digests.ts';
import { installationKey } from '../../src/store/installation.ts';
import { enforceRetention } from '../../src/store/retention.ts';
import {
  addSchedule,
  advanceSchedules,
  claimTelling,
  deleteSchedule,
  disableSchedule,
  listSchedules,
  putSchedule,
  scheduleById,
  schedulesOf,
  untoldSchedules,
} from '../../src/store/schedules.ts';
import { createKeptTrail } from '../../src/store/trail.ts';
import { opened, overBoth } from './databases.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20);
const SEALED = new Uint8Array([0, 1, 255]);
const LEASE = { holder: 'one', leaseMs: 10_000, now: NOW };
const delivered = async (queries: Queries, key: string, lease = LEASE): Promise<boolean> =>
  (await takeDeliveries(queries, [{ key, sealed: SEALED }], lease)).has(key);
const DAILY = {
  id: 's1',
  channel: 'C1',
  owner: 'U1',
  gateway: 'prod',
  cron: '0 9 * * *',
  timeZone: 'Europe/Berlin',
  createdAt: NOW,
  nextDue: NOW,
};

overBoth('the store', (newSettings) => {
  test('a delivery is taken once, however many ask', async (context) => {
    const database = await opened(context, await newSettings(context));
    const takes = await Promise.all(Array.from({ length: 8 }, () => delivered(database, 'event Ev1', LEASE)));
    assert.equal(takes.filter(Boolean).length, 1);
    assert.equal(await delivered(database, 'event Ev2', LEASE), true);
    await finishDeliveries(database, ['event Ev1']);
    assert.equal(await delivered(database, 'event Ev1', LEASE), false);
  });

  test('what a process left is taken over by one other, when its lease has ended and not before', async (context) => {
    const database = await opened(context, await newSettings(context));
    for (const key of ['answered', 'open']) await delivered(database, key, LEASE);
    await finishDeliveries(database, ['answered']);
    const other = { ...LEASE, holder: 'other' };
    assert.deepEqual(await takeLostDeliveries(database, { ...other, now: NOW + 9_999 }), []);
    await renewDeliveries(database, { ...LEASE, now: NOW + 9_999 });
    assert.deepEqual(await takeLostDeliveries(database, { ...other, now: NOW + 10_001 }), []);
    const later = NOW + 20_000;
    const taken = await Promise.all(
      ['other', 'third', 'fourth'].map((holder) => takeLostDeliveries(database, { ...LEASE, holder, now: later })),
    );
    assert.deepEqual(
      taken.flat().map(({ sealed, ...rest }) => ({ ...rest, sealed: [...sealed] })),
      [{ key: 'open', takenAt: NOW, attempts: 2, sealed: [...SEALED] }],
    );
  });

  test('what a process gives back can be taken at once', async (context) => {
    const database = await opened(context, await newSettings(context));
    await delivered(database, 'open', LEASE);
    await releaseDeliveries(database, LEASE.holder, NOW);
    assert.equal((await takeLostDeliveries(database, { ...LEASE, holder: 'other' })).length, 1);
  });

  test('an allowance slides, is not overdrawn by many at once, and a refused question costs nothing', async (context) => {
    const database = await opened(context, await newSettings(context));
    const take = (user: string, channel: string, at: number): Promise<number> =>
      takeFrom(
        database,
        [
          { subject: `user ${user}`, most: 2 },
          { subject: `channel ${channel}`, most: 3 },
        ],
        60_000,
        at,
      );
    const waits = await Promise.all(Array.from({ length: 6 }, () => take('U1', 'C1', NOW)));
    assert.deepEqual(waits.filter((wait) => wait === 0).length, 2);
    assert.deepEqual([...new Set(waits)].sort(), [0, 60_000]);
    assert.equal(await take('U1', 'C2', NOW + 10_000), 50_000);
    assert.equal(await take('U2', 'C1', NOW + 10_000), 0);
    assert.equal(await take('U3', 'C1', NOW + 10_000), 50_000);
    assert.equal(await take('U3', 'C2', NOW + 10_000), 0);
    assert.equal(await take('U1', 'C1', NOW + 60_000), 0);
  });

  test('a diagnosis comes back by id, thread and person, with bytes and odd characters; feedback goes with it', async (context) => {
    const database = await opened(context, await newSettings(context));
    const kept = {
      id: 'a1',
      user: 'U1',
      channel: 'C1',
      threadTs: '1.1',
      at: NOW,
      payload: { excerpt: 'zero \u0000, half \ud800, "quoted"' },
      material: new Uint8Array([0, 1, 255]),
    };
    await putDiagnosis(database, kept);
    assert.equal(await diagnosisByThread(database, 'C1', '1.1'), undefined);
    await putDiagnosis(database, { ...kept, messageTs: '1.2' });
    await putDiagnosis(database, { id: 'a2', user: 'U1', channel: 'C1', at: NOW + 1, payload: {} });
    const found = await diagnosisById(database, 'a1');
    assert.deepEqual([...(found?.material ?? [])], [0, 1, 255]);
    assert.deepEqual({ ...found, material: undefined }, { ...kept, messageTs: '1.2', material: undefined });
    assert.equal((await diagnosisByThread(database, 'C1', '1.1'))?.id, 'a1');
    assert.deepEqual(
      (await diagnosesByUser(database, 'U1', 10)).map(({ id }) => id),
      ['a2', 'a1'],
    );
    assert.equal(await keepFeedback(database, 'a1', 'U2', true, NOW), true);
    assert.equal(await keepFeedback(database, 'a1', 'U2', false, NOW), true);
    assert.equal(await keepFeedback(database, 'gone', 'U2', true, NOW), false);
    const given = z.object({ good: z.boolean() });
    assert.deepEqual(await database.rows(given, 'select good from kongauth.feedback'), [{ good: false }]);
  });

  test('two people press at once: one claim moves a proposal, and the trail tells the newest first', async (context) => {
    const database = await opened(context, await newSettings(context));
    const shape = z.object({ id: z.string(), gateway: z.string(), state: z.string(), at: z.number() });
    const proposals = createKeptProposals(database, shape);
    await proposals.put({ id: 'p1', gateway: 'prod', state: 'proposed', at: NOW });
    const claims = await Promise.all(Array.from({ length: 4 }, () => proposals.claim('p1', 'proposed', 'applying')));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal((await proposals.byId('p1'))?.state, 'applying');
    assert.equal(await proposals.byId('p2'), undefined);
    const entry = z.object({
      at: z.number(),
      gateway: z.string(),
      proposal: z.string(),
      who: z.string(),
      what: z.string(),
    });
    const trail = createKeptTrail(database, entry);
    for (const what of ['proposed', 'applied'])
      await trail.append({ at: NOW, gateway: 'prod', proposal: 'p1', who: 'U1', what });
    await trail.append({ at: NOW, gateway: 'other', proposal: 'p3', who: 'U1', what: 'proposed' });
    assert.deepEqual(
      (await trail.list('prod', 5)).map(({ what }) => what),
      ['applied', 'proposed'],
    );
    assert.equal((await trail.list('prod', 1)).length, 1);
  });

  test('of a channel the same schedule is added once, a disabled one anew, and no more than it may have', async (context) => {
    const database = await opened(context, await newSettings(context));
    const adding = ['s1', 's2', 's3'].map((id) => addSchedule(database, { ...DAILY, id }, 2));
    const outcomes = (await Promise.all(adding)).map(({ outcome, schedule }) => `${outcome} ${schedule.id}`);
    const [kept] = await listSchedules(database, 'C1');
    assert.deepEqual(outcomes.sort(), [`added ${kept?.id}`, `known ${kept?.id}`, `known ${kept?.id}`]);
    assert.equal(
      (await addSchedule(database, { ...DAILY, id: 's4', timeZone: 'UTC', owner: 'U2' }, 2)).outcome,
      'added',
    );
    assert.equal((await addSchedule(database, { ...DAILY, id: 's5', cron: '1 9 * * *' }, 2)).outcome, 'full');
    assert.equal((await addSchedule(database, { ...DAILY, id: 's6', channel: 'C2' }, 2)).outcome, 'added');
    await disableSchedule(database, kept?.id ?? '', 'The channel is archived.');
    const again = await addSchedule(database, { ...DAILY, id: 's7', owner: 'U3' }, 2);
    assert.deepEqual(again, { outcome: 'added', schedule: { ...DAILY, id: kept?.id ?? '', owner: 'U3' } });
    assert.deepEqual(await scheduleById(database, kept?.id ?? ''), again.schedule);
    assert.deepEqual(
      (await schedulesOf(database, 'U2')).map(({ id }) => id),
      ['s4'],
    );
  });

  test('schedules are kept, changed, disabled and deleted', async (context) => {
    const database = await opened(context, await newSettings(context));
    await putSchedule(database, DAILY);
    await putSchedule(database, { ...DAILY, gateway: 'other' });
    assert.deepEqual(await scheduleById(database, 's1'), { ...DAILY, gateway: 'other' });
    assert.deepEqual(await listSchedules(database, 'C2'), []);
    assert.equal((await listSchedules(database)).length, 1);
    assert.deepEqual(await untoldSchedules(database), []);
    const disabling = ['The channel is gone.', 'The channel is archived.'].map((why) =>
      disableSchedule(database, 's1', why),
    );
    assert.deepEqual(await Promise.all(disabling), [true, false]);
    const { nextDue: _never, ...rest } = DAILY;
    const disabled = { ...rest, gateway: 'other', whyDisabled: 'The channel is gone.' };
    assert.deepEqual(await untoldSchedules(database), [disabled]);
    assert.deepEqual([await claimTelling(database, 's1'), await claimTelling(database, 's1')], [true, false]);
    assert.deepEqual(await untoldSchedules(database), []);
    assert.deepEqual([await deleteSchedule(database, 's1'), await deleteSchedule(database, 's1')], [true, false]);
  });

  test('what is due becomes a run once and moves on; what breaks off moves nothing', async (context) => {
    const database = await opened(context, await newSettings(context));
    await putSchedule(database, DAILY);
    const next = (): { due: number[]; nextDue: number } => ({ due: [NOW, NOW + 1], nextDue: NOW + DAY });
    const broken = (): { due: number[]; nextDue: number } => {
      throw new Error('no next');
    };
    await assert.rejects(advanceSchedules(database, broken, NOW), /no next/);
    await advanceSchedules(database, next, NOW - 1);
    assert.deepEqual(await openRuns(database, NOW), []);
    await Promise.all(Array.from({ length: 4 }, () => advanceSchedules(database, next, NOW)));
    const runs = [NOW, NOW + 1].map((due) => ({ schedule: 's1', due }));
    assert.deepEqual(await openRuns(database, NOW), runs);
    await takePosting(database, { schedule: 's1', due: NOW }, 'one', 1000, NOW);
    assert.deepEqual(await openRuns(database, NOW + 999), runs.slice(1));
    assert.deepEqual(await openRuns(database, NOW + 1000), runs);
    assert.equal((await scheduleById(database, 's1'))?.nextDue, NOW + DAY);
  });

  test('a due digest has one poster at a time, and none once it is posted', async (context) => {
    const database = await opened(context, await newSettings(context));
    await putSchedule(database, DAILY);
    const run = { schedule: 's1', due: NOW };
    const take = (holder: string, now: number): Promise<string> => takePosting(database, run, holder, 1000, now);
    assert.equal(await take('one', NOW), 'no');
    await openRun(database, run);
    await openRun(database, run);
    const turns = await Promise.all(['one', 'two', 'three'].map((holder) => take(holder, NOW)));
    assert.deepEqual(turns.sort(), ['first', 'no', 'no']);
    assert.equal(await take('four', NOW + 999), 'no');
    assert.equal(await take('four', NOW + 1000), 'again');
    assert.equal(await take('four', NOW + 1001), 'again');
    await finishRun(database, run, { state: 'failed', says: 'The gateway does not answer.' });
    assert.deepEqual(await failedRuns(database, ['s1'], 5), [{ ...run, says: 'The gateway does not answer.' }]);
    assert.equal(await take('one', NOW + 1002), 'again');
    await finishRun(database, run, { state: 'posted' });
    assert.equal(await take('one', NOW + DAY), 'no');
    assert.equal(await runState(database, run), 'posted');
    await deleteSchedule(database, 's1');
    assert.equal(await runState(database, run), undefined);
  });

  test('digests come back by id, and as the last one of their series', async (context) => {
    const database = await opened(context, await newSettings(context));
    for (const day of [1, 2, 3])
      await putDigest(database, {
        id: `d${day}`,
        gateway: 'prod',
        series: day === 3 ? 'now' : 's1',
        at: NOW + day * DAY,
        payload: { day },
      });
    assert.deepEqual((await digestById(database, 'd2'))?.payload, { day: 2 });
    const last = async (options: Parameters<typeof lastDigest>[2]): Promise<unknown> =>
      (await lastDigest(database, 'prod', options))?.payload;
    assert.deepEqual(await last({ until: NOW + 9 * DAY }), { day: 3 });
    assert.deepEqual(await last({ until: NOW + 9 * DAY, series: 's1' }), { day: 2 });
    assert.deepEqual(await last({ until: NOW + 1.5 * DAY }), { day: 1 });
    assert.equal(await last({ until: NOW + 1.5 * DAY, from: NOW + 1.1 * DAY }), undefined);
    assert.equal(await lastDigest(database, 'other', { until: NOW + 9 * DAY }), undefined);
  });

  test('the key of an installation is made once, by whichever replica is first', async (context) => {
    const settings = await newSettings(context);
    const database = await opened(context, settings);
    const keys = await Promise.all(Array.from({ length: 4 }, () => installationKey(database)));
    assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1);
    assert.equal(keys[0]?.length, 32);
  });

  test('what is too old goes, what is not stays', async (context) => {
    const database = await opened(context, await newSettings(context));
    for (const [id, days] of [
      ['old', 31],
      ['young', 29],
    ] as const) {
      await putDiagnosis(database, { id, user: 'U1', channel: 'C1', at: NOW - days * DAY, payload: {} });
      await keepFeedback(database, id, 'U1', true, NOW);
      await putDigest(database, { id, gateway: 'prod', series: 'now', at: NOW - days * DAY, payload: {} });
    }
    await delivered(database, 'old', { ...LEASE, now: NOW - 2 * DAY });
    await delivered(database, 'young', LEASE);
    const retention = { diagnosesDays: 30, trailDays: 400, digestsDays: 30 };
    assert.equal(await enforceRetention(database, retention, NOW), 3);
    assert.equal(await enforceRetention(database, retention, NOW), 0);
    assert.equal(await diagnosisById(database, 'old'), undefined);
    assert.ok(await diagnosisById(database, 'young'));
    const left = z.object({ diagnosis: z.string() });
    assert.deepEqual(await database.rows(left, 'select diagnosis from kongauth.feedback'), [{ diagnosis: 'young' }]);
    assert.equal(await delivered(database, 'young', LEASE), false);
    assert.equal(await delivered(database, 'old', LEASE), true);
  });
});
