// Every input kind passes the suite of readers; what no reader is for gives no finding and a sentence what to paste.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { contractOf, readerConforms } from './reader.ts';
import { FOREIGN, SAMPLES } from './samples.ts';

for (const [kind, sample] of Object.entries(SAMPLES)) readerConforms(kind, sample);

for (const [format, text] of Object.entries(FOREIGN)) {
  test(`a foreign format gives no finding: ${format}`, async () => {
    const { findings, ask } = await contractOf(text);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      [],
    );
    assert.ok(ask.length > 0);
  });
}

const NOTHING: Readonly<Record<string, string | Uint8Array>> = {
  empty: '',
  blank: ' \n\t\n\r\n',
  'zero bytes': Buffer.alloc(5000),
  'random bytes': createHash('shake256', { outputLength: 4000 }).update('kong').digest(),
  'a PNG': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
  'a PDF': Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj'),
  'a zip': Buffer.from([0x50, 0x4b, 3, 4, 20, 0]),
  'cut gzip': gzipSync('2026/10/12 07:01:02 [error] 1#0: text').subarray(0, 20),
  'cut zstd': zstdCompressSync(Buffer.from('2026/10/12 07:01:02 [error] 1#0: text '.repeat(50))).subarray(0, 30),
  'lone surrogates': '\ud800\udfff\ud800 x',
};
for (const [what, bytes] of Object.entries(NOTHING)) {
  test(`nothing to read: ${what}`, async () => {
    const { findings, ask } = await contractOf(bytes);
    assert.deepEqual(findings, []);
    assert.match(ask[0] ?? '', /[.!`]$/);
    if (typeof bytes !== 'string') assert.match(ask.join(' '), /no text|damaged|cut off/);
  });
}

// A hang cannot be interrupted from within: the hostile texts run in a process of their own, with a bounded heap.
for (const part of ['nesting', 'bombs', 'long-lines', 'bait'] as const) {
  test(`hostile text is read in bounded time and memory: ${part}`, () => {
    const run = spawnSync(
      process.execPath,
      ['--max-old-space-size=700', join(import.meta.dirname, 'hostile.ts'), part],
      { encoding: 'utf8', timeout: 240_000 },
    );
    assert.equal(
      run.status,
      0,
      `${run.error ?? ''} ${run.signal ?? ''}\n${run.stdout.slice(-1500)}\n${run.stderr.slice(-1500)}`,
    );
    assert.match(run.stdout, /done\n$/);
  });
}
