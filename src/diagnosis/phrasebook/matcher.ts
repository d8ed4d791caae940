// All phrases compiled into one matcher: Aho-Corasick over the anchors, then each template checked left to right.
import { inRange } from '../versions.ts';
import type { Phrase } from './phrase.ts';

/** What the text is that phrases are looked for in. */
export interface PhraseContext {
  /** `program-log`: a line of a program other than Kong and nginx, which may quote an answer but never a person. */
  readonly where: 'response-body' | 'response-header' | 'error-log' | 'program-log' | 'said';
  /** Config, code or a frame of a stack: the names of settings in it are nobody's words. */
  readonly technical?: boolean;
  /** The Kong plugin that speaks, when known: other plugins' phrases are dropped. */
  readonly component?: string;
  readonly status?: number;
  readonly version?: readonly number[];
}

export interface PhraseMatch {
  readonly phrase: Phrase;
  /** Text of each {gap}. */
  readonly gaps: Readonly<Record<string, string>>;
  readonly index: number;
  readonly length: number;
}

export interface PhraseMatcher {
  /** All phrases that stand in the text, in order; a match within a longer one is dropped. */
  find(text: string, context: PhraseContext): readonly PhraseMatch[];
}

/** A gap never spans more than this, nor a line break. */
const GAP_LIMIT = 300;
/** Matches of one text at most: more say nothing new, and comparing them all would cost the square. */
export const MATCHES_KEPT = 200;

interface Template {
  readonly phrase: Phrase;
  /** Literal pieces in lower case; gaps lie between them. */
  readonly literals: readonly string[];
  readonly gapNames: readonly string[];
  /** Index of the literal that the automaton looks for. */
  readonly anchor: number;
  readonly plugin: boolean;
  readonly letters: number;
  /** Something was taken off at this end, so text may follow or precede a whole message. */
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

/** Kong's plugins: a phrase of one of them does not hold when another plugin is known to speak. */
const PLUGINS = new Set([
  'key-auth',
  'basic-auth',
  'jwt',
  'hmac-auth',
  'oauth2',
  'ldap-auth',
  'ldap-auth-advanced',
  'acl',
  'openid-connect',
  'session',
  'ip-restriction',
  'bot-detection',
  'vault-auth',
  'opa',
  'saml',
  'upstream-oauth',
  'rate-limiting',
  'request-termination',
  'request-transformer',
  'request-size-limiting',
  'response-ratelimiting',
  'cors',
]);

/** A gap is `{words}`; braces around quotes (JSON bodies) or a URL scheme (`{vault://...}`) are literal. */
const GAP = /\{((?:(?!:\/\/)[^{}"\n]){1,60})\}/g;

function templateOf(phrase: Phrase): Template {
  const text = phrase.text.toLowerCase();
  const literals: string[] = [];
  const gapNames: string[] = [];
  let from = 0;
  for (const match of text.matchAll(GAP)) {
    literals.push(text.slice(from, match.index));
    gapNames.push(match[1] ?? '');
    from = match.index + match[0].length;
  }
  literals.push(text.slice(from));
  const pieces = literals.length;
  // Punctuation before a gap at either end proves nothing and is often cut off or wrapped.
  while (literals.length > 1 && letterCount(literals.at(-1) ?? '') < 2) {
    literals.pop();
    gapNames.pop();
  }
  const openEnd = literals.length < pieces || text.endsWith('}');
  const untrimmed = literals.length;
  while (literals.length > 1 && letterCount(literals[0] ?? '') < 2) {
    literals.shift();
    gapNames.shift();
  }
  const last = literals.at(-1) ?? '';
  if (from > 0 && literals.length <= gapNames.length + 1 && !text.endsWith(last))
    literals[literals.length - 1] = last.replace(/[\s:;,"'([=]+$/, '');
  let anchor = 0;
  for (const [index, literal] of literals.entries()) {
    if (literal.length > (literals[anchor]?.length ?? 0)) anchor = index;
  }
  return {
    phrase,
    literals,
    gapNames,
    anchor,
    plugin: PLUGINS.has(phrase.component),
    letters: letterCount(literals.join('')),
    openEnd,
    openStart: literals.length < untrimmed,
  };
}

function letterCount(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 97 && code <= 122) letters++;
  }
  return letters;
}

/**
 * Compiles phrases, at the first text: not every paste has words. Linear in the text: one pass of the automaton, bounded
 * checks at each hit.
 */
export function compilePhrases(phrases: readonly Phrase[]): PhraseMatcher {
  let compiled: { readonly templates: readonly Template[]; readonly automaton: Automaton } | undefined;
  const compile = () => {
    const templates = phrases
      .map(templateOf)
      .filter((template) => (template.literals[template.anchor] ?? '').length >= 3);
    const automaton = buildAutomaton(templates.map((template) => template.literals[template.anchor] ?? ''));
    return { templates, automaton };
  };
  return {
    find(text, context) {
      compiled ??= compile();
      const { templates, automaton } = compiled;
      const lower = text.toLowerCase();
      const found: PhraseMatch[] = [];
      const starts = new Set<string>();
      automaton.scan(lower, (pattern, end) => {
        const template = templates[pattern];
        if (template === undefined || found.length >= MATCHES_KEPT || !fits(template, context)) return;
        const match = matchAt(template, lower, text, end);
        if (match === undefined) return;
        if (!standsWell(template, match, lower, context)) return;
        const key = `${pattern}:${match.index}`;
        if (starts.has(key)) return;
        starts.add(key);
        found.push(match);
      });
      return withoutInner(found);
    },
  };
}

function fits(template: Template, context: PhraseContext): boolean {
  const { phrase } = template;
  if (context.technical === true && phrase.component === 'person') return false;
  if (context.version !== undefined && !inRange(context.version, phrase.versions)) return false;
  if (
    context.component !== undefined &&
    template.plugin &&
    PLUGINS.has(context.component) &&
    phrase.component !== context.component
  )
    return false;
  if (
    context.status !== undefined &&
    phrase.status !== undefined &&
    phrase.where === 'response-body' &&
    context.status !== phrase.status
  )
    return false;
  switch (context.where) {
    case 'response-body':
      return phrase.where === 'response-body' || phrase.where === 'oauth-error' || phrase.where === 'anywhere';
    case 'response-header':
      return (
        phrase.where === 'response-header' ||
        phrase.where === 'oauth-error' ||
        (phrase.where === 'anywhere' && phrase.component !== 'person')
      );
    case 'error-log':
      return (
        phrase.where === 'error-log' ||
        phrase.where === 'cli-output' ||
        phrase.where === 'oauth-error' ||
        (phrase.where === 'anywhere' && phrase.component !== 'person')
      );
    case 'program-log':
      if (phrase.where === 'anywhere') return phrase.component !== 'person';
      return (
        phrase.where === 'error-log' ||
        phrase.where === 'cli-output' ||
        phrase.where === 'oauth-error' ||
        (phrase.where === 'response-body' && (phrase.whole === true || template.letters >= 12))
      );
    case 'said':
      // One plain word is anybody's word in prose.
      if (phrase.component !== 'person' && /^[a-z]+$/.test(phrase.text)) return false;
      return (
        phrase.where === 'anywhere' || phrase.where === 'oauth-error' || phrase.whole === true || template.letters >= 12
      );
  }
}

/** Checks the whole template around an anchor that ends at `end` (exclusive). */
function matchAt(template: Template, lower: string, text: string, end: number): PhraseMatch | undefined {
  const { literals, anchor, gapNames } = template;
  const anchorText = literals[anchor] ?? '';
  let start = end - anchorText.length;
  const gaps: Record<string, string> = {};
  for (let i = anchor - 1; i >= 0; i--) {
    const literal = literals[i] ?? '';
    const from = Math.max(0, start - GAP_LIMIT - literal.length);
    const at = lower.slice(from, start).lastIndexOf(literal);
    if (at === -1) return undefined;
    const gap = text.slice(from + at + literal.length, start);
    if (gap.includes('\n')) return undefined;
    gaps[gapNames[i] ?? String(i)] = gap;
    start = from + at;
  }
  let stop = end;
  for (let i = anchor + 1; i < literals.length; i++) {
    const literal = literals[i] ?? '';
    const name = gapNames[i - 1] ?? String(i);
    const at = lower.slice(stop, stop + GAP_LIMIT + literal.length).indexOf(literal);
    if (at === -1) return undefined;
    const gap = text.slice(stop, stop + at);
    if (gap.includes('\n')) return undefined;
    gaps[name] = gap;
    stop += at + literal.length;
  }
  return { phrase: template.phrase, gaps, index: start, length: stop - start };
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** Word borders, whole texts, and quotes for short texts in prose. */
function standsWell(template: Template, match: PhraseMatch, lower: string, context: PhraseContext): boolean {
  const end = match.index + match.length;
  const first = lower.charCodeAt(match.index);
  const last = lower.charCodeAt(end - 1);
  if (isWord(first) && match.index > 0 && isWord(lower.charCodeAt(match.index - 1))) return false;
  if (isWord(last) && end < lower.length && isWord(lower.charCodeAt(end)) && !template.phrase.text.endsWith('}'))
    return false;
  if (template.phrase.whole !== true) return true;
  if (context.where === 'said') return isQuoted(lower, match.index, end);
  // One word that any program may print ("Unauthorized") proves nothing, quoted or not.
  if (context.where === 'program-log')
    return template.literals.join('').trim().includes(' ') && isQuoted(lower, match.index, end);
  const before = lower.slice(0, match.index).trim();
  const after = lower.slice(end).trim();
  return (before === '' || template.openStart) && (after === '' || after === '.' || template.openEnd);
}

/** `"Unauthorized"` or `"message":"Unauthorized"` in prose; a bare word is too weak. */
function isQuoted(lower: string, start: number, end: number): boolean {
  const quotes = '"\'`’”“';
  return (
    start > 0 && end < lower.length && quotes.includes(lower[start - 1] ?? ' ') && quotes.includes(lower[end] ?? ' ')
  );
}

/** Of overlapping matches the longer stays; equal spans all stay (several plugins may say the same). */
function withoutInner(matches: readonly PhraseMatch[]): readonly PhraseMatch[] {
  return matches
    .filter(
      (match) =>
        !matches.some(
          (other) =>
            other.length > match.length &&
            other.index <= match.index &&
            other.index + other.length >= match.index + match.length,
        ),
    )
    .sort((one, other) => one.index - other.index);
}

interface Automaton {
  scan(text: string, hit: (pattern: number, end: number) => void): void;
}

/**
 * Aho and Corasick 1975: all patterns in one pass. The tree lies in arrays of numbers, a state's children as a list:
 * thousands of maps would take most of the time of a short call.
 */
function buildAutomaton(patterns: readonly string[]): Automaton {
  const size = patterns.reduce((sum, text) => sum + text.length, 1);
  const letter = new Uint16Array(size);
  const firstChild = new Int32Array(size);
  const nextChild = new Int32Array(size);
  const fail = new Int32Array(size);
  /** The nearest state on the way of failures that ends a pattern; and the state itself, when it does. */
  const shorter = new Int32Array(size);
  const ending = new Int32Array(size);
  const ends = new Map<number, number[]>();
  // ASCII children of the root in a table: most characters of most texts end there.
  const root = new Int32Array(128);
  let states = 1;

  function child(state: number, code: number): number {
    if (state === 0 && code < 128) return root[code] ?? 0;
    let next = firstChild[state] ?? 0;
    while (next !== 0 && letter[next] !== code) next = nextChild[next] ?? 0;
    return next;
  }

  for (const [pattern, text] of patterns.entries()) {
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      let next = child(state, code);
      if (next === 0) {
        next = states++;
        letter[next] = code;
        nextChild[next] = firstChild[state] ?? 0;
        firstChild[state] = next;
        if (state === 0 && code < 128) root[code] = next;
      }
      state = next;
    }
    const same = ends.get(state);
    if (same === undefined) ends.set(state, [pattern]);
    else same.push(pattern);
  }

  const queue = new Int32Array(size);
  let queued = 1;
  for (let head = 0; head < queued; head++) {
    const state = queue[head] ?? 0;
    for (let next = firstChild[state] ?? 0; next !== 0; next = nextChild[next] ?? 0) {
      const code = letter[next] ?? 0;
      let back = fail[state] ?? 0;
      let target = state === 0 ? 0 : child(back, code);
      while (target === 0 && back !== 0) {
        back = fail[back] ?? 0;
        target = child(back, code);
      }
      fail[next] = target;
      shorter[next] = ending[target] ?? 0;
      ending[next] = ends.has(next) ? next : (shorter[next] ?? 0);
      queue[queued++] = next;
    }
  }

  return {
    scan(text, hit) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        let next = child(state, code);
        while (next === 0 && state !== 0) {
          state = fail[state] ?? 0;
          next = child(state, code);
        }
        state = next;
        for (let end = ending[state] ?? 0; end !== 0; end = shorter[end] ?? 0)
          for (const pattern of ends.get(end) ?? []) hit(pattern, i + 1);
      }
    },
  };
}
