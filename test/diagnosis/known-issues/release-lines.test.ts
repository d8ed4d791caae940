// The rule of release lines: what a version contains, and where to go for a fix.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  contains,
  lastUpTo,
  linesBetween,
  nextWith,
  numbersOf,
} from '../../../src/diagnosis/known-issues/release-lines.ts';

const has = (version: string, ...releases: readonly string[]) => contains(numbersOf(version), releases);

test('the release of its own line decides', () => {
  assert.equal(has('3.4.3.5', '3.4.3.20', '3.10.0.2'), false);
  assert.equal(has('3.4.3.20', '3.4.3.20', '3.10.0.2'), true);
  assert.equal(has('3.10.0.1', '3.4.3.20', '3.10.0.2'), false);
  assert.equal(has('3.10.0.12', '3.4.3.20', '3.10.0.2'), true);
});

test('a line without the fix is affected while a later line had to receive it, and not after', () => {
  assert.equal(has('3.8.1.2', '3.4.3.20', '3.10.0.2'), false);
  assert.equal(has('3.11.0.0', '3.4.3.20', '3.10.0.2'), true);
  assert.equal(has('2.8.4.14', '3.4.3.20', '3.10.0.2'), false);
  assert.equal(has('3.11.0.9', '3.10.0.16', '3.12.0.9'), false);
});

test('missing parts count as 0: open source has no patches of Enterprise', () => {
  assert.equal(has('3.9.1', '3.9.1.2'), false);
  assert.equal(has('3.9.1', '3.9.0'), true);
  assert.equal(has('3.10', '3.10.0.0'), true);
});

test('the next release is that of the own line, else of the next later one', () => {
  assert.equal(nextWith([3, 4, 3, 5], ['3.10.0.2', '3.4.3.20']), '3.4.3.20');
  assert.equal(nextWith([3, 8, 1, 2], ['3.11.0.0', '3.10.0.2', '3.4.3.20']), '3.10.0.2');
  assert.equal(nextWith([3, 11, 0, 0], ['3.10.0.2']), undefined);
});

test('2.8 stands next to 3.0', () => {
  assert.equal(linesBetween([2, 8, 4], [3, 0, 0]), 1);
  assert.equal(linesBetween([3, 14, 0, 0], [3, 10, 0, 2]), 4);
  assert.deepEqual(lastUpTo([3, 12, 0, 0], ['3.14.0.0', '3.11.0.0', '3.4.3.1']), [3, 11, 0, 0]);
});

const version = fc.tuple(
  fc.constant(3),
  fc.integer({ min: 0, max: 15 }),
  fc.integer({ min: 0, max: 3 }),
  fc.integer({ min: 0, max: 25 }),
);
const releases = fc.array(
  version.map((parts) => parts.join('.')),
  { minLength: 1, maxLength: 6 },
);

test('every release that has it contains it, whatever else has it', () => {
  fc.assert(
    fc.property(releases, (all) => {
      for (const release of all) assert.equal(contains(numbersOf(release), all), true, release);
    }),
  );
});

test('within a line it is never lost again', () => {
  fc.assert(
    fc.property(version, releases, fc.integer({ min: 1, max: 9 }), (parts, all, later) => {
      const [major, minor, patch, build] = parts;
      if (contains(parts, all)) assert.equal(contains([major, minor, patch, build + later], all), true);
    }),
  );
});

test('beyond the newest line everything is contained, before the oldest nothing', () => {
  fc.assert(
    fc.property(releases, (all) => {
      assert.equal(contains([3, 99], all), true);
      assert.equal(contains([2, 7], all), false);
    }),
  );
});

test('there is a next release exactly where it is not contained; it is newer and has it', () => {
  fc.assert(
    fc.property(version, releases, (parts, all) => {
      const next = nextWith(parts, all);
      assert.equal(next === undefined, contains(parts, all));
      if (next === undefined) return;
      assert.ok(all.includes(next) && contains(numbersOf(next), all));
      assert.ok(!contains(parts, [next]), `${parts.join('.')} should be older than ${next}`);
    }),
  );
});
