// JSON and YAML as people paste them; exact places; nothing hostile hangs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documentsOf } from '../../../../src/diagnosis/readers/configs/document.ts';
import { partOf } from '../observe.ts';

const values = (text: string): readonly unknown[] => documentsOf(partOf(text, 'yaml')).map(({ value }) => value);

test('comments, trailing commas, single quotes and bare keys in JSON', () => {
  assert.deepEqual(values('{\'a\': 1, // one\n b: [1, 2,], /* two */ "c": None,}'), [{ a: 1, b: [1, 2], c: null }]);
});

test('JSON that is cut off gives what there is, and says so', () => {
  const [document] = documentsOf(partOf('{\n "name": "jwt",\n "config": {\n  "key_claim_name": "kid",\n  "cl', 'json'));
  assert.deepEqual(document?.value, { name: 'jwt', config: { key_claim_name: 'kid' } });
  assert.ok((document?.problems.length ?? 0) > 0);
});

test('a JSON fragment without its braces', () => {
  assert.deepEqual(values('"name": "jwt",\n"config": {"anonymous": null}'), [
    { name: 'jwt', config: { anonymous: null } },
  ]);
});

test('YAML whose first line lost its indentation, with tabs and an ellipsis', () => {
  assert.deepEqual(values('- name: jwt\n      config:\n        anonymous: x\n      enabled: true'), [
    [{ name: 'jwt', config: { anonymous: 'x' }, enabled: true }],
  ]);
  assert.deepEqual(values('services:\n  - name: a\n    ...\n    url: b'), [{ services: [{ name: 'a', url: 'b' }] }]);
  assert.deepEqual(values('plugins:\n- name: a\n\tenabled: true'), [{ plugins: [{ name: 'a', enabled: true }] }]);
});

test('every value of JSON on one line has its own excerpt', () => {
  const [document] = documentsOf(partOf(readFileSync('test/fixtures/kong/admin/plugins.json', 'utf8'), 'json'));
  const { excerpt, place } = document?.sightingOf('data.0.config.hide_credentials') ?? assert.fail('no document');
  assert.equal(excerpt, '"hide_credentials":false');
  assert.equal(place.line, 1);
});

test('an excerpt never ends inside a value', () => {
  const secret = 's'.repeat(900);
  const [document] = documentsOf(partOf(`{"name":"x","client_secret":"${secret}"}`, 'json'));
  for (const path of ['', 'client_secret'])
    assert.ok(!document?.sightingOf(path).excerpt.includes('sss'), 'half a secret would not be recognised');
});

test('places in YAML are the lines of the paste', () => {
  const [document] = documentsOf(
    partOf('plugins:\n# here\n- name: jwt\n  config:\n    claims_to_verify:\n    - exp\n', 'yaml'),
  );
  assert.equal(document?.sightingOf('plugins.0.config.claims_to_verify.0').place.line, 6);
  assert.equal(document?.sightingOf('plugins.0.config.claims_to_verify').place.line, 5);
  assert.equal(document?.sightingOf('plugins.0.config.nothing').place.line, 4, 'the nearest parent');
});

test('a text inside a document is a part with the lines of the document', () => {
  const [document] = documentsOf(partOf('data:\n  kong.yml: |\n    a: 1\n    b: 2\n', 'yaml'));
  const inner = document?.partAt('data.kong.yml');
  assert.equal(inner?.text, 'a: 1\nb: 2');
  assert.deepEqual(
    inner?.lines.map(({ number }) => number),
    [3, 4],
  );
});

// What is quadratic hangs for minutes or exhausts memory; the limit is only there to end that.
test('hostile input neither hangs nor throws', { timeout: 240_000 }, () => {
  const laughs = `a: &a ["x","x"]\n${[...'bcdefghij'].map((key, at) => `${key}: &${key} [${`*${'abcdefghi'[at]},`.repeat(9)}]`).join('\n')}`;
  for (const text of [
    laughs,
    '['.repeat(100_000),
    '{"a":'.repeat(100_000),
    `${'- '.repeat(20_000)}a`,
    Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
    `{"a":"${'\\'.repeat(1_000_000)}`,
    `{${'"a":1,'.repeat(100_000)}`,
    '\u0000\u0001\ufffd{]',
    `{"__proto__":{"admin":true}}`,
  ])
    documentsOf(partOf(text, 'json'));
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

test('many documents, anchors and errors are read to their end', { timeout: 240_000 }, () => {
  const counts = [
    '---\na: 1\n'.repeat(20_000),
    Array.from({ length: 20_000 }, (_, at) => `a${at}: &x${at} v`).join('\n'),
    'a: b: c: d\n'.repeat(20_000),
    "k: 'unclosed\n".repeat(20_000),
  ].map((text) => documentsOf(partOf(text, 'yaml')).length);
  // Of a stream the first 5000 documents; 20,000 anchors give none, errors give one document that has them.
  assert.deepEqual(counts, [5000, 0, 1, 1]);
});
