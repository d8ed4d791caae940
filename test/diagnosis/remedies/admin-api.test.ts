// Every call of the Admin API that a remedy shows exists in Kong's OpenAPI, and its body has known fields of the right type.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { type AdminCall, adminCall, bareRemedies, caseRemedies, run, type Shown } from './material.ts';

const folder = join(import.meta.dirname, '../../../../shared/reference/admin-api');
const skip = existsSync(folder) ? false : 'no OpenAPI beside this checkout';
const FILES = ['admin-ee-3.15', 'admin-oss-3.9', 'openid-connect-3.15'] as const;
/** Paths of Kong that the published OpenAPI leaves out: credentials of the oauth2 plugin. */
const BEYOND = /^\/consumers\/[^/]+\/oauth2(?:\/[^/]+)?$/;

interface Operation {
  readonly file: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly methods: ReadonlySet<string>;
  /** JSON pointer of the body's schema by method. */
  readonly bodies: Readonly<Record<string, string>>;
}

/** Every field is optional in a PATCH, and `oneOf` of two kinds of routes cannot hold for fields that both have. */
function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'required' && Array.isArray(inner)) && key !== 'discriminator')
      .map(([key, inner]) => [key === 'oneOf' ? 'anyOf' : key, relaxed(inner)]),
  );
}

function escaped(pointer: string): string {
  return encodeURIComponent(pointer.replaceAll('~', '~0').replaceAll('/', '~1'));
}

suite('calls of the Admin API', { skip }, () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  const operations: Operation[] = [];
  const validators = new Map<string, ValidateFunction>();

  before(() => {
    for (const file of FILES) {
      const document = relaxed(parse(readFileSync(join(folder, `${file}.openapi.yaml`), 'utf8'))) as {
        paths: Record<string, Record<string, { requestBody?: { $ref?: string; content?: object } }>>;
      };
      ajv.addSchema(document, file);
      for (const [template, item] of Object.entries(document.paths)) {
        const methods = Object.keys(item).filter((name) => ['get', 'post', 'put', 'patch', 'delete'].includes(name));
        const bodies = Object.fromEntries(
          methods.flatMap((method) => {
            const content = item[method]?.requestBody?.content ?? {};
            return 'application/json' in content
              ? [
                  [
                    method,
                    `${file}#/paths/${escaped(template)}/${method}/requestBody/content/${escaped('application/json')}/schema`,
                  ],
                ]
              : [];
          }),
        );
        const pattern = new RegExp(`^${template.replace(/\{[^}]*\}/g, '[^/]+')}$`);
        operations.push({ file, template, pattern, methods: new Set(methods), bodies });
      }
    }
  });

  function fault(call: AdminCall): string | undefined {
    if (BEYOND.test(call.path)) return undefined;
    const method = call.method.toLowerCase();
    const [operation] = operations
      .filter(({ pattern, methods }) => pattern.test(call.path) && methods.has(method))
      .sort((one, other) => one.template.split('{').length - other.template.split('{').length);
    if (operation === undefined) return `no ${call.method} ${call.path}`;
    const pointer = operation.bodies[method];
    if (call.body === undefined || pointer === undefined) return undefined;
    let validate = validators.get(pointer);
    if (validate === undefined) {
      validate = ajv.compile({ $ref: pointer });
      validators.set(pointer, validate);
    }
    return validate(call.body) ? undefined : `${call.method} ${call.path}: ${JSON.stringify(validate.errors)}`;
  }

  function callsOf(shown: Shown): readonly AdminCall[] {
    return run(shown.snippets['admin-api'] ?? '').commands.flatMap((words) => adminCall(words) ?? []);
  }

  test('an invented path, method or field is noticed', () => {
    assert.ok(fault({ method: 'PATCH', path: '/routes/x', body: { no_such_field: true } }) !== undefined);
    assert.ok(fault({ method: 'PATCH', path: '/routes/x', body: { preserve_host: 'yes' } }) !== undefined);
    assert.ok(fault({ method: 'PUT', path: '/cache' }) !== undefined);
    assert.equal(fault({ method: 'PATCH', path: '/routes/x', body: { preserve_host: true } }), undefined);
  });

  test('of bare facts', () => {
    const calls = [undefined, '3.4.3', '3.15.0.1'].flatMap((version) => bareRemedies(version).flatMap(callsOf));
    for (const call of calls) assert.equal(fault(call), undefined);
    assert.ok(calls.length > 100, `only ${calls.length} calls`);
  });

  test('of every case', async () => {
    let looked = 0;
    for (const shown of await caseRemedies()) {
      for (const call of callsOf(shown)) {
        assert.equal(fault(call), undefined, `${shown.from}, ${shown.title}`);
        looked++;
      }
    }
    assert.ok(looked > 100, `only ${looked} calls`);
  });
});
