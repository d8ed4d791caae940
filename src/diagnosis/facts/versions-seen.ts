// Which Kong, and the line that says so: headers, node answers, and versions that a person names beside the word Kong.
import type { Sighting } from '../intake/place.ts';
import type { VersionSeen } from './facts.ts';

const IN_HEADER = /\bkong\/(\d{1,2}(?:\.\d{1,3}){1,3})(-[\w.-]{1,40})?/i;
const IN_PROSE =
  /\b(?:kong(?: gateway| enterprise| version| oss| ee| ce| image)*[ :v=/]{1,4}|_kong_version: ?["']?)(\d{1,2}\.\d{1,3}(?:\.\d{1,3}){0,2})\b/i;

/** The version in a `Server` or `Via` header or an image name, or undefined. */
export function versionInHeader(text: string, sighting: Sighting): VersionSeen | undefined {
  return toVersion(IN_HEADER.exec(text), sighting);
}

/** The version that a sentence names together with Kong, or undefined. */
export function versionInProse(text: string, sighting: Sighting): VersionSeen | undefined {
  return toVersion(IN_PROSE.exec(text) ?? IN_HEADER.exec(text), sighting);
}

function toVersion(match: RegExpExecArray | null, sighting: Sighting): VersionSeen | undefined {
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  return { text: digits + (match?.[2] ?? ''), parts: digits.split('.').map(Number), sighting };
}
