#!/usr/bin/env node
// The command's launcher: TypeScript in the repository, JavaScript where it is installed, and a Node that can run either.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { fileURLToPath } from 'node:url';

const source = new URL('cli.ts', import.meta.url);
const built = new URL('../dist/cli.js', import.meta.url);
const entry = existsSync(source) ? source : built;
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  // Compiled code is kept beside the packages, where nobody else can write; without the right to write it is made anew.
  modules.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/kongauth', import.meta.url)));
  const { main } = await import(entry.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  // An older Node: the repository pins its own as a development dependency.
  let pinned;
  try {
    pinned = modules.createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    process.stderr.write(`kongauth needs Node 24 or newer; this is ${process.version}.\n`);
    process.exit(2);
  }
  const child = spawnSync(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = child.status ?? 2;
}
