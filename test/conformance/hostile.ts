// A program for reader.test.ts: diagnoses hostile texts of one sort, names each before it is read, and prints `done`.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { createGzip, createZstdCompress, gzipSync } from 'node:zlib';
import type { InputBytes } from '../../src/diagnosis/intake/decode.ts';
import { contractOf } from './reader.ts';
import { SAMPLES } from './samples.ts';

const LEVELS = 10_000;
const MEGABYTE = 2 ** 20;

/** Texts whose structure nests or repeats beyond reason. */
function* nesting(): Generator<readonly [string, InputBytes]> {
  for (const [name, open, close] of [
    ['JSON arrays', '[', ']'],
    ['JSON objects', '{"a":', '}'],
    ['YAML flow', '- [', ']'],
    ['parentheses', '(', ')'],
    ['tags', '<p>', '</p>'],
  ] as const) {
    yield [name, `${open.repeat(LEVELS)}1${close.repeat(LEVELS)}`];
    yield [`${name}, never closed`, open.repeat(LEVELS)];
    yield [`${name}, in an answer`, `HTTP/1.1 401 Unauthorized\nServer: kong/3.9.1\n\n${open.repeat(LEVELS)}`];
    yield [`${name}, in a log line`, `2026-10-12 07:01:02,123 ERROR [main] ${open.repeat(LEVELS)}`];
    yield [
      `${name}, in docker's JSON`,
      JSON.stringify({
        log: `${open.repeat(LEVELS)}1${close.repeat(LEVELS)}\n`,
        stream: 'stdout',
        time: '2026-10-12T07:01:02Z',
      }),
    ];
  }
  yield ['YAML by indentation', Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')];
  yield ['YAML dashes', `${'- '.repeat(LEVELS)}x`];
  yield ['YAML dashes by line', `services:\n${'-\n'.repeat(LEVELS)}`];
  yield [
    'envelopes in envelopes',
    Array.from({ length: 12 }).reduce<string>(
      (inner) => JSON.stringify({ log: inner, stream: 'stdout', time: 'x' }),
      'x',
    ),
  ];
  yield ['prefixes in prefixes', `${'a | '.repeat(LEVELS)}x`];
  yield ['kubectl prefixes', `${'[pod/a/b] '.repeat(LEVELS)}x`];
  yield ['a token of segments', `Authorization: Bearer ${'eyJhIjoi.'.repeat(LEVELS)}`];
  const deep = Buffer.from(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`).toString('base64url');
  yield ['nested claims', `Authorization: Bearer ${deep}.${deep}.x`];
  yield ['nested serializer', `{"request":{"a":${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}},"response":{"status":401}}`];
  yield ['nested error field', `{"level":"error","msg":"x","error":${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}}`];
}

/** Small inputs that unfold to large ones. */
function* bombs(): Generator<readonly [string, InputBytes]> {
  const laughs = ['a: &a ["x","x","x","x","x","x","x","x","x"]'];
  for (let at = 1; at < 12; at++) {
    const [name, before] = [String.fromCharCode(97 + at), String.fromCharCode(96 + at)];
    laughs.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
  }
  yield ['YAML, a billion laughs', laughs.join('\n')];
  yield ['YAML, in a kong.yaml', `_format_version: "3.0"\n${laughs.join('\n')}\nservices: *l`];
  yield [
    'YAML, merges',
    `${Array.from({ length: 300 }, (_, at) => `a${at}: &a${at} {<<: ${at === 0 ? '{}' : `[*a${at - 1}, *a${at - 1}]`}, k${at}: 1}`).join('\n')}`,
  ];
  yield ['YAML, an alias of itself', 'services: &s\n- name: x\n  routes: *s\n'];
  yield ['YAML, anchors', Array.from({ length: 20_000 }, (_, at) => `k${at}: &k${at} x`).join('\n')];
  yield ['YAML, documents', '---\na: {b: 1}\n'.repeat(20_000)];
  for (const [name, filler] of [
    ['blanks', ' '],
    ['newlines', '\n'],
    ['letters', 'a'],
    ['log lines', '192.0.2.7 - - [12/Oct/2026:07:01:02 +0000] "GET / HTTP/1.1" 200 96 "-" "-"\n'],
  ] as const) {
    const block = filler.repeat(Math.ceil(MEGABYTE / filler.length));
    yield [`gzip of one gigabyte of ${name}`, unfolding(block, 1024, createGzip())];
    yield [`zstd of one gigabyte of ${name}`, unfolding(block, 1024, createZstdCompress())];
  }
  yield ['gzip in gzip', gzipSync(gzipSync('x'.repeat(MEGABYTE)))];
}

/** A stream that unfolds to `times` blocks, compressed as it is read. */
function unfolding(
  block: string,
  times: number,
  compressor: ReturnType<typeof createGzip> | ReturnType<typeof createZstdCompress>,
): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(block);
  return Readable.from(
    (function* () {
      for (let at = 0; at < times; at++) yield bytes;
    })(),
  ).pipe(compressor);
}

/** One line of ten megabytes in the middle of every format. */
function* longLines(): Generator<readonly [string, InputBytes]> {
  for (const [kind, sample] of Object.entries(SAMPLES)) {
    const lines = sample.split('\n');
    const middle = Math.floor(lines.length / 2);
    const line = lines[middle] ?? '';
    const half = Math.floor(line.length / 2);
    const long = `${line.slice(0, half)}${'k3 = "v" '.repeat(Math.ceil((10 * MEGABYTE) / 9))}${line.slice(half)}`;
    yield [`${kind}`, [...lines.slice(0, middle), long, ...lines.slice(middle + 1)].join('\n')];
  }
  yield ['ten megabytes without a blank', 'x'.repeat(10 * MEGABYTE)];
  yield [
    'a token of ten megabytes',
    `Authorization: Bearer eyJ${'hbGciOi'.repeat(MEGABYTE)}.${'eyJ'.repeat(MEGABYTE)}.x`,
  ];
}

/** Runs on which a regular expression that is not linear would never end. */
const BAIT = [
  ' ',
  '"',
  "'",
  '\\',
  '\\"',
  '>',
  '> ',
  '<',
  '(',
  '[',
  '{"',
  ':',
  ': ',
  '=',
  ' =',
  'eyJ',
  'eyJ.',
  '-',
  '- ',
  ' - ',
  ',',
  ', a=',
  '|',
  ' | ',
  '/',
  '.',
  'a.',
  'a-',
  'a_',
  'a ',
  'a:',
  '&',
  '%',
  '1',
  '1.',
  '1,',
  '\t',
  '\u00a0',
  '[a]',
  '(a)',
  'KONG_A',
  'error=',
  'Authorization: ',
  'Bearer ',
  'token ',
  '-----BEGIN ',
  '<a|',
  '<http://a|',
  'data:',
  '{{',
  '${',
] as const;

/** Every run in every format with `all`; otherwise every run in a quarter of the formats. */
function* bait(): Generator<readonly [string, InputBytes]> {
  for (const [at, [kind, sample]] of Object.entries(SAMPLES).entries()) {
    const lines = sample.split('\n').filter((line) => line !== '');
    const line = lines.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
    for (const [runAt, run] of BAIT.entries()) {
      if (process.argv[3] !== 'all' && (at + runAt) % 4 !== 0) continue;
      const text = run.repeat(Math.ceil(20_000 / run.length));
      const spots = [0, 0.1, 0.35, 0.7].map((share) => Math.floor(line.length * share));
      yield [
        `${kind} ${JSON.stringify(run)}`,
        [...lines.slice(0, 3), ...spots.map((spot) => line.slice(0, spot) + text + line.slice(spot)), text].join('\n'),
      ];
    }
  }
}

const PARTS = { nesting, bombs, 'long-lines': longLines, bait };
const part = process.argv[2];
assert.ok(part !== undefined && part in PARTS, `one of ${Object.keys(PARTS).join(', ')}`);
for (const [name, bytes] of PARTS[part as keyof typeof PARTS]()) {
  const started = performance.now();
  process.stdout.write(`${name} `);
  const { findings, ask } = await contractOf(bytes);
  assert.ok(findings.length > 0 || ask.length > 0);
  process.stdout.write(`${Math.round(performance.now() - started)} ms\n`);
}
console.log('done');
