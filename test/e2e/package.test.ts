// The package as others install it: packed, installed into an empty folder, run as a command and imported with its types.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kongauth-package-'));
const home = join(folder, 'somebody');
after(() => rmSync(folder, { recursive: true, force: true }));

/** npm of the machine with our Node first in the path, as a user of the package has Node 24. */
function run(command: string, args: readonly string[], cwd: string, input = '') {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const path = `${dirname(process.execPath)}${delimiter}${env.PATH ?? ''}`;
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', input, env: { ...env, PATH: path } });
  return { status: done.status, out: done.stdout, err: done.stderr };
}

test('packed, installed, run and imported', () => {
  const packed = run('npm', ['pack', '--pack-destination', folder, '--silent'], root);
  assert.equal(packed.status, 0, packed.err);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert.ok(tarball !== undefined);
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"name":"somebody","private":true,"type":"module"}');
  const installed = run(
    'npm',
    ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, tarball)],
    home,
  );
  assert.equal(installed.status, 0, installed.err);

  const paste =
    '< HTTP/1.1 401 Unauthorized\n< Server: kong/3.9.1\n< X-Kong-Response-Latency: 1\n<\n{"message":"Invalid signature"}\n';
  const command = run('npx', ['--no-install', 'kongauth', 'diagnose', '--format', 'json'], home, paste);
  assert.equal(command.status, 0, command.err);
  assert.equal(JSON.parse(command.out).findings[0].cause, 'token-signature-invalid');
  assert.equal(run('npx', ['--no-install', 'kongauth', 'diagnose', 'no-such-file'], home).status, 2);

  writeFileSync(
    join(home, 'use.ts'),
    `import { diagnose, type DiagnosisJson } from 'kongauth';
const diagnosis: DiagnosisJson = await diagnose(${JSON.stringify(paste)}, { now: new Date(0) });
const confidence: number = diagnosis.findings[0]?.confidence ?? 0;
// @ts-expect-error a diagnosis has no such field
diagnosis.nothing;
console.log(diagnosis.findings[0]?.cause, confidence > 0.5);
`,
  );
  const types = run(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', '', 'use.ts'],
    ],
    home,
  );
  assert.equal(types.status, 0, types.out);
  const used = run(process.execPath, ['use.ts'], home);
  assert.equal(used.out, 'token-signature-invalid true\n', used.err);

  // What is installed is what runs: no sources, no tests, no cases.
  const shipped = readdirSync(join(home, 'node_modules/kongauth')).filter((name) => name !== 'node_modules');
  assert.deepEqual(shipped.sort(), ['LICENSE', 'README.md', 'dist', 'package.json', 'src']);
  assert.deepEqual(readdirSync(join(home, 'node_modules/kongauth/src')), ['kongauth.js']);
});
