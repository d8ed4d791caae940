// The journey of a log line: however it was wrapped, the findings are those of the bare line, at its original place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';

const LINE =
  '2026/10/12 07:01:02 [warn] 1342#0: *991 [kong] handler.lua:98 [openid-connect] invalid_client: a & b <c>, client: 192.0.2.7, server: kong, request: "GET /orders HTTP/1.1", host: "api.example.com", request_id: "789c0bf1b76f6ffa6746a21d40749f0c"';
const OTHER =
  '2026/10/12 07:01:01 [notice] 1342#0: signal process started, client: 192.0.2.7, server: kong, request: "GET / HTTP/1.1"';
const half = Math.floor(LINE.length / 2);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

async function findingsOf(text: string) {
  const { findings, inputs } = await diagnose([{ source: 'paste', bytes: text }], { key: new Uint8Array(32) });
  return {
    causes: findings.map(({ cause, confidence }) => [cause, confidence]),
    lines: findings[0]?.evidence.map(({ line }) => line),
    kind: inputs[0]?.kind,
  };
}
const bare = await findingsOf(`${OTHER}\n${LINE}\n`);

test('the bare line gives a finding', () => {
  assert.equal(bare.causes[0]?.[0], 'oidc-client-invalid');
  assert.deepEqual([bare.lines, bare.kind], [[2], 'kong-error-log']);
});

/** Each wrapped text, and the line of it on which the entry begins. */
const WRAPPED: Readonly<Record<string, readonly [text: string, line: number]>> = {
  'docker json-file': [
    [OTHER, LINE]
      .map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: '2026-10-12T07:01:02.1Z' }))
      .join('\n'),
    2,
  ],
  CRI: [[OTHER, LINE].map((line) => `2026-10-12T07:01:02.123456789Z stderr F ${line}`).join('\n'), 2],
  'CRI, in two parts': [
    [
      `2026-10-12T07:01:02.1Z stderr F ${OTHER}`,
      `2026-10-12T07:01:02.1Z stderr P ${LINE.slice(0, half)}`,
      `2026-10-12T07:01:02.1Z stderr F ${LINE.slice(half)}`,
    ].join('\n'),
    2,
  ],
  'CRI, parts of two streams interleaved': [
    [
      `2026-10-12T07:01:02.1Z stderr P ${LINE.slice(0, half)}`,
      '2026-10-12T07:01:02.1Z stdout F 192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET / HTTP/1.1" 200 96 "-" "-"',
      `2026-10-12T07:01:02.1Z stderr F ${LINE.slice(half)}`,
    ].join('\n'),
    1,
  ],
  'kubectl logs --prefix': [[OTHER, LINE].map((line) => `[pod/kong-7d9c/proxy] ${line}`).join('\n'), 2],
  'kubectl logs --prefix --timestamps': [
    [OTHER, LINE].map((line) => `[pod/kong-7d9c/proxy] 2026-10-12T07:01:02.123456789Z ${line}`).join('\n'),
    2,
  ],
  stern: [[OTHER, LINE].map((line) => `kong-gateway-7d9c5b8f4-x2x9p proxy ${line}`).join('\n'), 2],
  'stern, arrow and events': [
    ['+ kong-gateway-7d9c5b8f4-x2x9p › proxy', LINE]
      .map((line, at) => (at === 0 ? line : `kong-gateway-7d9c5b8f4-x2x9p proxy › ${line}`))
      .join('\n'),
    2,
  ],
  'docker compose': [[OTHER, LINE].map((line) => `kong-1  | ${line}`).join('\n'), 2],
  journald: [[OTHER, LINE].map((line) => `Oct 12 07:01:02 gw-1 kong[1342]: ${line}`).join('\n'), 2],
  'syslog of RFC 5424': [
    [OTHER, LINE].map((line) => `<11>1 2026-10-12T07:01:02Z gw-1 kong 1342 - - ${line}`).join('\n'),
    2,
  ],
  'journalctl -o json': [
    [OTHER, LINE]
      .map((line) => JSON.stringify({ MESSAGE: line, _HOSTNAME: 'gw-1', PRIORITY: '3', hostname: 'gw-1' }))
      .join('\n'),
    2,
  ],
  'Loki, one JSON a line': [
    [OTHER, LINE]
      .map((line) => JSON.stringify({ line, timestamp: '1791788462123456789', labels: { app: 'kong' } }))
      .join('\n'),
    2,
  ],
  'Loki, an answer of its API': [
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'streams',
        result: [
          {
            stream: { pod: 'kong-1' },
            values: [
              ['1', OTHER],
              ['2', LINE],
            ],
          },
        ],
      },
    }),
    1,
  ],
  'Elastic, one hit a line': [
    [OTHER, LINE]
      .map((line) =>
        JSON.stringify({
          _index: 'kong-2026',
          _source: { '@timestamp': '2026-10-12T07:01:02Z', message: line, kubernetes: { pod: { name: 'kong-1' } } },
        }),
      )
      .join('\n'),
    2,
  ],
  'Elastic, an answer of its API, pretty': [
    JSON.stringify(
      {
        took: 3,
        hits: {
          hits: [
            { _index: 'kong', _source: { message: OTHER } },
            { _index: 'kong', _source: { message: LINE } },
          ],
        },
      },
      null,
      2,
    ),
    14,
  ],
  'CloudWatch, aws logs tail': [
    [OTHER, LINE].map((line) => `2026-10-12T07:01:02.123000+00:00 ecs/kong/4f5e6d7c ${line}`).join('\n'),
    2,
  ],
  'CloudWatch, one event a line': [
    [OTHER, LINE]
      .map((line) => JSON.stringify({ timestamp: 1_791_788_462_123, message: line, ingestionTime: 1_791_788_463_000 }))
      .join('\n'),
    2,
  ],
  'CloudWatch, filter-log-events': [
    JSON.stringify(
      {
        events: [OTHER, LINE].map((message, at) => ({
          logStreamName: 'ecs/kong/4f',
          timestamp: 1_791_788_462_123 + at,
          message,
        })),
      },
      null,
      4,
    ),
    11,
  ],
  'CloudWatch, a subscription': [
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      logGroup: 'kong',
      logStream: 'a',
      logEvents: [OTHER, LINE].map((message, id) => ({ id: String(id), timestamp: 1, message })),
    }),
    1,
  ],
  'Google Cloud, one entry a line': [
    [OTHER, LINE]
      .map((line) =>
        JSON.stringify({ textPayload: line, insertId: 'x', severity: 'ERROR', timestamp: '2026-10-12T07:01:02Z' }),
      )
      .join('\n'),
    2,
  ],
  'Slack’s entities': [escaped(`${OTHER}\n${LINE}`), 2],
  'a quotation': [`> ${OTHER}\n> ${LINE}`, 2],
  'a quotation in Slack’s entities': [`&gt; ${escaped(OTHER)}\n&gt; ${escaped(LINE)}`, 2],
  'a quotation with words around it': [`look at this:\n> ${OTHER}\n> ${LINE}\nwhat is it?`, 3],
  'a code fence': [['```', OTHER, LINE, '```'].join('\n'), 3],
  'a fence on the lines themselves': [`\`\`\`${OTHER}\n${LINE}\`\`\``, 2],
  'a fence with a language': [['```log', OTHER, LINE, '```'].join('\n'), 3],
  'colours of a terminal': [
    `\u001b[36mkong-1  |\u001b[0m ${OTHER}\n\u001b[36mkong-1  |\u001b[0m \u001b[1;31m${LINE}\u001b[0m`,
    2,
  ],
  'colours whose escape character was lost': [`[36mkong-1  |[0m ${OTHER}\n[36mkong-1  |[0m [31m${LINE}[0m`, 2],
  'grep -n': [[OTHER, LINE].map((line, at) => `/var/log/kong/error.log:${at + 40}:${line}`).join('\n'), 2],
  'split in two by Slack': [`${OTHER}\n${LINE.slice(0, half)}\n${LINE.slice(half)}`, 2],
  indented: [`    ${OTHER}\n    ${LINE}`, 2],
  'line ends of Windows': [`${OTHER}\r\n${LINE}\r\n`, 2],
};
for (const [journey, [text, line]] of Object.entries(WRAPPED)) {
  test(`the same findings out of: ${journey}`, async () => {
    const { causes, lines, kind } = await findingsOf(text);
    assert.deepEqual(causes, bare.causes);
    assert.deepEqual(lines, [line]);
    if (!journey.includes('words around') && !journey.includes('interleaved') && !journey.includes('events'))
      assert.equal(kind, 'kong-error-log');
  });
}
