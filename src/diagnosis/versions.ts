// Kong's version numbers: three parts in open source, four in Enterprise; ranges as the phrasebook writes them.

const NUMBER = /^\D{0,8}(\d{1,3}(?:\.\d{1,3}){1,3})/;

/** The numbers of a version text (`3.14.0.2-enterprise-edition` gives [3,14,0,2]), or undefined. */
export function parseVersion(text: string): readonly number[] | undefined {
  return NUMBER.exec(text)?.[1]?.split('.').map(Number);
}

/** Negative, zero or positive, as `one` is older than, equal to or newer than `other`; missing parts count as 0. */
export function compareVersions(one: readonly number[], other: readonly number[]): number {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const BOUND = /(>=|<=|<|>|=)?\s*(\d{1,3}(?:\.\d{1,3}){0,3})/g;

/**
 * Whether a version lies in a range such as `>=3.6`, `<3.6`, `>=3.8 <3.11`, `3.2.1`. A range without any number
 * (`all`, `any`) holds always; a range that speaks of something else than Kong (`KIC >=2.8`) holds too.
 */
export function inRange(version: readonly number[], range: string): boolean {
  if (range.includes('KIC') || range.includes('deck')) return true;
  for (const [, operator = '=', number = ''] of range.matchAll(BOUND)) {
    const bound = number.split('.').map(Number);
    const order = compareVersions(version, bound);
    const holds =
      operator === '>='
        ? order >= 0
        : operator === '<='
          ? order <= 0
          : operator === '<'
            ? order < 0
            : operator === '>'
              ? order > 0
              : compareVersions(version.slice(0, bound.length), bound) === 0;
    if (!holds) return false;
  }
  return true;
}
