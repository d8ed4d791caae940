// What a cause is: one file each, whose signals weigh the facts for and against it, with its page and its example.
import type { Facts } from '../facts/facts.ts';
import type { Sighting } from '../intake/place.ts';
import type { CauseName } from '../names.ts';
import type { RemedyDraft } from '../remedies/remedy.ts';

/** What a signal found: a line and how much it says. */
export interface Weighed {
  /** Log-odds for (positive) or against (negative) the cause. About 1 is a hint, 2 suggestive, 3 strong, 4.5 proof. */
  readonly weight: number;
  /** Why this counts, one sentence ending with a full stop; shown to people. */
  readonly says: string;
  readonly sighting: Sighting;
  /** The words of the line that were recognised, to be underlined; without them those that `says` repeats. */
  readonly words?: string;
  /** A person says so: people guess, so all they say together counts no more than one good line of a log. */
  readonly hearsay?: boolean;
}

/** A small named function: facts in, weighed evidence out. Returns an empty list when it has nothing to say. */
export type Signal<K extends keyof Facts> = (facts: Pick<Facts, K>) => readonly Weighed[];

/** The page of a cause, shown by `kongauth explain`. Every sentence ends with a full stop. */
export interface CausePage {
  /** What is wrong. */
  readonly what: string;
  /** Why it happens, and how it differs from its neighbours. */
  readonly why: string;
  /** How to be sure: commands or lines to look for. */
  readonly confirm: readonly string[];
  /** What to do, in words; the remedies carry the commands. */
  readonly fix: readonly string[];
}

export interface Cause {
  readonly name: CauseName;
  /** A title of at most eight words. */
  readonly title: string;
  /** Names of the facts that the signals receive. */
  readonly looksAt: readonly (keyof Facts)[];
  readonly signals: readonly ((facts: Facts) => readonly Weighed[])[];
  /** More specific causes that, when they are likely, explain this one away. */
  readonly yieldsTo: readonly CauseName[];
  /** Remedies, best first; each decides from the facts whether and with which names it applies. */
  readonly remedies: readonly ((facts: Facts) => RemedyDraft | undefined)[];
  /** What would confirm it or rule it out, for this paste: commands to run or material to paste. */
  readonly checks: readonly string[];
  readonly page: CausePage;
  /** A paste that must put this cause first; run by the tests. */
  readonly example: string;
}

/** Declares a cause. `looksAt` is checked by type: a signal receives only those facts. */
export function defineCause<K extends keyof Facts>(definition: {
  readonly name: CauseName;
  readonly title: string;
  readonly looksAt: readonly K[];
  readonly signals: readonly Signal<K>[];
  readonly yieldsTo?: readonly CauseName[];
  readonly remedies: readonly ((facts: Facts) => RemedyDraft | undefined)[];
  readonly checks: readonly string[];
  readonly page: CausePage;
  readonly example: string;
}): Cause {
  return { ...definition, yieldsTo: definition.yieldsTo ?? [] };
}
