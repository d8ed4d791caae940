// Paths of the Admin API: no name makes another path than the intended one.
import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { KongauthError } from '../../src/errors.ts';
import { path } from '../../src/kong/path.ts';

/** Names as people and attackers write them. */
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('.', '..', '/', '\\', '%2e', '%2f', '%', '?', '#', ';', ' ', 'ö', 'orders', '\n', '@', ':'))
    .map((pieces) => pieces.join('')),
);

test('a name fills its own segment, or it is refused', () => {
  fc.assert(
    fc.property(names, (name) => {
      let made: string;
      try {
        made = path('consumers', name, 'jwt');
      } catch (error) {
        assert.ok(error instanceof KongauthError && error.code === 'usage');
        return;
      }
      assert.match(made, /^\/consumers\/[^/\\?#\s]+\/jwt$/);
      // As a server sees it, and as one that decodes before it resolves dots does.
      assert.equal(new URL(made, 'http://peer').pathname, made);
      assert.deepEqual(new URL(made, 'http://peer').pathname.split('/').map(decodeURIComponent), [
        '',
        'consumers',
        name,
        'jwt',
      ]);
      const decodedFirst = posix.normalize(decodeURIComponent(made));
      assert.ok(decodedFirst.startsWith('/consumers/') && decodedFirst.endsWith('/jwt'), decodedFirst);
    }),
    { numRuns: 5000 },
  );
});

test('empty names and names that lead elsewhere are refused, dots inside a name are not', () => {
  for (const name of ['', '.', '..', '../admins', 'a/../../rbac', 'a\\..\\b', './x', '\ud800'])
    assert.throws(() => path('consumers', name), { name: 'KongauthError', code: 'usage' }, name);
  assert.equal(path('consumers', 'a.b..c/d e'), '/consumers/a.b..c%2Fd%20e');
  assert.equal(path('consumers', '%2e%2e'), '/consumers/%252e%252e');
});
