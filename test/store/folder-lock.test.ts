// One process at a time in a data folder, and none that died.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdFolder } from '../../src/store/folder-lock.ts';

const LOCK = join(import.meta.dirname, '../../src/store/folder-lock.ts');

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a folder in use is refused with what to do, and free again afterwards', async (context) => {
  const folder = join(folderOf(context), 'made/on/the/way');
  const release = await holdFolder(folder);
  await assert.rejects(holdFolder(folder), /Another process uses .* set DATABASE_URL/);
  await release();
  await (await holdFolder(folder))();
});

test('a process that was killed holds nothing', async (context) => {
  const folder = folderOf(context);
  const program = `
    import { holdFolder } from ${JSON.stringify(LOCK)};
    await holdFolder(${JSON.stringify(folder)});
    process.kill(process.pid, 'SIGKILL');`;
  assert.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' }));
  await (await holdFolder(folder))();
});

test('a folder that cannot be is a mistake of the settings', async (context) => {
  const file = join(folderOf(context), 'a-file');
  writeFileSync(file, '');
  await assert.rejects(holdFolder(file), /KONGAUTH_DATA is wrong/);
  await assert.rejects(holdFolder(join(tmpdir(), 'x'.repeat(120))), /KONGAUTH_DATA is too long/);
});
