// What the store keeps, over both databases: once, atomically, and no longer than it may.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { createKeptProposals } from '../../src/store/approvals.ts';
import { takeFrom } from '../../src/store/budgets.ts';
import {
  diagnosesByUser,
  diagnosisById,
  diagnosisByThread,
  keepFeedback,
  putDiagnosis,
} from '../../src/store/diagnoses.ts';
import { claimEnvelope } from '../../src/store/envelopes.ts';
import { installationKey } from '../../src/store/installation.ts';
import { enforceRetention } from '../../src/store/retention.ts';
import { deleteSchedule, listSchedules, putSchedule, scheduleById } from '../../src/store/schedules.ts';
import { putSnapshot, snapshotBefore } from '../../src/store/snapshots.ts';
import { createKeptTrail } from '../../src/store/trail.ts';
import { opened, overBoth } from './databases.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20);

overBoth('the store', (newSettings) => {
  test('a delivery is claimed once, however many ask, and again after a day', async (context) => {
    const database = await opened(context, await newSettings(context));
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimEnvelope(database, 'event Ev1', NOW)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal(await claimEnvelope(database, 'event Ev2', NOW), true);
    assert.equal(await claimEnvelope(database, 'event Ev1', NOW + DAY - 1), false);
    assert.equal(await claimEnvelope(database, 'event Ev1', NOW + DAY), true);
  });

  test('a claim falls with its transaction', async (context) => {
    const database = await opened(context, await newSettings(context));
    await assert.rejects(
      database.transaction(async (tx) => {
        assert.equal(await claimEnvelope(tx, 'event Ev1', NOW), true);
        throw new Error('no job');
      }),
      /no job/,
    );
    assert.equal(await claimEnvelope(database, 'event Ev1', NOW), true);
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

  test('schedules and snapshots are kept, changed and deleted', async (context) => {
    const database = await opened(context, await newSettings(context));
    const daily = {
      id: 's1',
      channel: 'C1',
      owner: 'U1',
      cron: '0 9 * * *',
      timeZone: 'Europe/Berlin',
      enabled: true,
      createdAt: NOW,
    };
    await putSchedule(database, daily);
    const disabled = { ...daily, enabled: false, whyDisabled: 'The channel is gone.', gateway: 'prod' };
    await putSchedule(database, disabled);
    assert.deepEqual(await scheduleById(database, 's1'), disabled);
    assert.deepEqual(await listSchedules(database, 'C2'), []);
    assert.deepEqual(await listSchedules(database), [disabled]);
    assert.deepEqual([await deleteSchedule(database, 's1'), await deleteSchedule(database, 's1')], [true, false]);
    for (const day of [1, 2, 3]) await putSnapshot(database, 'prod', { at: NOW + day * DAY, payload: { day } });
    assert.deepEqual((await snapshotBefore(database, 'prod', NOW + 2.5 * DAY))?.payload, { day: 2 });
    assert.equal(await snapshotBefore(database, 'prod', NOW), undefined);
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
      await putSnapshot(database, 'prod', { at: NOW - days * DAY, payload: { id } });
    }
    await claimEnvelope(database, 'old', NOW - 2 * DAY);
    await claimEnvelope(database, 'young', NOW);
    const retention = { diagnosesDays: 30, trailDays: 400, snapshotsDays: 30 };
    assert.equal(await enforceRetention(database, retention, NOW), 3);
    assert.equal(await enforceRetention(database, retention, NOW), 0);
    assert.equal(await diagnosisById(database, 'old'), undefined);
    assert.ok(await diagnosisById(database, 'young'));
    const left = z.object({ diagnosis: z.string() });
    assert.deepEqual(await database.rows(left, 'select diagnosis from kongauth.feedback'), [{ diagnosis: 'young' }]);
    assert.equal(await claimEnvelope(database, 'young', NOW), false);
  });
});
