// How two secrets that should be equal differ, in words that give neither away. Sees raw values, keeps none.
import { createHash } from 'node:crypto';

/** The ways in which a presented secret misses the known one; `another` when nothing but their length may be alike. */
export const DIFFERENCES = [
  'equal',
  'in quotes',
  'with a line break at its end',
  'with blanks around it',
  'URL-encoded',
  'base64-encoded',
  'in other upper and lower case',
  'with a scheme in front',
  'cut off',
  'longer than it',
  'hashed',
  'another',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** Values shorter than this that begin alike are a coincidence and no cut. */
const CUT_FROM = 8;

/**
 * How the presented value differs from the known one.
 * @param salt what Kong's basic-auth appends before it hashes: the id of the consumer (Kong 1.0 to 3.9 `crypto.lua`)
 */
export function differenceOf(presented: string, known: string, salt?: string): Difference {
  if (presented === known) return 'equal';
  if (/^[0-9a-f]{40}$/.test(known) && !/^[0-9a-f]{40}$/.test(presented)) {
    if (salt === undefined) return 'hashed';
    return createHash('sha1').update(`${presented}${salt}`).digest('hex') === known ? 'equal' : 'another';
  }
  if (presented.replace(/[\r\n]+$/, '') === known.replace(/[\r\n]+$/, '')) return 'with a line break at its end';
  const bare = presented.trim();
  if (bare === known.trim()) return 'with blanks around it';
  if (withoutQuotes(bare) === withoutQuotes(known)) return 'in quotes';
  if (decoded(bare) === known) return 'URL-encoded';
  if (Buffer.from(known).toString('base64').replace(/=+$/, '') === bare.replace(/=+$/, '')) return 'base64-encoded';
  if (bare.toLowerCase() === known.toLowerCase()) return 'in other upper and lower case';
  if (/^(?:bearer|basic|apikey|key|token)\s+/i.test(bare) && bare.replace(/^\w+\s+/, '') === known)
    return 'with a scheme in front';
  if (bare.length >= CUT_FROM && known.startsWith(bare)) return 'cut off';
  return known.length >= CUT_FROM && bare.startsWith(known) ? 'longer than it' : 'another';
}

function withoutQuotes(text: string): string {
  return text.replace(/^["'`“”]+/, '').replace(/["'`“”]+$/, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone per cent sign is text and no encoding.
    return text;
  }
}
