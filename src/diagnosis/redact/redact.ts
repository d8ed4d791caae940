// The only maker of Redacted text: known values, Kong's fields and token shapes become kind and fingerprint.
import type { Place } from '../intake/place.ts';
import { type Difference, differenceOf } from './difference.ts';
import { fingerprint } from './fingerprint.ts';
import { findSecrets, isNoSecret, type SecretSpan } from './kong-secrets.ts';
import type { Redacted, SecretKind, SecretRef } from './redacted.ts';
import { checkSignature, isWholeSignature, type SecretReading, type SignatureCheck } from './signature.ts';

/**
 * Questions about secrets of this run, asked by fingerprint (`fp:xxxxxxxx`) and answered without giving one away.
 * Undefined when a secret is not known here.
 */
export interface SecretQuestions {
  /**
   * Whether a token's signature verifies with a secret or with a public key (SPKI in PEM).
   * @param reading how the configuration says the secret becomes bytes; tried first
   */
  readonly checkSignature: (
    token: string,
    key: { readonly secret: string } | { readonly publicKey: string },
    reading?: SecretReading,
  ) => SignatureCheck | undefined;
  /** Whether a token's signature is whole: of the right length and not made up. */
  readonly isWholeSignature: (token: string) => boolean | undefined;
  /**
   * How a presented secret differs from the known one.
   * @param salt id of the consumer, for passwords that Kong stores as a hash
   */
  readonly difference: (presented: string, known: string, salt?: string) => Difference | undefined;
}

/** Finds and replaces secrets for one run; equal secrets get equal fingerprints. */
export interface Redactor extends SecretQuestions {
  /**
   * Registers a secret that a reader recognised by its position (a field named client_secret, a header value) and
   * returns how it may be shown. Every later `text` call replaces the value wherever it stands.
   * @param value the secret as it stands in the paste; empty values return a ref but are not remembered
   */
  secret(kind: SecretKind, value: string, place: Place): SecretRef;
  /** Text with every secret replaced by `[kind fp:xxxxxxxx]`: known values, Kong's fields, headers, token shapes. Idempotent. */
  text(raw: string, place?: Place): Redacted;
  /** Every secret seen so far, first sighting each, in order. */
  readonly seen: readonly { readonly ref: SecretRef; readonly place: Place }[];
}

/** How a secret reads in redacted text. */
export function shown(ref: SecretRef): string {
  return `[${ref.kind} ${ref.fingerprint}]`;
}

/** Values remembered at most; a paste with more secrets keeps the first ones (the shapes are found all the same). */
const REMEMBERED = 20_000;
/** Shorter values are too common to be replaced everywhere. */
const SHORTEST_REMEMBERED = 5;
const SHOWN = /\[[a-z-]{3,20} fp:[0-9a-f]{8}\]/g;

/**
 * A redactor for one run.
 * @param key for the fingerprints, at least 16 random bytes
 */
export function createRedactor(key: Uint8Array): Redactor {
  const byValue = new Map<string, SecretRef>();
  const byFingerprint = new Map<string, string>();
  /** Remembered values by their first five characters: one look-up per position instead of one search per value. */
  const byPrefix = new Map<string, string[]>();
  const seen: { ref: SecretRef; place: Place }[] = [];

  function remember(kind: SecretKind, value: string, place: Place | undefined): SecretRef {
    const known = byValue.get(value);
    if (known !== undefined) return known;
    const ref: SecretRef = { kind, fingerprint: fingerprint(key, value) };
    if (value === '' || byValue.size >= REMEMBERED) return ref;
    byValue.set(value, ref);
    byFingerprint.set(ref.fingerprint, value);
    if (place !== undefined) seen.push({ ref, place });
    if (value.length >= SHORTEST_REMEMBERED && !isNoSecret(value)) {
      for (const spelling of spellings(value)) {
        const prefix = spelling.slice(0, SHORTEST_REMEMBERED);
        const list = byPrefix.get(prefix);
        if (list === undefined) byPrefix.set(prefix, [spelling]);
        else if (!list.includes(spelling)) list.push(spelling);
      }
    }
    return ref;
  }

  function knownSpans(text: string): SecretSpan[] {
    if (byPrefix.size === 0) return [];
    const spans: SecretSpan[] = [];
    for (let i = 0; i + SHORTEST_REMEMBERED <= text.length; i++) {
      for (const value of byPrefix.get(text.slice(i, i + SHORTEST_REMEMBERED)) ?? []) {
        if (!text.startsWith(value, i) || !standsAlone(text, i, i + value.length)) continue;
        spans.push({ kind: byValue.get(value)?.kind ?? 'other-secret', start: i, end: i + value.length });
      }
    }
    return spans;
  }

  return {
    seen,
    secret: (kind, value, place) => remember(kind, value, place),
    checkSignature(token, key, reading) {
      const raw = byFingerprint.get(token);
      if (raw === undefined) return undefined;
      if ('publicKey' in key) return checkSignature(raw, key, reading);
      const secret = byFingerprint.get(key.secret);
      return secret === undefined ? undefined : checkSignature(raw, { secret }, reading);
    },
    isWholeSignature(token) {
      const raw = byFingerprint.get(token);
      return raw === undefined ? undefined : isWholeSignature(raw);
    },
    difference(presented, known, salt) {
      const one = byFingerprint.get(presented);
      const other = byFingerprint.get(known);
      return one === undefined || other === undefined ? undefined : differenceOf(one, other, salt);
    },
    text(raw, place) {
      const kept = [...raw.matchAll(SHOWN)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
      }));
      const spans = [...findSecrets(raw), ...knownSpans(raw)].filter(
        (span) => !kept.some((shownAt) => span.start < shownAt.end && shownAt.start < span.end),
      );
      return replaceSpans(raw, spans, (span) => {
        const value = raw.slice(span.start, span.end);
        return shown(remember(span.kind, value, place));
      }) as Redacted;
    },
  };
}

/** The value itself and as it reads in a URL or in JSON. */
function spellings(value: string): readonly string[] {
  const forms = new Set([value, JSON.stringify(value).slice(1, -1), value.replaceAll('/', '\\/')]);
  try {
    forms.add(encodeURIComponent(value));
  } catch {
    // A lone surrogate cannot be URL-encoded, so it cannot stand in a URL either.
  }
  return [...forms].filter((form) => form.length >= SHORTEST_REMEMBERED);
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !(isWordAt(text, start - 1) && isWordAt(text, start)) && !(isWordAt(text, end) && isWordAt(text, end - 1));
}

function isWordAt(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Replaces spans; of overlapping ones the one that begins first, then the longest. What sticks out is replaced with it. */
function replaceSpans(text: string, spans: readonly SecretSpan[], replacement: (span: SecretSpan) => string): string {
  const sorted = [...spans].sort((one, other) => one.start - other.start || other.end - one.end);
  let result = '';
  let at = 0;
  for (const span of sorted) {
    if (span.start < at) {
      // A span that begins inside the last one but ends later: its rest is a part of a secret too.
      if (span.end > at) at = span.end;
      continue;
    }
    result += text.slice(at, span.start) + replacement(span);
    at = span.end;
  }
  return result + text.slice(at);
}
