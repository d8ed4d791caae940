// The house's own rules that no linter knows: lists, files, pages and examples agree.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CAUSES } from '../src/diagnosis/causes/index.ts';
import { diagnose } from '../src/diagnosis/diagnose.ts';
import { ALL_KNOWN_ISSUES } from '../src/diagnosis/known-issues/index.ts';
import { CORE_COMPONENTS } from '../src/diagnosis/known-issues/known-issue.ts';
import { CAUSE_NAMES, CAUSES_BY_HOP, HOPS, hopOf } from '../src/diagnosis/names.ts';
import { ALL_PHRASES } from '../src/diagnosis/phrasebook/index.ts';
import { PLUGIN_NAMES } from '../src/diagnosis/readers/configs/plugin-names.ts';

const root = join(import.meta.dirname, '..');
const diagnosisRoom = join(root, 'src/diagnosis');

test('every cause has its file in the folder of its hop, and no file is left over', () => {
  for (const hop of HOPS) {
    const files = readdirSync(join(diagnosisRoom, 'causes', hop)).sort();
    assert.deepEqual(files, CAUSES_BY_HOP[hop].map((name) => `${name}.ts`).sort());
  }
  assert.deepEqual(CAUSES.map((cause) => cause.name).sort(), [...CAUSE_NAMES].sort());
});

test('every page is complete and speaks in sentences', () => {
  for (const cause of CAUSES) {
    const sentences = [cause.page.what, cause.page.why, ...cause.page.confirm, ...cause.page.fix, ...cause.checks];
    assert.ok(cause.page.confirm.length > 0 && cause.page.fix.length > 0 && cause.checks.length > 0, cause.name);
    for (const sentence of sentences) assert.match(sentence, /[.)`]$/, `${cause.name}: ${sentence}`);
    assert.ok(cause.remedies.length > 0, `${cause.name} has no remedy`);
    assert.ok(cause.title.split(' ').length <= 9, `${cause.name}: the title is long`);
    assert.ok(!cause.yieldsTo.includes(cause.name), `${cause.name} yields to itself`);
  }
});

for (const cause of CAUSES) {
  test(`the example of ${cause.name} puts it first`, async () => {
    const diagnosis = await diagnose([{ source: 'example', bytes: cause.example }], { key: new Uint8Array(32) });
    assert.equal(
      diagnosis.findings[0]?.cause,
      cause.name,
      JSON.stringify(diagnosis.findings.map((finding) => [finding.cause, finding.confidence])),
    );
    assert.equal(diagnosis.findings[0]?.layer, hopOf(cause.name));
  });
}

test('every phrase has versions, a meaning that is a sentence, a source, and stands once', () => {
  const seen = new Set<string>();
  for (const phrase of ALL_PHRASES) {
    assert.ok(phrase.versions !== '' && phrase.source !== '', phrase.text);
    assert.match(phrase.means, /[.!?)]$/, phrase.means);
    const key = [
      phrase.component,
      phrase.where,
      phrase.versions,
      phrase.text.toLowerCase(),
      phrase.status ?? '',
      phrase.code ?? '',
      phrase.points,
    ].join('|');
    assert.ok(!seen.has(key), `twice: ${key}`);
    seen.add(key);
  }
});

test('every known issue has versions, causes, a source and a sentence, and stands once in the file of its component', () => {
  const files = readdirSync(join(diagnosisRoom, 'known-issues'));
  const seen = new Set<string>();
  for (const row of ALL_KNOWN_ISSUES) {
    const versions = 'fixedIn' in row ? row.fixedIn : row.changedIn;
    assert.ok(versions.length > 0 && row.source !== '', row.text);
    for (const version of [...versions, ...(row.since === undefined ? [] : [row.since])])
      assert.match(version, /^\d{1,2}\.\d{1,2}\.\d{1,2}(?:\.\d{1,2})?$/, row.text);
    assert.ok(row.causes.length > 0 && row.causes.every((cause) => CAUSE_NAMES.includes(cause)), row.text);
    assert.match(row.text, /^\S.*\.$/, row.text);
    for (const mark of row.marks ?? []) assert.match(mark, /^[a-z0-9_-]+$/, `${row.text}: a mark is one word`);
    assert.ok(
      PLUGIN_NAMES.has(row.component) || (CORE_COMPONENTS as readonly string[]).includes(row.component),
      row.component,
    );
    assert.ok(files.includes(`${row.component}.ts`), row.component);
    const key = `${row.component}|${versions.join()}|${row.text}`;
    assert.ok(!seen.has(key), `twice: ${key}`);
    seen.add(key);
  }
});

test('every room of the ground floor has its own arrow rule', () => {
  const config = JSON.parse(readFileSync(join(root, '.biome.json'), 'utf8')) as { overrides: { includes: string[] }[] };
  const ruled = config.overrides.flatMap((override) => override.includes);
  const rooms = readdirSync(diagnosisRoom, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && readdirSync(join(diagnosisRoom, entry.name)).length > 0,
  );
  for (const room of rooms) assert.ok(ruled.includes(`src/diagnosis/${room.name}/**`), `${room.name} has no rule`);
});

test('every remedy file exports one remedy that a cause uses', () => {
  const used = new Set(CAUSES.flatMap((cause) => cause.remedies.map((remedy) => remedy.name)));
  for (const file of readdirSync(join(diagnosisRoom, 'remedies')).filter((name) =>
    /^(?!change|remedy|render|names-from)[a-z-]+\.ts$/.test(name),
  )) {
    const name = file.replace('.ts', '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    assert.ok(used.has(name), `${file} is used by no cause`);
  }
});

test('the diagnosis room reads no clock, no environment and no file', () => {
  for (const file of readdirSync(diagnosisRoom, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  )) {
    const text = readFileSync(join(diagnosisRoom, file), 'utf8');
    assert.doesNotMatch(text, /\bDate\.now\b|\bprocess\.|\bnew Date\(\)|from 'node:fs/, file);
  }
});

test('README names every top-level folder of src', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true })) {
    if (entry.isDirectory() && existsSync(join(root, 'src', entry.name)))
      assert.ok(readme.includes(`${entry.name}/`), `${entry.name} is not in README`);
  }
});
