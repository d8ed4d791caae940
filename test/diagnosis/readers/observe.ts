// Reads a text as one part or as a whole paste, and collects what the readers say.
import { unwrap } from '../../../src/diagnosis/intake/containers.ts';
import type { Line, Part, PartShape } from '../../../src/diagnosis/intake/part.ts';
import type { Sighting } from '../../../src/diagnosis/intake/place.ts';
import { splitRun } from '../../../src/diagnosis/intake/split.ts';
import { lineReaders, readPart } from '../../../src/diagnosis/readers/index.ts';
import type { EntityObservation, Observation } from '../../../src/diagnosis/readers/observation.ts';
import type { Reading } from '../../../src/diagnosis/readers/reader.ts';
import { createRedactor } from '../../../src/diagnosis/redact/redact.ts';

/** A reading that keeps its observations. */
export interface KeptReading extends Reading {
  readonly observations: Observation[];
}

/** A reading with a fixed key, so that fingerprints are the same in every run. */
export function keptReading(): KeptReading {
  const observations: Observation[] = [];
  return {
    redactor: createRedactor(new Uint8Array(16).fill(7)),
    observations,
    emit: (observation) => observations.push(observation),
  };
}

/** A text as one part. */
export function partOf(text: string, shape: PartShape): Part {
  const lines = text.split('\n').map((line, at) => ({ text: line, number: at + 1, source: 'paste' }));
  return { source: 'paste', lines, text, shape };
}

/** All observations of one part, but statements; and what it was read as. */
export function observe(text: string, shape: PartShape): { kind: string; observations: Observation[] } {
  const reading = keptReading();
  const { kind, recognised } = readPart(partOf(text, shape), reading);
  return {
    kind: recognised === 0 ? 'none' : kind,
    observations: reading.observations.filter((observation) => observation.kind !== 'statement'),
  };
}

/** All observations of a paste that is split first, but statements. */
export function observePaste(text: string): readonly Observation[] {
  const reading = keptReading();
  for (const part of splitRun(partOf(text, 'prose').lines)) readPart(part, reading);
  return reading.observations.filter((observation) => observation.kind !== 'statement');
}

/** The entities of one part. */
export function entitiesOf(text: string, shape: PartShape): readonly EntityObservation[] {
  return observe(text, shape).observations.filter((observation) => observation.kind === 'entity');
}

/** Observations of one kind. */
export function ofKind<K extends Observation['kind']>(
  observations: readonly Observation[],
  kind: K,
): readonly Extract<Observation, { kind: K }>[] {
  return observations.filter(
    (observation): observation is Extract<Observation, { kind: K }> => observation.kind === kind,
  );
}

/** What the line readers say of a log: transport undone, kinds by line, observations in order. */
export function observeLines(text: string): { kinds: readonly string[]; observations: readonly Observation[] } {
  const reading = keptReading();
  const readers = lineReaders();
  const kinds = text.split('\n').map((raw, at) => {
    const { text: line, carrier } = unwrap(raw);
    const given = { text: line, number: at + 1, source: 'paste', ...(carrier === undefined ? {} : { carrier }) };
    return readers.find((reader) => reader.read(given, reading))?.kind ?? 'none';
  });
  for (const reader of readers) reader.end(reading);
  return { kinds, observations: reading.observations };
}

/** Everything that the readers say of a paste, and an observation's excerpts as the diagnosis would show them. */
export function observeAll(text: string): {
  readonly observations: readonly Observation[];
  readonly shown: (observation: Observation) => string;
} {
  const reading = keptReading();
  const readers = lineReaders();
  let run: Line[] = [];
  const finish = () => {
    for (const part of splitRun(run)) readPart(part, reading);
    run = [];
  };
  for (const raw of partOf(text, 'prose').lines) {
    const { text: bare, carrier } = unwrap(raw.text);
    const line: Line = { ...raw, text: bare, ...(carrier === undefined ? {} : { carrier }) };
    if (readers.some((reader) => reader.read(line, reading))) finish();
    else run.push(line);
  }
  finish();
  for (const reader of readers) reader.end(reading);
  return {
    observations: reading.observations,
    shown: (observation) =>
      Object.values(observation)
        .flatMap((value) => (isSighting(value) ? [reading.redactor.text(value.excerpt)] : []))
        .join('\n'),
  };
}

function isSighting(value: unknown): value is Sighting {
  return typeof value === 'object' && value !== null && 'excerpt' in value && 'place' in value;
}
