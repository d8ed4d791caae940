// Kong's published OpenAPI of the Admin API as a judge: is a request documented, and does an answer have the documented form.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

const FOLDER = join(import.meta.dirname, '../../../shared/reference/admin-api');
/** The strictest first: it alone judges bodies. */
const FILES = ['admin-ee-3.15', 'admin-oss-3.9', 'openid-connect-3.15'] as const;
/** Collections whose pages the published OpenAPI leaves out. */
const PAGED = new Set(['/clustering/data-planes']);
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Paths of Kong that the published OpenAPI leaves out. */
const BEYOND: readonly RegExp[] = [
  /^\/consumers\/[^/]+\/(?:oauth2|key-auth-enc)(?:\/[^/]+)?$/,
  /^\/(?:oauth2|oauth2_tokens|key-auths-enc|hmac-auths|endpoints)(?:\/[^/]+)?$/,
  /^\/upstreams\/[^/]+\/(?:health|targets\/all)$/,
  /^\/plugins\/enabled$/,
  // As Kong 3.9.3 lists them in /endpoints.
  /^\/(?:jwts|basic-auths|hmac-auths)\/[^/]+\/consumer$/,
];

/** For `skip` of a test: why nothing can be judged, or false. */
export const noOpenApi: string | false = existsSync(FOLDER) ? false : 'no OpenAPI beside this checkout';

export interface AdminRequest {
  readonly method: string;
  /** Without workspace, base and query; segments encoded. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Parsed JSON. */
  readonly body?: unknown;
}

/** What is wrong, in words; undefined when nothing is. */
export interface AdminOpenApi {
  readonly requestFault: (request: AdminRequest) => string | undefined;
  /** Judges documented statuses only: 404 of an unknown name has no schema. */
  readonly answerFault: (request: AdminRequest, status: number, answer: unknown) => string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly file: string;
  readonly template: string;
  readonly pattern: RegExp;
  readonly method: string;
  readonly parameters: ReadonlyMap<string, string | undefined>;
  /** Pointers to schemas: of the body, and of the answers by status. */
  readonly body: string | undefined;
  readonly answers: ReadonlyMap<string, string>;
}

/** Every field is optional in a PATCH, and `oneOf` of two kinds of routes cannot hold for fields that both have. */
function relaxed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relaxed);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'required' && Array.isArray(inner)) && key !== 'discriminator')
      .map(([key, inner]) => [key === 'oneOf' ? 'anyOf' : key, relaxed(inner)]),
  );
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function child(value: unknown, key: string): unknown {
  return Array.isArray(value) ? value[Number(key)] : isJson(value) ? value[key] : undefined;
}

/** A pointer with its value, `$ref` followed. */
function resolved(document: unknown, pointer: readonly string[]): readonly string[] {
  const reference = child(valueAt(document, pointer), '$ref');
  if (typeof reference !== 'string') return pointer;
  const keys = reference.slice('#/'.length).split('/');
  return resolved(
    document,
    keys.map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}

function valueAt(document: unknown, pointer: readonly string[]): unknown {
  return pointer.reduce(child, document);
}

function written(file: string, pointer: readonly string[]): string {
  const keys = pointer.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')));
  return `${file}#/${keys.join('/')}`;
}

function operationsOf(file: string, document: Json): readonly Operation[] {
  const schemaAt = (owner: readonly string[]): string | undefined => {
    const pointer = [...resolved(document, owner), 'content', 'application/json', 'schema'];
    return valueAt(document, pointer) === undefined ? undefined : written(file, pointer);
  };
  return Object.entries(document.paths as Json).flatMap(([template, item]) => {
    // A workspace is taken off before the path is judged: left in, its placeholder would fit anything.
    if (template.startsWith('/{workspace}')) return [];
    const pattern = new RegExp(`^${template.replace(/\{[^}]*\}/g, '[^/]+')}$`);
    return METHODS.filter((method) => child(item, method) !== undefined).map((method): Operation => {
      const at = ['paths', template, method];
      const parameters = [
        ['paths', template, 'parameters'],
        [...at, 'parameters'],
      ].flatMap((list) => {
        const given = valueAt(document, list);
        if (!Array.isArray(given)) return [];
        return given.flatMap((_, index): [string, string | undefined][] => {
          const pointer = resolved(document, [...list, String(index)]);
          const { in: place, name, schema } = valueAt(document, pointer) as Json;
          if (place !== 'query') return [];
          return [[String(name), schema === undefined ? undefined : written(file, [...pointer, 'schema'])]];
        });
      });
      const answers = Object.keys((child(child(item, method), 'responses') ?? {}) as Json).flatMap(
        (status): [string, string][] => {
          const schema = schemaAt([...at, 'responses', status]);
          return schema === undefined ? [] : [[status, schema]];
        },
      );
      return {
        ...{ file, template, pattern, method },
        parameters: new Map(parameters),
        body: schemaAt([...at, 'requestBody']),
        answers: new Map(answers),
      };
    });
  });
}

/** Kong writes every unset field as null, which its schemas rarely say. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJson(value)) return value;
  const set = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(set.map(([key, inner]) => [key, withoutNulls(inner)]));
}

let known: AdminOpenApi | undefined;

/** The judge, read once a process; undefined where the files are not beside this checkout. */
export function adminOpenApi(): AdminOpenApi | undefined {
  if (noOpenApi !== false) return undefined;
  known ??= load();
  return known;
}

function load(): AdminOpenApi {
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, coerceTypes: false });
  const lenient = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, coerceTypes: true });
  const operations = FILES.flatMap((file) => {
    const document = relaxed(parse(readFileSync(join(FOLDER, `${file}.openapi.yaml`), 'utf8'))) as Json;
    ajv.addSchema(document, file);
    lenient.addSchema(document, file);
    return operationsOf(file, document);
  });
  const compiled = new Map<string, ValidateFunction>();
  const errorsOf = (judge: Ajv, pointer: string, value: unknown): string | undefined => {
    const key = `${judge === ajv} ${pointer}`;
    const validate = compiled.get(key) ?? judge.compile({ $ref: pointer });
    compiled.set(key, validate);
    return validate(value) ? undefined : JSON.stringify(validate.errors?.slice(0, 3));
  };
  /** Of both editions; a path with fewer placeholders wins over one that only fits. */
  const documented = ({ method, path }: AdminRequest): readonly Operation[] => {
    const fitting = operations.filter((one) => one.method === method.toLowerCase() && one.pattern.test(path));
    const fewest = Math.min(...fitting.map(({ template }) => template.split('{').length));
    return fitting.filter(({ template }) => template.split('{').length === fewest);
  };
  const inAny = (found: readonly Operation[], faultIn: (operation: Operation) => string | undefined) => {
    const faults = found.map(faultIn);
    return faults.includes(undefined) ? undefined : faults[0];
  };
  const requestFault = (request: AdminRequest): string | undefined => {
    if (BEYOND.some((pattern) => pattern.test(request.path))) return undefined;
    const call = `${request.method} ${request.path}`;
    const found = documented(request);
    if (found.length === 0) return `no ${call}`;
    const odd = inAny(found, ({ parameters, template }) => {
      for (const [name, value] of request.query ?? []) {
        if (PAGED.has(template) && ['size', 'offset'].includes(name)) continue;
        if (!parameters.has(name)) return `${call} has no parameter ${name}`;
        const schema = parameters.get(name);
        const errors = schema === undefined ? undefined : errorsOf(lenient, schema, value);
        if (errors !== undefined) return `${call}?${name}: ${errors}`;
      }
      return undefined;
    });
    const schema = found[0]?.body;
    if (odd !== undefined || request.body === undefined || schema === undefined) return odd;
    const errors = errorsOf(ajv, schema, request.body);
    return errors === undefined ? undefined : `${call}: ${errors}`;
  };
  const answerFault = (request: AdminRequest, status: number, answer: unknown): string | undefined => {
    if (BEYOND.some((pattern) => pattern.test(request.path))) return undefined;
    return inAny(documented(request), ({ answers }) => {
      const schema = answers.get(String(status));
      const errors = schema === undefined ? undefined : errorsOf(ajv, schema, withoutNulls(answer));
      return errors === undefined ? undefined : `${status} to ${request.method} ${request.path}: ${errors}`;
    });
  };
  return { requestFault, answerFault };
}
