// What people said: statements joined to sentences across line breaks, and the sayings that each one holds.

import type { Sighting } from '../intake/place.ts';
import type { Phrase } from '../phrasebook/phrase.ts';
import { compileSayings, type Saying, wordsOf } from '../phrasebook/saying.ts';
import { SAYINGS } from '../phrasebook/sayings.ts';
import type { StatementObservation } from '../readers/observation.ts';
import type { PhraseSeen } from './facts.ts';

/** A sentence: its words, and where it begins. */
export interface Sentence {
  readonly words: readonly string[];
  readonly sighting: Sighting;
}

/** Words of one sentence; a longer run without a full stop is taken in pieces. */
const SENTENCE_WORDS = 45;
/** Lines that begin a thought of their own. */
const BEGINS = /^\s*(?:[-*•#>|]|\d{1,2}[.)]\s|\w{1,20}:\s*$)/;

/** Config, code and log lines of other programs are no sentences: `key: value`, a statement's end, a call, a stack frame. */
const TECHNICAL =
  /^\s*(?:[-*] )?["']?[\w./-]{2,60}["']?\s?[:=]\s?\S{0,200},?\s*$|[;{}\\]\s*$|^\s*(?:const|let|var|import|return|local|def|func|public|private|at|from|RUN|COPY|ENV|image|FROM)\s|=>|^\s*[\w.]+\([^)]{0,200}\)|^\s*<\/?\w/;

/** Whether a line is config or code and no sentence of a person. */
export function isTechnical(text: string): boolean {
  return TECHNICAL.test(text);
}

const matcher = compileSayings(SAYINGS);
const AS_PHRASE: ReadonlyMap<Saying, Phrase> = new Map(
  SAYINGS.map((saying) => [
    saying,
    {
      component: 'person',
      versions: 'all',
      where: 'anywhere',
      text: saying.all.map(([first]) => first).join(' … '),
      points: saying.points,
      weight: saying.weight,
      means: saying.means,
      source: 'wordings of public threads',
      ...(saying.also === undefined ? {} : { also: saying.also }),
    },
  ]),
);

/** Sayings as phrases. */
export const SAID: readonly Phrase[] = [...AS_PHRASE.values()];

/** The sayings in what people wrote, each with the sentences (at most five) that hold it. */
export function sayingsIn(statements: readonly StatementObservation[]): readonly PhraseSeen[] {
  const seen = new Map<Saying, Sighting[]>();
  for (const sentence of sentencesOf(statements)) {
    for (const saying of matcher.find(sentence.words)) {
      const sightings = seen.get(saying);
      if (sightings === undefined) seen.set(saying, [sentence.sighting]);
      else sightings.push(sentence.sighting);
    }
  }
  return [...seen].flatMap(([saying, sightings]) => {
    const phrase = AS_PHRASE.get(saying);
    return phrase === undefined
      ? []
      : [
          {
            phrase,
            count: sightings.length,
            sightings: sightings.slice(0, 5).map((sighting) => ({ sighting, gaps: {}, met: 'said' as const })),
          },
        ];
  });
}

/** Statements as sentences: a line that does not end one goes on in the next line. */
export function sentencesOf(statements: readonly StatementObservation[]): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let words: string[] = [];
  let sighting: Sighting | undefined;
  const close = (): void => {
    if (sighting !== undefined && words.length > 1) sentences.push({ words, sighting });
    words = [];
    sighting = undefined;
  };
  let before: StatementObservation | undefined;
  for (const statement of statements) {
    const { place } = statement.sighting;
    const follows =
      before !== undefined &&
      before.sighting.place.source === place.source &&
      place.line === before.sighting.place.line + 1 &&
      !BEGINS.test(statement.text);
    if (!follows) close();
    before = statement;
    if (isTechnical(statement.text)) {
      close();
      continue;
    }
    for (const [at, piece] of statement.text.split(/[.!?;]+(?:\s+|$)/).entries()) {
      if (at > 0) close();
      for (const word of wordsOf(piece)) {
        sighting ??= statement.sighting;
        words.push(word);
        if (words.length >= SENTENCE_WORDS) close();
      }
    }
    if (/[.!?;:]\s*$/.test(statement.text)) close();
  }
  close();
  return sentences;
}
