// WWW-Authenticate: challenges of RFC 9110 §11.6.1, several in one header, and Kong's blank instead of a comma before error=.
import type { Challenge, Header } from '../observation.ts';

const PIECE = /([A-Za-z][\w-]{0,40})(?:\s*=\s*(?:"([^"]{0,2000})"|([^\s,"]{0,500})))?/g;

/** The challenges of a header value. */
export function parseChallenges(value: string): readonly Challenge[] {
  const challenges: { scheme: string; params: Record<string, string> }[] = [];
  for (const match of value.slice(0, 8000).matchAll(PIECE)) {
    const name = (match[1] ?? '').toLowerCase();
    const param = match[2] ?? match[3];
    const current = challenges.at(-1);
    if (param === undefined) challenges.push({ scheme: name, params: {} });
    else if (current !== undefined) current.params[name] = param;
  }
  return challenges;
}

/** The challenges among headers. */
export function challengesOf(headers: readonly Header[]): readonly Challenge[] {
  return headers
    .filter((header) => header.name === 'www-authenticate' || header.name === 'proxy-authenticate')
    .flatMap((header) => parseChallenges(header.value));
}
