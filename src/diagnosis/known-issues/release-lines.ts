// Whether a version of Kong has what its releases fixed or changed, line by line.
import { compareVersions, parseVersion } from '../versions.ts';

/** Major and minor: Kong maintains several lines at once (3.4, 3.10, 3.14) and brings fixes back into the older ones. */
function lineOf(version: readonly number[]): readonly number[] {
  return [version[0] ?? 0, version[1] ?? 0];
}

/** The numbers of a version that a row names. Throws a TypeError on anything else. */
export function numbersOf(version: string): readonly number[] {
  const numbers = parseVersion(version);
  if (numbers === undefined) throw new TypeError(`no version: ${version}`);
  return numbers;
}

/**
 * Whether a version contains a fix or change that came with the given releases.
 *
 * 1. Where the version's own line (3.10 of 3.10.0.2) has a release with it, that release decides.
 * 2. Where its line has none, it contains it exactly when no later line received it: then its line began after the
 *    fix was made. 3.4.3.20 and 3.10.0.2: 3.8.x does not have it, 3.11 does.
 *
 * Missing parts count as 0: open source 3.9.1 is older than Enterprise 3.9.1.2, and 3.10 alone is 3.10.0.0.
 * @param version numbers, as of `parseVersion`
 * @param releases versions, at least one
 */
export function contains(version: readonly number[], releases: readonly string[]): boolean {
  const line = lineOf(version);
  const parsed = releases.map(numbersOf);
  const own = parsed.filter((release) => compareVersions(lineOf(release), line) === 0);
  if (own.length > 0) return own.some((release) => compareVersions(version, release) >= 0);
  return !parsed.some((release) => compareVersions(lineOf(release), line) > 0);
}

/** Whether a version lies before the one from which on a fault exists. */
export function isBefore(version: readonly number[], since: string): boolean {
  return compareVersions(version, numbersOf(since)) < 0;
}

/**
 * The release to go to for a fix: the one of the version's own line, else the next later one.
 * @returns undefined where the version contains the fix
 */
export function nextWith(version: readonly number[], releases: readonly string[]): string | undefined {
  if (contains(version, releases)) return undefined;
  return releases
    .filter((release) => compareVersions(numbersOf(release), version) > 0)
    .toSorted((one, other) => compareVersions(numbersOf(one), numbersOf(other)))[0];
}

/** Minor lines in one row: 3.x stands at x, and 2.8, the last of its major, just before 3.0. */
function place(version: readonly number[]): number {
  const [major = 0, minor = 0] = lineOf(version);
  return major >= 3 ? (major - 3) * 100 + minor : minor - 9 - (2 - major) * 20;
}

/** How many minor lines lie between two versions, whichever is older. */
export function linesBetween(one: readonly number[], other: readonly number[]): number {
  return Math.abs(place(one) - place(other));
}

/** The latest of the releases that a version is not older than, or undefined. */
export function lastUpTo(version: readonly number[], releases: readonly string[]): readonly number[] | undefined {
  return releases
    .map(numbersOf)
    .filter((release) => compareVersions(release, version) <= 0)
    .toSorted(compareVersions)
    .at(-1);
}
