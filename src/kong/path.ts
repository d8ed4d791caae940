// Paths of the Admin API, made from encoded segments only: a name can fill its own segment and nothing else.
import { KongauthError } from '../errors.ts';

declare const adminPath: unique symbol;
/** A path made by `path`, without workspace and base. */
export type AdminPath = string & { readonly [adminPath]: true };

/**
 * The path of these segments, each encoded: `path('consumers', 'a/b')` is `/consumers/a%2Fb`.
 * @throws KongauthError `usage` for a segment that is empty, leads to another place or cannot be encoded
 */
export function path(...segments: readonly string[]): AdminPath {
  return segments.map((segment) => `/${encoded(segment)}`).join('') as AdminPath;
}

function encoded(segment: string): string {
  if (segment === '') throw new KongauthError('usage', 'A name is empty; give the name or id of what to look at.');
  // A proxy may decode before it resolves dots, so they are refused between encoded slashes too.
  const leads = segment.split(/[/\\]/).some((piece) => piece === '.' || piece === '..');
  if (leads) throw new KongauthError('usage', 'A name with . or .. as a part is a path; give the id instead.');
  try {
    return encodeURIComponent(segment);
  } catch (error) {
    throw new KongauthError('usage', 'The name is no valid Unicode text; give the id instead.', { cause: error });
  }
}
