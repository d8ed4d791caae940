// JSON and YAML with the place of every value: parsed once, asked by every reader of structured material.
import { isMap, isPair, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import type { Line, Part } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import type { Reading } from '../reader.ts';
import { readJson } from './json.ts';
import { lineStarts, placer, SPAN_LIMIT, type Spans } from './spans.ts';

/** One document of a part. */
export interface StructuredDocument {
  readonly value: unknown;
  readonly format: 'json' | 'yaml';
  /** The place of the value at a path (`services.0.name`), the nearest parent's place when it has none of its own. */
  readonly sightingOf: (path: string) => Sighting;
  /** Errors of the parser, one sentence each without a full stop. */
  readonly problems: readonly string[];
  /** Where the first problem stands. */
  readonly problemAt?: Sighting;
  /** A text value as a part of its own (a declarative file inside a ConfigMap); undefined when it is no text. */
  readonly partAt: (path: string) => Part | undefined;
}

/** YAML aliases that one document may expand to; beyond, the document is refused (a "billion laughs" paste). */
const ALIASES = 200;
/** YAML beyond this many characters is read up to here: its parser takes about two seconds a million. */
const YAML_LIMIT = 2_000_000;
/** Broken YAML is only repaired up to this many characters: every repair is parsed anew. */
const REPAIR_LIMIT = 100_000;
/** Anchors of one text; the parser's memory grows with the square of them. */
const ANCHORS = 1000;
/** Documents of one text that are read. */
const DOCUMENTS = 5000;
const DEPTH_LIMIT = 60;

const known = new WeakMap<Part, readonly StructuredDocument[]>();

/** The documents of a part; an empty list when it is neither JSON nor YAML. Parsed once a part. */
export function documentsOf(part: Part): readonly StructuredDocument[] {
  const before = known.get(part);
  if (before !== undefined) return before;
  const documents = parseDocuments(part);
  known.set(part, documents);
  return documents;
}

/** Says that a document which a reader took was broken, so that nothing disappears silently. */
export function reportProblems(document: StructuredDocument, reading: Reading): void {
  const [problem] = document.problems;
  if (problem === undefined) return;
  reading.emit({
    kind: 'unreadable',
    place: (document.problemAt ?? document.sightingOf('')).place,
    why: `${problem}; what could be read of the document was used.`,
    pasteInstead: 'the whole document as a file, or in a code block, so that indentation and quotes survive',
  });
}

function parseDocuments(part: Part): readonly StructuredDocument[] {
  const opening = part.text.trimStart()[0];
  if (opening === '{' || opening === '[' || opening === '"') {
    const read = readJson(part.text);
    if (read !== undefined && typeof read.value === 'object' && read.value !== null) {
      const { value, spans, problems } = read;
      return [documentOf(part, part.text, 'json', value, spans, problems)];
    }
  }
  if (tooDeep(part.text)) return [];
  return parseYaml(part);
}

function documentOf(
  part: Part,
  text: string,
  format: StructuredDocument['format'],
  value: unknown,
  spans: Spans,
  problems: readonly { readonly text: string; readonly offset: number }[],
  starts?: readonly number[],
): StructuredDocument {
  const places = placer(part, text, spans, starts);
  const [problem] = problems;
  return {
    value,
    format,
    sightingOf: places.sightingOf,
    problems: problems.map((found) => found.text),
    ...(problem === undefined ? {} : { problemAt: places.sightingAt(problem.offset) }),
    partAt: (path) => innerPart(part, valueAt(value, path), places.lineOf(path)),
  };
}

interface YamlRead {
  readonly text: string;
  readonly documents: ReturnType<typeof parseAllDocuments>;
  readonly errors: number;
}

function parseYaml(part: Part): readonly StructuredDocument[] {
  const bounded = boundedText(part.text);
  if (hasManyAnchors(bounded)) return [];
  const first = parseOnce(bounded);
  // A fragment that lost the indentation of its first line, tabs, an ellipsis: repaired only when that helps.
  const best =
    (first === undefined || first.errors > 0) && bounded.length <= REPAIR_LIMIT
      ? repairs(bounded).reduce<YamlRead | undefined>((so, text) => {
          if (so?.errors === 0) return so;
          const read = parseOnce(text);
          return read !== undefined && (so === undefined || read.errors < so.errors) ? read : so;
        }, first)
      : first;
  if (best === undefined || !Array.isArray(best.documents)) return [];
  const starts = lineStarts(best.text);
  return best.documents.slice(0, DOCUMENTS).flatMap((document) => {
    const value = plainValue(document);
    if (value === null || typeof value !== 'object') return [];
    const spans: Spans = new Map();
    if (document.contents !== null) index(document.contents as Node, '', undefined, spans, 0);
    const problems = document.errors.map((error) => ({
      text: `The YAML cannot be read everywhere: ${(error.message.split('\n')[0] ?? '').replace(/[.:]?\s*(?:at line.*)?$/, '')}`,
      offset: error.pos[0],
    }));
    if (bounded.length < part.text.length)
      problems.push({ text: 'The document is too large and was read only in part', offset: bounded.length - 1 });
    return [documentOf(part, best.text, 'yaml', value, spans, problems, starts)];
  });
}

function parseOnce(text: string): YamlRead | undefined {
  try {
    const documents = parseAllDocuments(text, {
      uniqueKeys: false,
      strict: false,
      merge: true,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const errors = Array.isArray(documents) ? documents.reduce((sum, { errors: found }) => sum + found.length, 0) : 0;
    return { text, documents, errors };
  } catch {
    // Broken beyond repair: the part is no YAML.
    return undefined;
  }
}

function plainValue(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES });
  } catch {
    // Too many aliases, or one that names no anchor: not a document that Kong would load either.
    return undefined;
  }
}

/** The text up to the limit, cut before a line that begins a new item or key at the outermost level. */
function boundedText(text: string): string {
  if (text.length <= YAML_LIMIT) return text;
  const cut = Math.max(text.lastIndexOf('\n- ', YAML_LIMIT), text.lastIndexOf('\n  - ', YAML_LIMIT));
  return text.slice(0, cut > 0 ? cut : text.lastIndexOf('\n', YAML_LIMIT));
}

function hasManyAnchors(text: string): boolean {
  let count = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    const before = text[at - 1];
    if (before === undefined || ' \t\n[{,'.includes(before)) count++;
    if (count > ANCHORS) return true;
  }
  return false;
}

/** Versions of a broken text with the commonest damages of pasting undone; the number of lines stays. */
function repairs(text: string): readonly string[] {
  const tidy = text
    .split('\n')
    .map((line) => {
      const trimmed = line.trim();
      if (trimmed === '...' || trimmed === '…' || trimmed === '[...]' || trimmed === '(...)') return '';
      const untabbed = line.replace(/^[ \t]+/, (blank) => blank.replaceAll('\t', '  '));
      // Helm's templates are no YAML until they are rendered.
      return untabbed.replace(/^(\s*(?:- )?[\w./-]{1,80}: )(\{\{[^"']{1,300}\}\})\s*$/, '$1"$2"');
    })
    .join('\n');
  return [tidy, withFirstLineIndented(tidy), withoutMarks(tidy)];
}

/** A selection that begins in the middle of its first line loses that line's indentation. */
function withFirstLineIndented(text: string): string {
  const lines = text.split('\n');
  const [first, ...rest] = lines;
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = indents.reduce((low, indent) => Math.min(low, indent), 1000);
  if (first === undefined || least === 0 || least === 1000) return text;
  const opens = first.trim().startsWith('- ');
  const parent = /:\s*$/.test(first.trim());
  const indent = opens ? Math.max(0, least - 2) : parent ? Math.max(0, least - 2) : least;
  return [' '.repeat(indent) + first.trimStart(), ...rest].join('\n');
}

/** Lines of a diff or a quotation: `+ name: x`, `| name: x`. */
function withoutMarks(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^[+|>] ?/, ''))
    .join('\n');
}

/** Brackets are counted before anything recursive sees the text; YAML's indentation cannot nest deeper than its lines. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let dashes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 123 || code === 91) {
      if (++depth > DEPTH_LIMIT) return true;
    } else if (code === 125 || code === 93) depth = Math.max(0, depth - 1);
    // `- - - -` nests without brackets.
    if (code === 45 && text.charCodeAt(i + 1) === 32) {
      if (++dashes > DEPTH_LIMIT) return true;
    } else if (code !== 32) dashes = 0;
  }
  return deepestIndent(text) > 400;
}

function deepestIndent(text: string): number {
  let deepest = 0;
  let previous = -1;
  let levels = 0;
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    if (indent === line.length) continue;
    levels = indent > previous ? levels + 1 : indent === 0 ? 0 : levels;
    previous = indent;
    deepest = Math.max(deepest, levels);
  }
  return deepest;
}

function index(node: Node, path: string, key: number | undefined, spans: Spans, depth: number): void {
  if (depth > DEPTH_LIMIT || spans.size >= SPAN_LIMIT) return;
  if (node.range != null) {
    const [start, end] = node.range;
    spans.set(path, { key: key ?? start, start, end });
  }
  if (isMap(node)) {
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key)) continue;
      const inner = path === '' ? String(pair.key.value) : `${path}.${String(pair.key.value)}`;
      const at = pair.key.range?.[0];
      if (pair.value != null && typeof pair.value === 'object') index(pair.value as Node, inner, at, spans, depth + 1);
      else if (at !== undefined) spans.set(inner, { key: at, start: at, end: at + String(pair.key.value).length });
    }
  } else if (isSeq(node)) {
    for (const [position, item] of node.items.entries()) {
      if (item != null && typeof item === 'object')
        index(item as Node, path === '' ? String(position) : `${path}.${position}`, undefined, spans, depth + 1);
    }
  }
}

/** The lines of a text value: those of a block scalar one by one, those of a quoted text all at its place. */
function innerPart(part: Part, value: unknown, start: number | undefined): Part | undefined {
  if (typeof value !== 'string' || start === undefined) return undefined;
  const opening = part.lines[start];
  if (opening === undefined) return undefined;
  const texts = value.replace(/\n$/, '').split('\n');
  const block = /[|>][+-]?\d?\s*(?:#.*)?$/.test(opening.text);
  const lines: Line[] = texts.map((text, at) => ({
    ...((block ? part.lines[start + 1 + at] : undefined) ?? opening),
    text,
  }));
  return { source: part.source, lines, text: texts.join('\n'), shape: 'yaml' };
}

/** The value at a dotted path; keys that contain dots themselves are found too. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (Array.isArray(value)) {
    const dot = path.indexOf('.');
    return valueAt(value[Number(dot === -1 ? path : path.slice(0, dot))], dot === -1 ? '' : path.slice(dot + 1));
  }
  if (!isRecord(value)) return undefined;
  if (Object.hasOwn(value, path)) return value[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (Object.hasOwn(value, head)) {
      const inner = valueAt(value[head], path.slice(dot + 1));
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

/** A plain object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of a value that is text or a number; undefined otherwise. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}
