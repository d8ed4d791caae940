// Whoever calls the command without a file at a keyboard is told that it waits, and how to end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli.ts';

/** Runs `kongauth diagnose` with a paste on standard input; what it said on standard error. */
async function saidWhile(isTyped: boolean): Promise<string> {
  let err = '';
  const status = await run(['diagnose'], {
    stdin: (async function* () {
      yield new TextEncoder().encode('HTTP/1.1 401 Unauthorized\n');
    })(),
    out: () => undefined,
    err: (text) => {
      err += text;
    },
    colour: false,
    progress: false,
    isTyped,
    width: 100,
    now: () => 0,
  });
  assert.equal(status, 0);
  return err;
}

test('a keyboard is asked for the paste, a pipe is not', async () => {
  assert.match(await saidWhile(true), /Ctrl-D/);
  assert.equal(await saidWhile(false), '');
});
