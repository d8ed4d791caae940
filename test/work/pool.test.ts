// The pool: the same diagnosis as without it, while the event loop goes on turning.
import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { after, test } from 'node:test';
import { tokenExpired } from '../../src/diagnosis/causes/client-kong/token-expired.ts';
import { diagnoseToContinue } from '../../src/diagnosis/diagnose.ts';
import { createAnalyst } from '../../src/work/pool.ts';

const key = new TextEncoder().encode('a key of the tests, long enough');
const analyst = createAnalyst(key);
const folder = await mkdtemp(join(tmpdir(), 'kongauth-pool-'));
after(async () => {
  await analyst.close();
  await rm(folder, { recursive: true, force: true });
});

test('text and files give what diagnose gives, with the installation’s fingerprints', async () => {
  const text = tokenExpired.example;
  const path = join(folder, 'paste.txt');
  await writeFile(path, text);
  const now = Date.parse('2026-11-25T00:00:00Z');
  const direct = await diagnoseToContinue([{ source: 'paste', bytes: text }], { key, now });
  assert.deepEqual(await analyst.diagnose([{ source: 'paste', text }], { now }), direct);
  assert.deepEqual(await analyst.diagnose([{ source: 'paste', path }], { now }), direct);
  assert.equal(direct.diagnosis.findings[0]?.cause, 'token-expired');
  const { material } = direct;
  assert.ok(material !== undefined);
  const again = await analyst.diagnose([{ source: 'GET /plugins', text: '{"data":[],"next":null}', live: {} }], {
    now,
    material,
  });
  assert.deepEqual(again.diagnosis.findings, direct.diagnosis.findings);
});

test('a small paste does not wait for a large log, nor does the event loop', async () => {
  const path = join(folder, 'large.log');
  const out = createWriteStream(path);
  const line = '10.1.2.3 - - [25/Nov/2026:03:00:00 +0000] "GET /orders HTTP/1.1" 401 26 "-" "curl/8.5.0"\n';
  const block = line.repeat(5000);
  for (let written = 0; written < 50 * 2 ** 20; written += block.length) out.write(block);
  out.end();
  await finished(out);
  let turns = 0;
  const turning = setInterval(() => turns++, 1);
  const ends: string[] = [];
  const large = analyst.diagnose([{ source: 'large.log', path }], {}).then(({ diagnosis }) => {
    ends.push('large');
    return diagnosis;
  });
  const small = analyst.diagnose([{ source: 'paste', text: tokenExpired.example }], {}).then(() => ends.push('small'));
  await Promise.all([large, small]);
  clearInterval(turning);
  assert.ok(turns > 50, `the event loop turned ${turns} times`);
  assert.deepEqual(ends, ['small', 'large']);
  assert.ok((await large).traffic.requests > 500_000);
});

test('a file that is gone is one sentence', async () => {
  await assert.rejects(analyst.diagnose([{ source: 'gone', path: join(folder, 'gone') }], {}), {
    code: 'internal',
    message: 'The analysis broke off; please try again.',
  });
  const { diagnosis: after } = await analyst.diagnose([{ source: 'paste', text: tokenExpired.example }], {});
  assert.equal(after.findings[0]?.cause, 'token-expired');
});
