// A small generator of numbers for sample logs: the same seed gives the same log on every machine.

/** Draws numbers from one seed. */
export interface Random {
  /** An integer from 0 to below - 1. */
  below(below: number): number;
  /** One of the values, each as likely. */
  pick<T>(values: readonly [T, ...T[]]): T;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** True with this share, 0 to 1. */
  chance(share: number): boolean;
}

/**
 * A generator by Marsaglia's xorshift with 32 bits (Journal of Statistical Software 8, 2003).
 * @param seed any integer but 0
 */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    pick: (values) => values[below(values.length)] ?? values[0],
    hex(digits) {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
    chance: (share) => next() / 2 ** 32 < share,
  };
}
