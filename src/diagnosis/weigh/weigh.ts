// From signals and phrases to an honest order: log-odds per cause, one voice per line, causes that yield to others.
import type { Cause, Weighed } from '../causes/cause.ts';
import type { Facts, PhraseSeen, PhraseSighting } from '../facts/facts.ts';
import type { CauseName } from '../names.ts';
import { calibrated } from './calibration.ts';

/** A cause with its evidence and score. */
export interface WeighedCause {
  readonly cause: Cause;
  /** Log-odds after all evidence. */
  readonly score: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly Weighed[];
}

/** Log-odds of any one cause before anything was read: about one in twenty. */
const PRIOR = -3;
/** Further lines for the same cause say less and less: they mostly repeat the first. */
const REPEATS = [1, 0.45, 0.25, 0.15, 0.1];
/** All that people say for one cause counts at most so much: less than one line of Kong's own log and one hint. */
const HEARSAY_LIMIT = 3.4;
/** Below this a cause is not worth a reader's time. */
const REPORTED = -1.9;
/** Evidence below this weight is a hint; without anything stronger the confidence is capped. */
const DECISIVE = 2.4;
const CAP_WITHOUT_DECISIVE = 0.55;
/** Findings of one diagnosis. */
const FINDINGS = 5;

/** Weighs all causes; best first, at most five. */
export function weigh(causes: readonly Cause[], facts: Facts): readonly WeighedCause[] {
  const byPhrase = phraseEvidence(facts);
  const scored = causes.map((cause) => {
    const evidence = [...cause.signals.flatMap((signal) => signal(facts)), ...(byPhrase.get(cause.name) ?? [])];
    return { cause, evidence, score: PRIOR + sum(evidence) };
  });
  const yielded = scored.map((entry) => ({ ...entry, score: afterYielding(entry, scored) }));
  const ordered = yielded
    .filter((entry) => entry.score > REPORTED && entry.evidence.some((item) => item.weight > 0))
    .sort((one, other) => other.score - one.score);
  const best = ordered[0]?.score ?? 0;
  const total = ordered.reduce((mass, entry) => mass + Math.exp(entry.score), 0);
  return ordered
    .filter((entry) => entry.score > best - 4.5)
    .slice(0, FINDINGS)
    .map((entry) => {
      const share = Math.exp(entry.score) / total;
      const decisive = entry.evidence.some((item) => item.weight >= DECISIVE);
      const confidence = calibrated(entry.score, share);
      return {
        cause: entry.cause,
        score: entry.score,
        confidence: decisive ? confidence : Math.min(confidence, CAP_WITHOUT_DECISIVE),
        evidence: strongest(entry.evidence),
      };
    });
}

/** What lines say, and what people say up to its limit. */
function sum(evidence: readonly Weighed[]): number {
  const hearsay = sumOfVoices(evidence.filter((item) => item.hearsay === true));
  return Math.min(HEARSAY_LIMIT, hearsay) + sumOfVoices(evidence.filter((item) => item.hearsay !== true));
}

/** One voice per line, the loudest; then fading repeats; everything against counts in full. */
function sumOfVoices(evidence: readonly Weighed[]): number {
  const byLine = new Map<string, number>();
  let against = 0;
  for (const item of evidence) {
    if (item.weight < 0) {
      against += item.weight;
      continue;
    }
    const key = `${item.sighting.place.source}:${item.sighting.place.line}`;
    byLine.set(key, Math.max(byLine.get(key) ?? 0, item.weight));
  }
  const loud = [...byLine.values()].sort((one, other) => other - one);
  return against + loud.reduce((total, weight, index) => total + weight * (REPEATS[index] ?? 0.05), 0);
}

/** A cause that a more specific likely one explains steps behind it, as far as that one itself stands. */
function afterYielding(entry: Scored, all: readonly Scored[], asking: readonly CauseName[] = []): number {
  const path = [...asking, entry.cause.name];
  const stronger = all
    .filter(
      ({ cause, score }) => entry.cause.yieldsTo.includes(cause.name) && score > LIKELY && !path.includes(cause.name),
    )
    .map((other) => afterYielding(other, all, path));
  return stronger.length === 0 ? entry.score : Math.min(entry.score, Math.max(...stronger) - STEP_BEHIND);
}

interface Scored {
  readonly cause: Cause;
  readonly score: number;
}

/** From this score on a more specific cause is likely enough to explain another away. */
const LIKELY = -0.8;
const STEP_BEHIND = 0.7;

/** At most four lines for, one against, the loudest first, one of each line. */
function strongest(evidence: readonly Weighed[]): readonly Weighed[] {
  const seen = new Set<string>();
  return [...evidence]
    .sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
    .filter((item) => {
      const key = `${item.sighting.place.source}:${item.sighting.place.line}:${item.weight > 0}`;
      if (item.weight < 0.3 || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, 4);
}

/** Weights of a phrase by where it was met; a person's words describe, a log line states. */
const MET_WEIGHT: Readonly<Record<PhraseSighting['met'], number>> = { log: 3.3, answer: 3.3, said: 2.2 };
const ALSO_SHARE = 0.45;
/** Kong's own words in an answer that the upstream made are somebody else's words. */
const OTHER_MOUTH = 0.25;
/** `Unauthorized` and the like, when nothing else tells which plugin said it. */
const GENERIC =
  /^\W{0,4}(?:message\W{1,5})?(?:unauthorized|forbidden|access denied|bad request|invalid request)\W{0,4}(?:\{\w+\}\W{0,2})?$/i;
const ANYBODYS_WORD = 0.5;

function phraseEvidence(facts: Facts): ReadonlyMap<CauseName, readonly Weighed[]> {
  const evidence = new Map<CauseName, Weighed[]>();
  const rivals = rivalsOf(facts.phrases);
  const specific = linesWithSpecifics(facts.phrases);
  for (const seen of facts.phrases) {
    // What an answer or a log line says counts more than the same words in somebody's sentence.
    const first = seen.sightings.find(({ met }) => met !== 'said') ?? seen.sightings[0];
    if (first === undefined) continue;
    const overruled = isEnvelope(seen) && specific.has(lineOf(first)) ? BESIDE_SPECIFIC : 1;
    const weight = (weightOf(seen, first) / (rivals.get(seen) ?? 1)) * overruled;
    const item = {
      says: seen.phrase.means,
      sighting: first.sighting,
      hearsay: first.met === 'said',
      ...(first.words === undefined ? {} : { words: first.words }),
    };
    add(evidence, seen.phrase.points, { ...item, weight });
    for (const also of seen.phrase.also ?? []) add(evidence, also, { ...item, weight: weight * ALSO_SHARE });
  }
  return evidence;
}

/** An error code or a client's wrapper around somebody's message: what stands inside says more. */
const ENVELOPE = /^(?:\{"error":"\w+"\{\.\.\.\}\}|HTTP status \d{3} \(message: \{text\}\))$/;
const BESIDE_SPECIFIC = 0.35;

function isEnvelope({ phrase }: PhraseSeen): boolean {
  return phrase.component === 'OAuth 2.0' || ENVELOPE.test(phrase.text);
}

function lineOf({ sighting: { place } }: PhraseSighting): string {
  return `${place.source}:${place.line}`;
}

/** Lines on which a product says something of its own, not only an error code. */
function linesWithSpecifics(phrases: readonly PhraseSeen[]): ReadonlySet<string> {
  return new Set(
    phrases
      .filter((seen) => !isEnvelope(seen) && seen.phrase.component !== 'person' && !GENERIC.test(seen.phrase.text))
      .flatMap((seen) => seen.sightings.map(lineOf)),
  );
}

function weightOf(seen: PhraseSeen, first: PhraseSighting): number {
  const { phrase } = seen;
  const base = phrase.weight ?? (phrase.where === 'response-header' ? 1 : MET_WEIGHT[first.met]);
  const level = phrase.level === 'debug' || phrase.level === 'info' ? 0.8 : 1;
  const upstreamSpoke = first.exchange?.answered.by === 'upstream' && phrase.where === 'response-body';
  const anybodysWord = GENERIC.test(phrase.text) && first.exchange?.answered.plugin !== phrase.component;
  return base * level * (upstreamSpoke ? OTHER_MOUTH : 1) * (anybodysWord ? ANYBODYS_WORD : 1);
}

/** The same words at the same place by several speakers point to several causes: they share the weight. */
function rivalsOf(phrases: readonly PhraseSeen[]): ReadonlyMap<PhraseSeen, number> {
  const groups = new Map<string, PhraseSeen[]>();
  for (const seen of phrases) {
    const place = seen.sightings[0]?.sighting.place;
    const key = `${place?.source}:${place?.line}:${seen.phrase.text.toLowerCase()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [seen]);
    else group.push(seen);
  }
  const rivals = new Map<PhraseSeen, number>();
  for (const group of groups.values()) {
    const causes = new Set(group.map((seen) => seen.phrase.points)).size;
    for (const seen of group) rivals.set(seen, causes);
  }
  return rivals;
}

function add(evidence: Map<CauseName, Weighed[]>, cause: CauseName, item: Weighed): void {
  const list = evidence.get(cause);
  if (list === undefined) evidence.set(cause, [item]);
  else list.push(item);
}
