// Settings inside deployments: compose environments, Helm values, env lists of Kubernetes containers; images name versions.
import type { SettingObservation } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { isConfName, isTellingConfName, versionOfImage } from './conf-names.ts';
import { readDeck } from './deck.ts';
import { documentsOf, isRecord, reportProblems, type StructuredDocument, textOf } from './document.ts';
import { emitVariable, isApiKeyVariable, isSigningSecret } from './environment.ts';
import { emitSetting } from './settings.ts';

const DEPTH_LIMIT = 16;
const SETTING_LIMIT = 1000;

interface Walk {
  readonly document: StructuredDocument;
  readonly reading: Reading;
  found: number;
}

/**
 * Reads every KONG_* variable in a structured document: maps and lists of compose, name and value of containers
 * (Kubernetes, ECS), the Env list of docker inspect; and Kong's version where an image names it.
 * @returns false when there is neither
 */
export function readEnvironmentList(document: StructuredDocument, reading: Reading): boolean {
  return readVariablesIn(document, isCompose(document.value) ? 'compose' : 'environment', reading);
}

/** As `readEnvironmentList`, for a document whose notation is known. */
export function readVariablesIn(
  document: StructuredDocument,
  notation: SettingObservation['notation'],
  reading: Reading,
): boolean {
  const walk: Walk = { document, reading, found: 0 };
  visit(document.value, '', 0, notation, walk);
  return walk.found > 0;
}

function isCompose(value: unknown): boolean {
  return isRecord(value) && (isRecord(value.services) || 'environment' in value);
}

function visit(
  value: unknown,
  path: string,
  depth: number,
  notation: SettingObservation['notation'],
  walk: Walk,
): void {
  if (depth > DEPTH_LIMIT || walk.found > SETTING_LIMIT) return;
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      const inner = path === '' ? String(at) : `${path}.${at}`;
      if (typeof item === 'string') {
        const equals = item.indexOf('=');
        if (equals > 0 && isTelling(item.slice(0, equals)))
          take(item.slice(0, equals), item.slice(equals + 1), inner, notation, walk);
      } else if (isRecord(item) && typeof item.name === 'string' && isTelling(item.name)) {
        take(item.name, variableText(item), `${inner}.${'value' in item ? 'value' : 'name'}`, notation, walk);
      } else visit(item, inner, depth + 1, notation, walk);
    }
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const inner = path === '' ? key : `${path}.${key}`;
    if (isTelling(key) && !Array.isArray(item)) take(key, variableText(item), inner, notation, walk);
    else if (key === 'image' && typeof item === 'string') takeImage(item, inner, walk);
    else visit(item, inner, depth + 1, notation, walk);
  }
}

/** Kong's own variables, and those of its neighbours that hold keys and secrets of tokens. */
function isTelling(variable: string): boolean {
  return variable.startsWith('KONG_') || isSigningSecret(variable) || isApiKeyVariable(variable);
}

/** The text of a value; where it comes from, when it stands elsewhere (`valueFrom`). */
function variableText(item: unknown): string {
  if (!isRecord(item)) return item === null || item === undefined ? '' : String(item);
  const plain = item.value;
  if (plain !== undefined && plain !== null && !isRecord(plain)) return String(plain);
  const from = isRecord(item.valueFrom) ? item.valueFrom : item;
  const [kind, reference] = Object.entries(from).find(([, inner]) => isRecord(inner)) ?? [];
  if (kind === undefined || !isRecord(reference)) return '';
  // In angle brackets it counts as a placeholder and not as a secret.
  return `<${kind} ${textOf(reference.name) ?? ''} ${textOf(reference.key) ?? textOf(reference.fieldPath) ?? ''}>`;
}

function take(
  variable: string,
  value: string,
  path: string,
  notation: SettingObservation['notation'],
  walk: Walk,
): void {
  if (!variable.startsWith('KONG_')) {
    walk.found++;
    emitVariable({ name: variable, value }, notation, walk.document.sightingOf(path), walk.reading);
    return;
  }
  const name = variable.slice('KONG_'.length).toLowerCase();
  if (!isConfName(name)) return;
  walk.found++;
  emitSetting(name, value, notation, walk.document.sightingOf(path), walk.reading);
}

function takeImage(image: string, path: string, walk: Walk): void {
  const version = versionOfImage(image);
  if (version === undefined) return;
  walk.found++;
  walk.reading.emit({ kind: 'node', sighting: walk.document.sightingOf(path), version });
}

/**
 * Reads Helm values of Kong's charts: `env:` blocks with kong.conf names (also of a sub-chart), `dblessConfig`, the
 * image's tag. False when there is none.
 */
export function readHelmValues(document: StructuredDocument, reading: Reading): boolean {
  const { value } = document;
  if (!isRecord(value)) return false;
  const walk: Walk = { document, reading, found: 0 };
  visitValues(value, '', 0, walk);
  return walk.found > 0;
}

function visitValues(node: unknown, path: string, depth: number, walk: Walk): void {
  if (!isRecord(node) || depth > 6 || walk.found > SETTING_LIMIT) return;
  for (const [key, item] of Object.entries(node)) {
    const inner = path === '' ? key : `${path}.${key}`;
    if (key === 'env' && isRecord(item)) takeEnv(item, inner, walk);
    else if (key === 'dblessConfig' && isRecord(item)) takeDeclarative(`${inner}.config`, walk);
    else if (key === 'image' && isRecord(item)) {
      const tag = textOf(item.tag);
      const repository = textOf(item.repository) ?? 'kong';
      if (tag !== undefined && isKongChart(node)) takeImage(`${repository}:${tag}`, `${inner}.tag`, walk);
    } else visitValues(item, inner, depth + 1, walk);
  }
}

/** The tag in `image:` is Kong's when its neighbours are those of Kong's chart. */
function isKongChart(node: Readonly<Record<string, unknown>>): boolean {
  return ['env', 'ingressController', 'proxy', 'admin', 'dblessConfig', 'enterprise'].some((key) => key in node);
}

function takeEnv(env: Readonly<Record<string, unknown>>, path: string, walk: Walk): void {
  const names = Object.keys(env).filter((name) => isConfName(name.toLowerCase()));
  const telling = names.filter((name) => isTellingConfName(name.toLowerCase()));
  // `env: {database: ...}` is anybody's; two of Kong's names, or one that only Kong has, are not.
  const databaseOff = ['off', 'false', 'postgres'].includes(String(env.database));
  if (telling.length === 0 && names.length < 2 && !databaseOff) return;
  for (const name of names) {
    walk.found++;
    const given = env[name];
    // Unquoted `off` of YAML 1.1 arrives as false in Kong's chart too.
    const text = given === false ? 'off' : given === true ? 'on' : variableText(given);
    emitSetting(name.toLowerCase(), text, 'helm-values', walk.document.sightingOf(`${path}.${name}`), walk.reading);
  }
}

/** A declarative file as a text inside another document. Counts as found when it is one. */
function takeDeclarative(path: string, walk: Walk): void {
  if (readDeclarative(walk.document, path, walk.reading)) walk.found++;
}

/** Reads a declarative file that stands as a text at a path of another document; false when it is none. */
export function readDeclarative(document: StructuredDocument, path: string, reading: Reading): boolean {
  const part = document.partAt(path);
  if (part === undefined) return false;
  const read = documentsOf(part).filter((inner) => readDeck(inner, reading));
  for (const inner of read) reportProblems(inner, reading);
  return read.length > 0;
}
