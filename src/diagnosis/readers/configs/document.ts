// JSON and YAML with the place of every value: parsed once, asked by every reader of structured material.
import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { parsed } from '../exchanges/body.ts';

/** One document of a part. */
export interface StructuredDocument {
  readonly value: unknown;
  /** The place of the value at a path (`services.0.name`), the nearest parent's place when it has none of its own. */
  readonly sightingOf: (path: string) => Sighting;
  /** Errors of the parser, one sentence each. */
  readonly problems: readonly string[];
}

/** YAML aliases that one document may expand to; beyond, the document is refused (a "billion laughs" paste). */
const ALIASES = 200;
/** Text that is parsed with places; larger JSON is parsed without. */
const PLACED_LIMIT = 1_500_000;
const DEPTH_LIMIT = 60;

/** The documents of a part; an empty list when it is neither JSON nor YAML. */
export function documentsOf(part: Part): readonly StructuredDocument[] {
  if (tooDeep(part.text)) return [];
  if (part.text.length > PLACED_LIMIT) return unplaced(part);
  const counter = new LineCounter();
  try {
    const text = dedented(part.text);
    const documents = parseAllDocuments(text, {
      lineCounter: counter,
      uniqueKeys: false,
      strict: false,
      logLevel: 'silent',
    });
    const list = Array.isArray(documents) ? documents : [];
    return list.flatMap((document) => {
      const value: unknown = document.toJS({ maxAliasCount: ALIASES });
      if (value === null || typeof value !== 'object') return [];
      const lines = new Map<string, number>();
      if (document.contents !== null) index(document.contents as Node, '', counter, lines, 0);
      return [
        {
          value,
          sightingOf: (path: string) => sightingAt(part, lines, path),
          problems: document.errors.map((error) => error.message.split('\n')[0] ?? ''),
        },
      ];
    });
  } catch {
    // Too many aliases or broken beyond repair: JSON may still be read.
    return unplaced(part);
  }
}

function unplaced(part: Part): readonly StructuredDocument[] {
  const value = parsed(part.text.trim());
  if (typeof value !== 'object' || value === null) return [];
  return [{ value, sightingOf: () => sightingAt(part, new Map(), ''), problems: [] }];
}

/** Brackets are counted before anything recursive sees the text. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 123 || code === 91) {
      if (++depth > DEPTH_LIMIT) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}

/** A fragment pasted from the middle of a file loses its common indentation. */
function dedented(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const common = Math.min(...indents);
  return common > 0 && Number.isFinite(common) ? lines.map((line) => line.slice(common)).join('\n') : text;
}

function index(node: Node, path: string, counter: LineCounter, lines: Map<string, number>, depth: number): void {
  if (depth > DEPTH_LIMIT || lines.size > 100_000) return;
  if (node.range != null && !lines.has(path)) lines.set(path, counter.linePos(node.range[0]).line);
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const inner = path === '' ? String(pair.key.value) : `${path}.${String(pair.key.value)}`;
      if (pair.key.range != null) lines.set(inner, counter.linePos(pair.key.range[0]).line);
      if (pair.value != null && typeof pair.value === 'object')
        index(pair.value as Node, inner, counter, lines, depth + 1);
    }
  } else if (isSeq(node)) {
    for (const [position, item] of node.items.entries()) {
      if (item != null && typeof item === 'object')
        index(item as Node, path === '' ? String(position) : `${path}.${position}`, counter, lines, depth + 1);
    }
  }
}

function sightingAt(part: Part, lines: ReadonlyMap<string, number>, path: string): Sighting {
  let key = path;
  for (;;) {
    const number = lines.get(key);
    const line = number === undefined ? undefined : part.lines[number - 1];
    if (line !== undefined) return { place: placeOf(line), excerpt: line.text.slice(0, 600) };
    const dot = key.lastIndexOf('.');
    if (dot === -1) break;
    key = key.slice(0, dot);
  }
  const [first] = part.lines;
  return first === undefined
    ? { place: { source: part.source, line: 1 }, excerpt: '' }
    : { place: placeOf(first), excerpt: first.text.slice(0, 600) };
}

/** A plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of a value that is text or a number; undefined otherwise. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}
