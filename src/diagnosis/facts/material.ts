// What a diagnosis is continued from: its observations and tallies, every text redacted, compressed. Never the paste.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Place } from '../intake/place.ts';
import type { InputKind } from '../names.ts';
import type { Answers } from '../redact/answered.ts';
import type { Redactor } from '../redact/redact.ts';
import type { SecretRef } from '../redact/redacted.ts';
import { secretlintSpans } from '../redact/secretlint.ts';
import type { CollectorState } from './collect.ts';
import { FIELD_NAMES, KIND_FIELDS, KIND_WORDS } from './material-words.ts';

/** What was read and found, without a secret. */
export interface Material {
  readonly state: CollectorState;
  readonly answers: Answers;
  readonly secrets: readonly { readonly ref: SecretRef; readonly place: Place }[];
  readonly inputs: readonly {
    readonly source: string;
    readonly kind: InputKind;
    readonly lines: number;
    readonly recognised: number;
  }[];
}

/** Of the form below: what another version wrote is not read. */
const FORM = 1;
/** Characters of all distinct texts: half a second of redacting. */
const CHARACTERS = 4_000_000;
/** Bytes after compression. */
export const MATERIAL_LIMIT = 512 * 1024;
/** Bytes before: what a damaged or foreign one may unfold to. */
const UNFOLDED_LIMIT = 64 * 2 ** 20;
/** Values inside each other. */
const DEPTH = 100;
/** Characters that secretlint is given at once; it looks at no more. */
const LINTED = 200_000;

/** Packs it; undefined when it is over the limits. */
export async function packed(material: Material, redactor: Redactor): Promise<Uint8Array | undefined> {
  const texts = new Set<string>();
  if (!collectTexts(material, texts)) return undefined;
  await learnFrom([...texts], redactor);
  const bytes = Buffer.from(JSON.stringify({ form: FORM, values: flattened(material, redactor) }));
  const small = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 6 } });
  return bytes.byteLength > UNFOLDED_LIMIT || small.byteLength > MATERIAL_LIMIT ? undefined : new Uint8Array(small);
}

/** Unpacks it; undefined for what is damaged or of another version. */
export function unpacked(bytes: Uint8Array): Material | undefined {
  try {
    const text = zstdDecompressSync(bytes, { maxOutputLength: UNFOLDED_LIMIT }).toString('utf8');
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('form' in read) || read.form !== FORM) return undefined;
    return 'values' in read && Array.isArray(read.values) ? (restored(read.values) as Material) : undefined;
  } catch {
    // Whatever is wrong with it, the diagnosis has to be made from the paste again.
    return undefined;
  }
}

/** False when there is too much. */
function collectTexts(material: Material, texts: Set<string>): boolean {
  const seen = new Set<object>();
  let characters = 0;
  const note = (text: string): void => {
    if (texts.has(text)) return;
    texts.add(text);
    characters += text.length;
  };
  const visit = (value: unknown, depth: number): boolean => {
    if (typeof value === 'string') note(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return characters <= CHARACTERS;
    if (depth > DEPTH) return false;
    seen.add(value);
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) note(key);
      if (!visit(inner, depth + 1)) return false;
    }
    return characters <= CHARACTERS;
  };
  return visit(material, 0);
}

/** secretlint and our own rules see every text once before any is replaced: one may give away what another holds. */
async function learnFrom(texts: readonly string[], redactor: Redactor): Promise<void> {
  const nowhere = { source: '', line: 0 };
  let piece = '';
  const lint = async (): Promise<void> => {
    for (const { start, end } of await secretlintSpans(piece))
      redactor.secret('other-secret', piece.slice(start, end), nowhere);
    piece = '';
  };
  for (const text of texts) {
    redactor.text(text, nowhere);
    if (piece.length + text.length > LINTED) await lint();
    piece += `${text}\n`;
  }
  await lint();
}

/** A value of the list, or one that holds others by their place in it. */
type Flat = string | number | boolean | null | readonly number[] | Readonly<Record<string, number>>;

/** The place of what is undefined. */
const NOTHING = -1;

/** Every value once, the first one last; texts are redacted, and what was one object stays one. */
function flattened(root: unknown, redactor: Redactor): readonly Flat[] {
  const values: Flat[] = [];
  const places = new Map<unknown, number>();
  /** Words of ours, which stay as they are. */
  const words = new Map<string, number>();
  const texts = new Map<string, string>();
  const textOf = (text: string): string => {
    let redacted = texts.get(text);
    if (redacted === undefined) {
      redacted = redactor.text(text);
      texts.set(text, redacted);
    }
    return redacted;
  };
  const flatOf = (value: object): Flat => {
    if (Array.isArray(value)) return value.map(placeOf);
    const record: Record<string, number> = {};
    for (const [key, inner] of Object.entries(value)) {
      const isOurs = KIND_FIELDS.has(key) && KIND_WORDS.has(inner);
      define(record, FIELD_NAMES.has(key) ? key : textOf(key), isOurs ? placeOfWord(inner) : placeOf(inner));
    }
    return record;
  };
  function placeOfWord(word: string): number {
    const known = words.get(word);
    if (known !== undefined) return known;
    const place = values.push(word) - 1;
    words.set(word, place);
    return place;
  }
  function placeOf(value: unknown): number {
    if (value === undefined) return NOTHING;
    const known = places.get(value);
    if (known !== undefined) return known;
    const flat =
      typeof value === 'string'
        ? textOf(value)
        : typeof value === 'object' && value !== null
          ? flatOf(value)
          : (value as number | boolean | null);
    const place = values.push(flat) - 1;
    places.set(value, place);
    return place;
  }
  placeOf(root);
  return values;
}

/** What was flattened; values stand behind those that they hold. */
function restored(values: readonly Flat[]): unknown {
  const whole: unknown[] = [];
  const at = (place: number): unknown => (place === NOTHING ? undefined : whole[place]);
  for (const flat of values) {
    if (typeof flat !== 'object' || flat === null) whole.push(flat);
    else if (isList(flat)) whole.push(flat.map(at));
    else {
      const record: Record<string, unknown> = {};
      for (const [key, place] of Object.entries(flat)) if (place !== NOTHING) define(record, key, at(place));
      whole.push(record);
    }
  }
  return whole.at(-1);
}

function isList(flat: readonly number[] | Readonly<Record<string, number>>): flat is readonly number[] {
  return Array.isArray(flat);
}

/** Not by assignment: a claim may be called `__proto__`. */
function define(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
}
