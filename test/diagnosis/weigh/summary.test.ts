// The first sentence: who answered, what fails, the cause; and the excerpt with the words that count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAUSES } from '../../../src/diagnosis/causes/index.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { midSentence } from '../../../src/diagnosis/weigh/summary.ts';

const key = new Uint8Array(32).fill(7);
const of = (bytes: string) => diagnose([{ source: 'paste', bytes }], { key });

test('titles read well inside a sentence: names and acronyms keep their capitals', () => {
  for (const { title } of CAUSES) {
    const [word = ''] = midSentence(title).split(/[\s’,]/, 1);
    assert.doesNotMatch(word, /^[a-z][A-Z]/, title);
    if (title.startsWith('Kong')) assert.equal(word, 'Kong');
    else if (!/^[A-Z]{2}/.test(title)) assert.match(word, /^[a-z]/, title);
  }
  assert.equal(midSentence('TLS to the provider is not trusted'), 'TLS to the provider is not trusted');
});

test('the first sentence says who answered and what', async () => {
  const kong =
    '< HTTP/1.1 401 Unauthorized\n< Server: kong/3.9.1\n< X-Kong-Response-Latency: 1\n<\n{"message":"Invalid signature"}\n';
  assert.match(
    (await of(kong)).summary,
    /^Kong itself answered 401; likeliest cause: the signature does not verify \(/,
  );
  assert.match(
    (await of('{"message":"Invalid signature"}\n')).summary,
    /^A request was refused, and the paste does not tell by whom; likeliest|^Kong itself refused the request; likeliest/,
  );
  assert.match(
    (await of('We get 401 since the upgrade, the upstream does not get the Authorization header any more.')).summary,
    /^401 is reported, and no answer in the paste shows who gave it; likeliest cause: /,
  );
});

test('what is no authentication problem is said, with what it is', async () => {
  const limited =
    '< HTTP/1.1 429 Too Many Requests\n< Server: kong/3.9.1\n< X-Kong-Response-Latency: 1\n<\n{"message":"API rate limit exceeded"}\n';
  assert.match((await of(limited)).summary, /^Kong itself answered 429; most likely no authentication problem/);
});

test('an excerpt of a long line is the part that counts, with its words marked', async () => {
  const noise = 'x '.repeat(100);
  const line = `2026/10/12 07:01:02 [warn] 1#0: *1 [kong] handler.lua:98 [jwt] ${noise}Invalid signature${' y'.repeat(60)}, client: 192.0.2.7, server: kong`;
  const [finding] = (await of(line)).findings;
  const [evidence] = finding?.evidence ?? [];
  assert.equal(evidence?.mark, 'Invalid signature');
  assert.ok((evidence?.excerpt.length ?? 0) <= 322 && evidence?.excerpt.includes('Invalid signature'));
});

test('a JSON log line is shown by the fields that tell who refused whom', async () => {
  const line = (at: number, consumer: string, status: number) =>
    JSON.stringify({
      request: { method: 'GET', uri: `/orders/${at}?q=1`, headers: { host: 'api.example.com' }, size: 1 },
      upstream_status: String(status),
      response: { status, headers: {} },
      consumer: { username: consumer },
      route: { name: 'orders' },
      source: 'upstream',
      started_at: 1791788400000 + at * 60_000,
    });
  const log = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? line(at, 'acme', 401) : line(at, 'web', 200)));
  const diagnosis = await of(log.join('\n'));
  const [evidence] = diagnosis.findings[0]?.evidence ?? [];
  assert.equal(
    evidence?.excerpt,
    '2026-10-12T07:00:00Z GET /orders/0 401 consumer=acme source=upstream upstream_status=401 route=orders',
  );
  assert.equal(evidence?.mark, 'consumer=acme');
  assert.match(evidence?.says ?? '', /^acme: 10 of 10 failed; all others: 0 of 20; no coincidence \(.*p<0\.0001\)\.$/);
  assert.ok(diagnosis.traffic.failuresOverTime.length > 4 && diagnosis.traffic.from === '2026-10-12T07:00:00.000Z');
  // Nobody is asked for the JSON log that he pasted.
  assert.ok(!diagnosis.ask.some((ask) => ask.includes('JSON log')));
});

test('the pod that wrote a line stands beside it', async () => {
  const log = Array.from({ length: 40 }, (_, at) => {
    const bad = at % 2 === 1;
    return `[pod/kong-dp-${bad ? 'b' : 'a'}/proxy] 10.0.0.1 - - [12/Oct/2026:07:${String(at).padStart(2, '0')}:02 +0000] "GET /orders HTTP/1.1" ${bad ? 401 : 200} 96 "-" "curl/8"`;
  });
  const [evidence] = (await of(log.join('\n'))).findings[0]?.evidence ?? [];
  assert.match(evidence?.excerpt ?? '', /^\[kong-dp-b\] 10\.0\.0\.1 /);
  assert.equal(evidence?.mark, 'kong-dp-b');
});
