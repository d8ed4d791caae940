// A saying: what a person means, as notions that meet in one sentence in any order; and the matcher of sayings.
import type { CauseName } from '../names.ts';

/**
 * Ways to say one thing: words or runs of words in lower case without punctuation. `forward*` stands for all words that
 * begin so; a run of words stands in this order, next to each other.
 */
export type Notion = readonly string[];

export interface Saying {
  /** The cause that the sentence points to first, and others it can have. */
  readonly points: CauseName;
  readonly also?: readonly CauseName[];
  /** Log-odds for `points`: moderate, since a person describes and does not prove. */
  readonly weight: number;
  /** Every one must be met by the sentence, each by other words than the rest. */
  readonly all: readonly Notion[];
  /** None of these may be met anywhere in the sentence. */
  readonly none?: readonly Notion[];
  /** What it means, one sentence; shown as evidence. */
  readonly means: string;
}

export interface SayingMatcher {
  /** Sayings of one sentence. Linear in its words. */
  find(sentence: readonly string[]): readonly Saying[];
}

/** Words of a text, as notions write them: lower case, contractions taken apart, punctuation and hyphens dropped. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .replaceAll("n't", ' not')
      .replaceAll('cannot', 'can not')
      .match(/[a-z0-9_]+/g) ?? []
  );
}

interface Way {
  readonly notion: number;
  /** Words after the first; `*` at the end of one stands for any rest. */
  readonly rest: readonly string[];
}

/** Words of a sentence that can meet a notion: more are not compared. */
const LONGEST_STEM = 24;

/** Compiles sayings into one look-up by first words. */
export function compileSayings(sayings: readonly Saying[]): SayingMatcher {
  const notions = [...new Set(sayings.flatMap((saying) => [...saying.all, ...(saying.none ?? [])]))];
  const numbers = new Map(notions.map((notion, number) => [notion, number]));
  const exact = new Map<string, Way[]>();
  const stems = new Map<string, Way[]>();
  for (const [number, notion] of notions.entries()) {
    for (const way of notion) {
      const [first = '', ...rest] = way.split(' ');
      const table = first.endsWith('*') ? stems : exact;
      const key = first.endsWith('*') ? first.slice(0, -1) : first;
      const ways = table.get(key);
      if (ways === undefined) table.set(key, [{ notion: number, rest }]);
      else ways.push({ notion: number, rest });
    }
  }
  return {
    find(sentence) {
      const met = new Map<number, Set<number>>();
      const meet = (ways: readonly Way[] | undefined, at: number): void => {
        for (const { notion, rest } of ways ?? []) {
          if (!rest.every((word, step) => fitsWord(sentence[at + 1 + step], word))) continue;
          const places = met.get(notion);
          if (places === undefined) met.set(notion, new Set([at]));
          else places.add(at);
        }
      };
      for (const [at, word] of sentence.entries()) {
        meet(exact.get(word), at);
        for (let length = Math.min(word.length, LONGEST_STEM); length >= 2; length--)
          meet(stems.get(word.slice(0, length)), at);
      }
      if (met.size === 0) return [];
      const placesOf = (notion: Notion): ReadonlySet<number> | undefined => met.get(numbers.get(notion) ?? -1);
      return sayings.filter(
        ({ all, none }) =>
          isMetApart(all.map(placesOf)) && !(none ?? []).some((notion) => placesOf(notion) !== undefined),
      );
    },
  };
}

function fitsWord(word: string | undefined, wanted: string): boolean {
  if (word === undefined) return false;
  return wanted.endsWith('*') ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
}

/** Words that belong together stand at most so far from each other. */
const REACH = 14;

/** Whether every notion has a word of its own, near the rarest one: one word never stands for two. */
function isMetApart(places: readonly (ReadonlySet<number> | undefined)[]): boolean {
  // Notions with the fewest places choose first; with at most five notions that is enough.
  const inOrder = [...places].sort((one, other) => (one?.size ?? 0) - (other?.size ?? 0));
  const [rarest, ...rest] = inOrder;
  return [...(rarest ?? [])].some((centre) => {
    const taken = new Set([centre]);
    return rest.every((place) => {
      const free = [...(place ?? [])].find((at) => !taken.has(at) && Math.abs(at - centre) <= REACH);
      if (free !== undefined) taken.add(free);
      return free !== undefined;
    });
  });
}
