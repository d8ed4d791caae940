// Every plugin configuration of every remedy, in every notation, is valid by Kong's published schemas.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { adminCall, bareRemedies, caseRemedies, documentsOf, draftsFor, run, type Shown } from './material.ts';

/** Fields that Kong accepts though the published schema leaves them out: shorthands of newer names. */
const SHORTHANDS = new Set(['consumer_claim']);
const schemas = join(import.meta.dirname, '../../../../shared/reference/schemas');
const skip = existsSync(schemas) ? false : 'no schemas beside this checkout';
const VERSIONS = ['3.4', '3.15'] as const;

interface Configured {
  readonly plugin: string;
  readonly config: Readonly<Record<string, unknown>>;
}

interface Schema {
  readonly validate: ValidateFunction;
  readonly fields: ReadonlySet<string>;
}
const compiled = new Map<string, Schema | undefined>();

function schemaOf(plugin: string, version: string): Schema | undefined {
  const key = `${version} ${plugin}`;
  if (!compiled.has(key)) compiled.set(key, loaded(plugin, version));
  return compiled.get(key);
}

function loaded(plugin: string, version: string): Schema | undefined {
  const words = plugin.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const path = [words.join(''), plugin.toUpperCase()]
    .map((name) => join(schemas, version, `${name}.json`))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) return undefined;
  const { properties } = JSON.parse(readFileSync(path, 'utf8')) as {
    properties: { config: { properties?: object } };
  };
  return {
    fields: new Set(Object.keys(properties.config.properties ?? {})),
    validate: new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile({
      ...properties.config,
      required: [],
    }),
  };
}

/** What is wrong with a configuration by the schema of a version; undefined when nothing is or no schema is there. */
function fault({ plugin, config }: Configured, version: string): string | undefined {
  const schema = schemaOf(plugin, version);
  if (schema === undefined) return undefined;
  const unknown = Object.keys(config).find((field) => !schema.fields.has(field) && !SHORTHANDS.has(field));
  if (unknown !== undefined) return `${plugin} ${version} has no field ${unknown}`;
  return schema.validate(config) ? undefined : `${plugin} ${version}: ${JSON.stringify(schema.validate.errors)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Plugin configurations of a remedy's YAML. */
function configuredIn(shown: Shown): readonly Configured[] {
  const found: Configured[] = [];
  const add = (plugin: unknown, config: unknown): void => {
    if (typeof plugin === 'string' && isRecord(config)) found.push({ plugin, config });
  };
  for (const document of documentsOf(shown.snippets.kubernetes ?? '')) {
    if (isRecord(document)) add(document.plugin, document.config);
  }
  for (const document of documentsOf(shown.snippets.deck ?? '')) {
    if (!isRecord(document) || !Array.isArray(document.plugins)) continue;
    for (const plugin of document.plugins) if (isRecord(plugin)) add(plugin.name, plugin.config);
  }
  return found;
}

for (const version of VERSIONS) {
  test(`plugin configurations for Kong ${version} are valid by its schemas`, { skip }, () => {
    let validated = 0;
    for (const change of draftsFor(version).flatMap((draft) => draft.changes)) {
      if (change.on !== 'plugin' || schemaOf(change.plugin, version) === undefined) continue;
      assert.equal(fault(change, version), undefined);
      validated++;
    }
    assert.ok(validated >= 15, `only ${validated} were validated`);
  });

  test(`decK, KongPlugin and curl say the same for Kong ${version}`, { skip }, () => {
    for (const shown of bareRemedies(version)) {
      const inYaml = configuredIn(shown);
      for (const one of inYaml) assert.equal(fault(one, version), undefined, shown.title);
      const bodies = run(shown.snippets['admin-api'] ?? '')
        .commands.map((words) => adminCall(words)?.body)
        .filter((body) => isRecord(body) && isRecord(body.config) && Object.keys(body.config).length > 0);
      for (const body of bodies)
        if (isRecord(body) && configuredIn(shown).length > 0)
          assert.ok(
            inYaml.some((one) => JSON.stringify(one.config) === JSON.stringify(body.config)),
            `${shown.title}: ${JSON.stringify(body.config)} only as curl`,
          );
    }
  });
}

test('plugin configurations of the cases’ remedies are valid by the schemas of 3.4 or of 3.15', { skip }, async () => {
  let validated = 0;
  for (const shown of await caseRemedies()) {
    for (const one of configuredIn(shown)) {
      const faults = VERSIONS.map((version) => fault(one, version));
      assert.ok(faults.includes(undefined), `${shown.from}, ${shown.title}: ${faults.join('\n')}`);
      validated++;
    }
  }
  assert.ok(validated > 100, `only ${validated} were validated`);
});
