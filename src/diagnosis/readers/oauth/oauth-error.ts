// OAuth errors wherever they stand: JSON bodies, query strings, headers, log text (RFC 6749 §5.2 and §4.1.2.1, RFC 6750 §3).
import type { OauthError } from '../observation.ts';

/** An error in a parsed JSON body: `error` must be a code and no sentence. */
export function oauthErrorOfJson(json: unknown): OauthError | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const body = json as Record<string, unknown>;
  const code = body.error;
  if (typeof code !== 'string' || !/^[\w.-]{3,60}$/.test(code)) return undefined;
  const description = body.error_description ?? body.errorDescription ?? body.message;
  const uri = body.error_uri;
  return {
    code,
    ...(typeof description === 'string' ? { description } : {}),
    ...(typeof uri === 'string' ? { uri } : {}),
  };
}

const IN_TEXT = /\berror["']?\s?[=:]\s?["']?([a-z][a-z_]{4,50})["']?/g;
const DESCRIPTION = /error_description["']?\s?[=:]\s?(?:"([^"\n]{1,600})"|'([^'\n]{1,600})'|([^&\s"'][^&\n"]{0,600}))/;

/** Errors in running text: `error=invalid_client&error_description=...`, `error: invalid_grant, error_description: "..."`. */
export function oauthErrorsInText(text: string): readonly OauthError[] {
  if (!text.includes('error')) return [];
  const errors: OauthError[] = [];
  for (const match of text.slice(0, 20_000).matchAll(IN_TEXT)) {
    const code = match[1] ?? '';
    if (!code.includes('_') || code === 'error_description' || code.startsWith('error_')) continue;
    const found = DESCRIPTION.exec(text.slice(match.index, match.index + 1500));
    const description = found?.[1] ?? found?.[2] ?? found?.[3];
    errors.push({ code, ...(description === undefined ? {} : { description: decoded(description) }) });
    if (errors.length >= 10) break;
  }
  return errors;
}

/** URL decoding where the text is encoded; as it is otherwise. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A lone per cent sign is text and no encoding.
    return text;
  }
}
