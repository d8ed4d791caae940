// Lines counted from their bytes say exactly what lines read one by one say, however odd they are and wherever cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FactCollector } from '../../../../src/diagnosis/facts/collect.ts';
import type { Traffic } from '../../../../src/diagnosis/facts/facts.ts';
import { LineCutter } from '../../../../src/diagnosis/intake/lines.ts';
import { undoPasting } from '../../../../src/diagnosis/intake/slack-text.ts';
import { accessLogReader } from '../../../../src/diagnosis/readers/lines/access-log.ts';
import { serializerReader } from '../../../../src/diagnosis/readers/lines/serializer-json.ts';
import type { LineReader } from '../../../../src/diagnosis/readers/reader.ts';
import { createRedactor } from '../../../../src/diagnosis/redact/redact.ts';

/** How the lines are given: by blocks where the reader takes them, or one by one as another text of the same meaning. */
type Way = 'blocks' | ((line: string) => string);

function trafficOf(reader: LineReader, text: string, chunk: number, way: Way): Traffic & { readonly lines: number } {
  const collector = new FactCollector();
  const redactor = createRedactor(new Uint8Array(16).fill(7));
  const reading = { redactor, emit: collector.add.bind(collector) };
  const cutter = new LineCutter();
  const bytes = Buffer.from(text);
  let lines = 0;
  for (let from = 0; from < bytes.length; from += chunk) {
    // A copy that is overwritten afterwards, as a file's buffers are.
    const piece = Uint8Array.from(bytes.subarray(from, from + chunk));
    cutter.pushUtf8(
      piece,
      (line) => {
        const plain = undoPasting(line.text);
        const given = way === 'blocks' ? plain : way(plain);
        if (reader.read({ text: given, number: line.number, source: 'log' }, reading)) lines++;
      },
      (block, at) => {
        const taken = way === 'blocks' ? reader.readBlock?.(block, at, reading) : undefined;
        lines += taken?.lines ?? 0;
        return taken;
      },
    );
    piece.fill(0);
  }
  cutter.end((line) => reader.read({ text: line.text, number: line.number, source: 'log' }, reading));
  reader.end(reading);
  return { ...collector.facts(undefined).traffic, lines };
}

/** All but the texts and places of the examples, which differ with the way. */
function counted(traffic: Traffic & { readonly lines: number }) {
  return {
    ...traffic,
    examples: traffic.examples.map(({ logged, sighting }) => ({ logged, line: sighting.place.line })),
    successes: traffic.successes.map(({ logged, sighting }) => ({ logged, line: sighting.place.line })),
  };
}

const often = <T>(usual: readonly T[], odd: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
const chunks = fc.constantFrom(37, 250, 1000, 100_000);

const accessLine = fc
  .record({
    client: often(
      ['192.0.2.7', '192.0.2.8', '2001:db8::7'],
      ['::1', 'fe80::1', 'unix:', '-', 'host-1', '1', '1:: - - ['],
    ),
    user: often(['- -'], ['- bob', '- a b', 'x -', '-']),
    time: often(
      ['12/Oct/2026:07:01:02 +0000', '12/Oct/2026:07:01:03 +0000', '12/Oct/2026:09:03:04 +0200'],
      ['12/Okt/2026:07:01:02 +0000', '99/Oct/2026:07:01:02 +0000', '12-Oct-2026 07:01', '12/Oct/2026:07:01:02', ''],
    ),
    request: often(
      [
        'GET /v1/orders/4711 HTTP/1.1',
        'GET /v1/orders/4712?page=2&limit=5 HTTP/1.1',
        'POST /v1/users/0293ac4135b8633692d0253b83eaaa59/a/b/c HTTP/2.0',
        'GET / HTTP/1.1',
        'DELETE /a/ HTTP/1.1',
      ],
      [
        'GET /a?x=1&lt;2 HTTP/1.1',
        'GET /a?x=&quot; 404 5 HTTP/1.1',
        'GET /a&amp;b HTTP/1.1',
        'GET /a"b HTTP/1.1',
        'GET /a" 200 7 HTTP/1.1',
        'OPTIONS * HTTP/1.1',
        'GET http://x/y HTTP/1.1',
        'GET /a',
        'GET /a\\/b HTTP/1.1',
        '\\x16\\x03\\x01',
        '',
        'get /a HTTP/1.1',
        'VERYLONGMETHOD /a HTTP/1.1',
        'GET /grüße HTTP/1.1',
        'GET //a//b HTTP/1.1',
      ],
    ),
    status: often([200, 201, 401, 403, 404, 503], [400, 99, 499, 600]),
    size: often(['96', '0'], ['-', '', '12a']),
    referer: often(['-', 'https://example.com/a?b=c&d=e'], ['', 'a "q" b', '<x>', 'https://x/?a=b&quot;']),
    agent: often(
      ['okhttp/4.12.0', 'Mozilla/5.0 (X11; Linux x86_64)', 'acme-batch/1.0'],
      ['-', '', 'a|b', 'x\\"y', '“q”', '```', 'a&b'],
    ),
    tail: often(
      [' kong_request_id: "0293ac4135b8633692d0253b83eaaa59"', ''],
      [
        ' kong_request_id: "short"',
        ' upstream_status=401',
        ' "x"',
        ' kong_request_id: "0293ac4135b8633692d0253b83eaaa59" more',
      ],
    ),
    end: often(['\n'], ['\r\n', '\n\n', ' \n']),
  })
  .map(
    ({ client, user, time, request, status, size, referer, agent, tail, end }) =>
      `${client} ${user} [${time}] "${request}" ${status} ${size} "${referer}" "${agent}"${tail}${end}`,
  );

test('access logs: blocks count what single lines count', () => {
  fc.assert(
    fc.property(fc.array(accessLine, { minLength: 200, maxLength: 400 }), chunks, (lines, chunk) => {
      const text = lines.join('');
      assert.deepEqual(
        counted(trafficOf(accessLogReader(), text, chunk, 'blocks')),
        counted(trafficOf(accessLogReader(), text, chunk, (line) => line)),
      );
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

const entry = fc
  .record({
    uri: often(
      ['/v1/orders/4711?page=2&limit=5', '/v1/users/7', '/'],
      ['', 'x', '/a"b', '/ü', '/a&lt;b', '/a?b=<http://x>'],
    ),
    method: often(['GET', 'POST'], ['']),
    status: often<unknown>([200, 401, 403, 404, 503], [400, 401.5, '401', null]),
    agent: often<unknown>(['okhttp/4.12', 'acme-batch/1.0'], [undefined, '', ['a', 'b'], 'q“q', 'a\tb']),
    headers: often<unknown>(
      [{ via: '1.1 kong/3.9.3' }, { server: 'kong/3.4.3.1-enterprise-edition' }],
      [[], {}, { server: 'nginx', via: 'x' }],
    ),
    upstreamStatus: often<unknown>(['200', '401', undefined], ['', '502, 401', null, 401]),
    source: often<unknown>(['upstream', 'kong', undefined], ['other', 7]),
    proxy: often<unknown>([3, -1], [undefined, 'x']),
    consumer: often<unknown>(
      [
        { username: 'web', id: 'u1' },
        { username: 'partner-acme', custom_id: 'c', id: 'u2' },
      ],
      [
        undefined,
        null,
        {},
        { custom_id: 'c-1' },
        { id: 'u3' },
        { username: null, id: 'u4' },
        { username: 7 },
        { username: 'a"b' },
      ],
    ),
    route: often<unknown>(
      [{ name: 'orders', id: 'r1', service: { id: 's1' } }],
      [undefined, { id: 'r2' }, { name: null, id: 'r3' }, []],
    ),
    tries: often<unknown>(
      [
        [{ ip: '10.0.0.1', port: 8080 }],
        [
          { ip: '10.0.0.1', port: 80 },
          { ip: '10.0.0.2', port: 80 },
        ],
      ],
      [[], {}, undefined, [{ ip: '10.0.0.3' }], [7]],
    ),
    at: often<unknown>([1_795_455_569_976, 1_795_455_570_123], [undefined, 1.5, '1', -4]),
    escape: fc.boolean(),
    end: often(['\n'], ['\r\n', ' \n', '}\n']),
  })
  .map((given) => {
    const json = JSON.stringify({
      request: { uri: given.uri, method: given.method, headers: { 'user-agent': given.agent }, id: 'x' },
      upstream_status: given.upstreamStatus,
      response: { status: given.status, headers: given.headers },
      source: given.source,
      latencies: { proxy: given.proxy, kong: 1 },
      consumer: given.consumer,
      authenticated_entity: { id: 'k1' },
      route: given.route,
      service: { name: 'orders-service', id: 's1', tags: ['a', 'b'] },
      client_ip: '192.0.2.7',
      tries: given.tries,
      started_at: given.at,
    });
    return `${given.escape ? json.replaceAll('/', '\\/') : json}${given.end}`;
  });

test('serializer JSON: blocks count what parsed entries say', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 200, maxLength: 400 }), chunks, (lines, chunk) => {
      const text = lines.join('');
      assert.deepEqual(
        counted(trafficOf(serializerReader(), text, chunk, 'blocks')),
        // A list of one entry is always parsed.
        counted(trafficOf(serializerReader(), text, chunk, (line) => `[${line}]`)),
      );
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

test('more values than a table holds are counted all the same', () => {
  const lines = Array.from(
    { length: 40_000 },
    (_, at) =>
      `10.${at % 7}.${(at >> 8) % 256}.${at % 256} - - [12/Oct/2026:07:${String((at >> 8) % 60).padStart(2, '0')}:02 +0000] "GET /p${at % 9000} HTTP/1.1" ${at % 50 === 0 ? 401 : 200} 9 "-" "a/${at % 300}"\n`,
  );
  const text = lines.join('');
  const blocks = trafficOf(accessLogReader(), text, 65_536, 'blocks');
  assert.deepEqual(counted(blocks), counted(trafficOf(accessLogReader(), text, 65_536, (line) => line)));
  assert.equal(blocks.requests, 40_000);
});
