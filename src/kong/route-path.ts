// Whether a path of a route fits a request's: prefixes, and regular expressions within a bounded time.
import { createContext, Script } from 'node:vm';

/** Numbers of a version, as `parseVersion` gives them. */
export type Version = readonly number[];

export type PathFit =
  | { readonly fits: false }
  | { readonly fits: 'unknown'; readonly why: string }
  /** @member length of the prefix; 0 for a regular expression */
  | { readonly fits: true; readonly isRegex: boolean; readonly path: string; readonly length: number };

/** Milliseconds for one expression: a gateway's own take microseconds, one that explodes is cut off. */
const EACH_MS = 50;
const SCRIPT = new Script('test()');
/** What Perl's expressions have and ours read otherwise or not at all. */
const FOREIGN = /\(\?[>|#RC&]|\\[AZzGKQEhHRX]|[*+?}]\+|\[\[:|\(\*[A-Z]/;

/** Regular expressions begin with `~` since 3.0; before, any sign that plain paths do not have made one. */
export function isRegexPath(path: string, version: Version | undefined): boolean {
  if (path.startsWith('~')) return true;
  return version !== undefined && (version[0] ?? 3) < 3 && !/^[\w.~/%-]*$/.test(path);
}

/** Judges one path of a route against a request's path. */
export function pathFit(path: string, request: string, version: Version | undefined): PathFit {
  if (!isRegexPath(path, version))
    return request.startsWith(path) ? { fits: true, isRegex: false, path, length: path.length } : { fits: false };
  const pattern = path.replace(/^~/, '');
  if (FOREIGN.test(pattern)) return unknown(path);
  const inline = /^\(\?i\)/.test(pattern);
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern.replace(/^\(\?i\)/, '').replaceAll('(?P<', '(?<')})`, inline ? 'is' : 's');
  } catch {
    return unknown(path);
  }
  try {
    const found: unknown = SCRIPT.runInContext(createContext({ test: () => expression.test(request) }), {
      timeout: EACH_MS,
    });
    return found === true ? { fits: true, isRegex: true, path, length: 0 } : { fits: false };
  } catch {
    // Only the time limit ends there.
    return unknown(path);
  }
}

function unknown(path: string): PathFit {
  return { fits: 'unknown', why: `the regular expression ${path} could not be judged` };
}
