// `npm run golden -- --update` rewrites the golden renderings; without it, says which would change.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND_LINES, golden, goldenFile, goldenFolder, recorded } from './golden.ts';

const update = process.argv.includes('--update');
const wanted = new Set(COMMAND_LINES.map(goldenFile));
for (const file of readdirSync(goldenFolder)) {
  if (wanted.has(file)) continue;
  console.log(`${update ? 'removed' : 'left over'}: ${file}`);
  if (update) rmSync(join(goldenFolder, file));
}
for (const commandLine of COMMAND_LINES) {
  const now = await golden(commandLine);
  if (now === recorded(commandLine)) continue;
  console.log(`${update ? 'written' : 'differs'}: ${goldenFile(commandLine)}`);
  if (update) writeFileSync(join(goldenFolder, goldenFile(commandLine)), now);
  else process.exitCode = 1;
}
