// The command as people run it: exit status, formats, bad input.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DiagnosisJson } from '../../src/render/json.ts';
import { atTerminal } from '../support/at-terminal.ts';

const root = join(import.meta.dirname, '../..');
const sample = 'test/samples/intermittent-401.log';

function kongauth(args: readonly string[], input?: string | Uint8Array) {
  const run = spawnSync(process.execPath, ['src/kongauth.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

test('the sample incident: cause, evidence and a snippet', () => {
  const { status, out } = kongauth(['diagnose', sample]);
  assert.equal(status, 0);
  assert.match(out, /consumer-subset-failing/);
  assert.match(out, /partner-acme: 20 of 20 failed; all others: 0 of 40/);
  assert.match(out, /curl -s -X POST 'http:\/\/localhost:8001\/consumers\/partner-acme\/key-auth'/);
});

test('JSON is of the contract', () => {
  const { out } = kongauth(['diagnose', sample, '--format', 'json']);
  assert.equal(DiagnosisJson.parse(JSON.parse(out)).traffic.requests, 60);
});

test('markdown and slack render', () => {
  assert.match(kongauth(['diagnose', sample, '--format', 'markdown']).out, /^\*\*The upstream answered/);
  const message = JSON.parse(kongauth(['diagnose', sample, '--format', 'slack']).out) as {
    blocks: unknown[];
    text: string;
  };
  assert.ok(message.blocks.length > 3 && message.text.length > 20);
});

test('the flavour decides the snippet', () => {
  assert.match(kongauth(['diagnose', sample, '--flavour', 'deck']).out, /_format_version: "3\.0"/);
  assert.match(kongauth(['diagnose', sample, '--flavour', 'kubernetes']).out, /konghq\.com\/credential: key-auth/);
});

test('standard input, gzip and zstd read alike', () => {
  const text =
    '< HTTP/1.1 401 Unauthorized\n< Server: kong/3.9.1\n< X-Kong-Response-Latency: 1\n<\n{"message":"Invalid signature"}\n';
  for (const input of [
    text,
    gzipSync(text),
    zstdCompressSync(Buffer.from(text)),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
  ]) {
    const { status, out } = kongauth(['diagnose', '-', '--format', 'json'], input);
    assert.equal(status, 0);
    assert.equal(DiagnosisJson.parse(JSON.parse(out)).findings[0]?.cause, 'token-signature-invalid');
  }
});

test('--fail-on sets the exit status', () => {
  assert.equal(kongauth(['diagnose', sample, '--fail-on', '0.5']).status, 1);
  assert.equal(kongauth(['diagnose', sample, '--fail-on', '0.99']).status, 0);
});

test('usage and unreadable input: status 2 and one line', async () => {
  const { status, out, err } = kongauth(['diagnose', 'no-such-file.log']);
  assert.deepEqual([status, out], [2, '']);
  assert.equal(err, 'kongauth: no-such-file.log cannot be read: there is no such file.\n');
  for (const args of [
    ['diagnose', '--format', 'xml', sample],
    ['diagnose', 'test/samples/no-such-file.log'],
    ['diagnose', join(root, 'src')],
    ['explain', 'no-such-cause'],
    ['frobnicate'],
    ['diagnose', '--now', 'soon', sample],
    ['diagnose', '--now', '1', sample],
    ['diagnose', '--bogus'],
    ['diagnose', '--format'],
    ['diagnose', '--fail-on', '', sample],
    ['redact', sample, sample],
    ['inspect', 'route', 'orders'],
    ['digest', 'now'],
    [],
  ]) {
    const { status, out, err } = await atTerminal(args);
    assert.equal(status, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, /^kongauth: [^\n]+\n$/, args.join(' '));
  }
});

test('bad input: no crash, no finding, and what to paste instead', () => {
  const inputs: readonly (string | Uint8Array)[] = [
    '',
    '\n\n\n',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]),
    Buffer.alloc(5000, 0),
    '[['.repeat(50_000),
    `a: &a [x]\n${Array.from({ length: 2000 }, (_, at) => `b${at}: [*a, *a, *a, *a]`).join('\n')}`,
    'x'.repeat(10_000_000),
    gzipSync('hello').subarray(0, 12),
  ];
  for (const input of inputs) {
    const { status, out } = kongauth(['diagnose', '-', '--format', 'json'], input);
    assert.equal(status, 0);
    const diagnosis = DiagnosisJson.parse(JSON.parse(out));
    assert.deepEqual(diagnosis.findings, []);
    assert.ok(diagnosis.ask.length > 0);
  }
});

test('help is no mistake', async () => {
  for (const args of [['help'], ['--help'], ['diagnose', '--help']]) {
    const { status, out, err } = await atTerminal(args);
    assert.equal(status, 0);
    assert.match(out, /--fail-on CONFIDENCE/);
    assert.equal(err, '');
  }
});

test('a reader that closes the pipe ends the command without a complaint', () => {
  const { stderr, status } = spawnSync('sh', ['-c', `"$0" src/kongauth.js redact | head -c 10`, process.execPath], {
    cwd: root,
    encoding: 'utf8',
    input: 'a line of nothing\n'.repeat(200_000),
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('explain lists all causes and shows a page', async () => {
  assert.match((await atTerminal(['explain'])).out, /token-cache-stale/);
  assert.match((await atTerminal(['explain', 'token-cache-stale'])).out, /cache_ttl/);
});

test('redact reads what diagnose reads', () => {
  const text = 'client_secret:\n- s3cr3t-value-1234\n';
  for (const input of [gzipSync(text), zstdCompressSync(Buffer.from(text)), Buffer.from(`\ufeff${text}`, 'utf16le')])
    assert.match(kongauth(['redact'], input).out, /^client_secret:\n- \[client-secret fp:[0-9a-f]{8}\]\n$/);
});

test('redact replaces secrets and keeps the rest', () => {
  const { out } = kongauth(['redact'], 'host: api.example.com\nclient_secret: s3cr3t-value-1234\n');
  assert.match(out, /^host: api\.example\.com\nclient_secret: \[client-secret fp:[0-9a-f]{8}\]\n$/);
});
