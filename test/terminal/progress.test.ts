// Progress is drawn for long inputs on a terminal, and for nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine, progressOf } from '../../src/terminal/progress.ts';

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield new Uint8Array(1_000_000);
}

/** Reads all chunks while a clock goes on by some milliseconds a look; what was drawn. */
async function drawn(options: { progress: boolean; step: number; total?: number }): Promise<string> {
  let now = 0;
  let err = '';
  const terminal = {
    progress: options.progress,
    now: () => {
      now += options.step;
      return now;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const progress = progressOf(terminal, options.total);
  let read = 0;
  for await (const chunk of progress.count(chunks(20))) read += chunk.byteLength;
  progress.end();
  assert.equal(read, 20_000_000);
  return err;
}

test('bytes and percent, and the line is gone at the end', async () => {
  const err = await drawn({ progress: true, step: 100, total: 20_000_000 });
  assert.match(err, /reading 20 MB of 20 MB \(100%\)|reading 1\d MB of 20 MB \(\d\d%\)/);
  assert.ok(err.endsWith('\r\u001b[K'));
});

test('nothing without a terminal, and nothing for what is quickly read', async () => {
  assert.equal(await drawn({ progress: false, step: 100 }), '');
  assert.equal(await drawn({ progress: true, step: 1 }), '');
});

test('a size that is not known gives no percent', () => {
  assert.equal(progressLine(1234, undefined), 'reading 2 kB');
  assert.equal(progressLine(120_000_000, 400_000_000), 'reading 120 MB of 400 MB (30%)');
  // A file that grows while it is read.
  assert.equal(progressLine(500, 400), 'reading 1 kB');
});
