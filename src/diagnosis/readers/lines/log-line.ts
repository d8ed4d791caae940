// What the readers of single log lines share: sightings, times, levels, and the lines of a stack trace.
import { detached, type Line, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';

/** Characters kept of the text of one entry. */
export const ENTRY_LIMIT = 8192;

/** The line as a sighting, its text cut to 600 characters. */
export function sightingOf(line: Line): Sighting {
  return { place: placeOf(line), excerpt: detached(line.text.slice(0, 600)) };
}

/** ms since 1970 of `2026-10-12 07:01:02,123`, ISO 8601 or RFC 3339; times without a zone are taken as UTC. */
export function timeOf(text: string): number | undefined {
  const plain = text.replace(',', '.').replace(/^(\d{4})[-/](\d{2})[-/](\d{2})[ T]/, '$1-$2-$3T');
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(plain) ? plain : `${plain}Z`;
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Lines below an entry that belong to it: frames of Java, JavaScript, Python, Go and .NET, and what caused what. */
export function isTrace(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 9 || first === 32)
    return /^\s{1,16}(?:at [\w.$<>/@]|\.\.\. \d{1,6} (?:more|common)|File "|--- End of|\^+\s*$)/.test(text);
  return (
    text.startsWith('Caused by: ') ||
    text.startsWith('Suppressed: ') ||
    text.startsWith('Traceback (most recent call last)') ||
    /^goroutine \d{1,9} \[/.test(text)
  );
}

/** What a `Caused by:` line says beyond frames; undefined for a frame. */
export function causeInTrace(text: string): string | undefined {
  return text.startsWith('Caused by: ') ? text.slice(11) : undefined;
}
