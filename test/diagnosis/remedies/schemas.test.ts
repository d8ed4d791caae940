// Every plugin configuration of every remedy is valid by Kong's published schemas; every curl is valid shell.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { CAUSES } from '../../../src/diagnosis/causes/index.ts';
import { FactCollector } from '../../../src/diagnosis/facts/collect.ts';
import { adminApiSnippet } from '../../../src/diagnosis/remedies/flavours/admin-api.ts';
import type { RemedyDraft } from '../../../src/diagnosis/remedies/remedy.ts';
import { renderSnippets } from '../../../src/diagnosis/remedies/render.ts';

/** Fields that Kong accepts though the published schema leaves them out: shorthands of newer names. */
const SHORTHANDS = new Set(['consumer_claim']);
const schemas = join(import.meta.dirname, '../../../../shared/reference/schemas');

/** All remedies for a paste in which this version was seen. */
function draftsFor(version: string): readonly RemedyDraft[] {
  const collector = new FactCollector();
  collector.add({ kind: 'node', version, sighting: { place: { source: 'paste', line: 1 }, excerpt: '' } });
  const facts = collector.facts(undefined);
  return [...new Set(CAUSES.flatMap((cause) => cause.remedies))].flatMap((remedy) => remedy(facts) ?? []);
}
const drafts = draftsFor('3.15.0.1');

function fileOf(plugin: string): string {
  return `${plugin
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}.json`;
}

for (const version of ['3.4', '3.15']) {
  test(`plugin configurations are valid by the schemas of ${version}`, {
    skip: existsSync(schemas) ? false : 'no schemas beside this checkout',
  }, () => {
    let validated = 0;
    for (const change of draftsFor(version).flatMap((draft) => draft.changes)) {
      if (change.on !== 'plugin') continue;
      const path = join(schemas, version, fileOf(change.plugin));
      if (!existsSync(path)) continue;
      const schema = JSON.parse(readFileSync(path, 'utf8')) as { properties: { config: object } };
      const known = Object.keys((schema.properties.config as { properties?: object }).properties ?? {});
      for (const field of Object.keys(change.config))
        assert.ok(known.includes(field) || SHORTHANDS.has(field), `${change.plugin} ${version} has no field ${field}`);
      const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile({
        ...schema.properties.config,
        required: [],
      });
      assert.ok(validate(change.config), `${change.plugin}: ${JSON.stringify(validate.errors)}`);
      validated++;
    }
    assert.ok(validated >= 15, `only ${validated} were validated`);
  });
}

test('every Admin API snippet is valid shell', () => {
  for (const draft of drafts) {
    const snippet = renderSnippets(draft)['admin-api'];
    if (snippet === undefined) continue;
    const run = spawnSync('bash', ['-n'], { input: snippet, encoding: 'utf8' });
    assert.equal(run.status, 0, `${draft.title}: ${run.stderr}\n${snippet}`);
  }
});

test('every decK and Kubernetes snippet is YAML', () => {
  for (const draft of drafts) {
    const snippets = renderSnippets(draft);
    for (const text of [snippets.deck, snippets.kubernetes]) {
      if (text === undefined) continue;
      const documents = parseAllDocuments(text);
      for (const document of Array.isArray(documents) ? documents : [])
        assert.deepEqual(document.errors, [], draft.title);
    }
  }
});

test('a name from a paste cannot become a command', () => {
  const nameOrId = `it's $(touch /tmp/x) "q" \`id\` ; ü`;
  const snippet =
    adminApiSnippet({ on: 'route', nameOrId, how: 'update', fields: { preserve_host: true, name: nameOrId } }) ?? '';
  const run = spawnSync('bash', ['-c', `curl() { printf '%s\\n' "$@"; }\n${snippet}`], { encoding: 'utf8' });
  const words = run.stdout.trimEnd().split('\n');
  assert.ok(
    words.includes(`http://localhost:8001/routes/${encodeURIComponent(nameOrId).replaceAll("'", '%27')}`),
    run.stdout,
  );
  assert.deepEqual(JSON.parse(words.at(-1) ?? ''), { preserve_host: true, name: nameOrId });
});
