// The renderings as people see them; a change of one is a change of behaviour, to be looked at and then recorded anew.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { COMMAND_LINES, golden, goldenFile, goldenFolder, recorded } from '../support/golden.ts';

for (const commandLine of COMMAND_LINES) {
  test(`kongauth ${commandLine}`, async () => {
    assert.equal(
      await golden(commandLine),
      recorded(commandLine),
      `kongauth ${commandLine} prints something else; look at it, then npm run golden -- --update`,
    );
  });
}

test('no golden file is left over', () => {
  assert.deepEqual(readdirSync(goldenFolder).sort(), COMMAND_LINES.map(goldenFile).sort());
});
