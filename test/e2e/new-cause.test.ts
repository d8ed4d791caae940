// The way to a new cause: three places appear, and the house says in words what is still missing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hopSuggested, newCause } from '../support/new-cause.ts';

const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'kongauth-new-cause-'));
for (const part of ['src', 'test', 'README.md', '.biome.json', 'package.json', 'tsconfig.json'])
  cpSync(join(root, part), join(copy, part), { recursive: true });
symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
after(() => rmSync(copy, { recursive: true, force: true }));

function node(...args: readonly string[]) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });
}

test('a new cause is written, compiles, and stands in the list of its hop', () => {
  assert.deepEqual(newCause(copy, 'oidc-audience-array', hopSuggested('oidc-audience-array')), [
    'src/diagnosis/causes/kong-idp/oidc-audience-array.ts',
    'src/diagnosis/names.ts',
    'src/diagnosis/causes/index.ts',
    'test/cases/constructed/oidc-audience-array-first.yaml',
    'test/cases/constructed/oidc-audience-array-beside-a-neighbour.yaml',
  ]);
  const types = node('node_modules/typescript/bin/tsc', '-p', '.');
  assert.equal(types.status, 0, types.stdout);
  assert.match(node('src/kongauth.js', 'explain').stdout, /idp-throttled[^\n]*\n {2}oidc-audience-array/);
  const lint = node('node_modules/@biomejs/biome/bin/biome', 'check', 'src/diagnosis/causes', 'src/diagnosis/names.ts');
  assert.equal(lint.status, 0, lint.stdout + lint.stderr);
});

test('the house names what is missing', () => {
  const house = node('--test', 'test/house.test.ts');
  assert.notEqual(house.status, 0);
  for (const missing of [
    /oidc-audience-array/,
    /every page is complete/,
    /the example of oidc-audience-array puts it first/,
  ])
    assert.match(house.stdout, missing);
});

test('a name that is taken or no name is refused', () => {
  assert.throws(() => newCause(copy, 'token-expired', 'client-kong'), TypeError);
  assert.throws(() => newCause(copy, '../evil', 'client-kong'), TypeError);
});
