// Variables of other programs beside Kong: .env files and what stands in them of secrets, keys and tokens.
import { type Line, type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SecretKind } from '../../redact/redacted.ts';
import type { SettingObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';
import { readPemValue } from '../tokens/pem.ts';
import { findTokens, readToken } from '../tokens/token.ts';

const VARIABLE = /^(?:(?:export|set|ENV|-e)\s+|-\s+)?["']?([A-Z][A-Z0-9_]{2,80})\s{0,2}=\s{0,2}(.{0,8000})$/;
/** Secrets that sign tokens: GoTrue, PostgREST, Supabase, and what applications call theirs. */
const SIGNING =
  /^(?:[A-Z0-9_]{1,60}_)?JWT_(?:SIGNING_)?(?:SECRET|SECRET_KEY|SECRET_BASE64)$|^(?:[A-Z0-9_]{1,60}_)?TOKEN_SECRET$/;
/** Keys that clients send as `apikey`, and the tokens that are such keys in Supabase. */
const API_KEY = /^(?:[A-Z0-9_]{1,60}_)?(?:ANON_KEY|SERVICE_KEY|SERVICE_ROLE_KEY|API_?KEY)$/;
/** A value that names where the secret is instead of being it. */
const REFERENCE = /^(?:\$|\{\{|\{vault:|<|%)|^\*+$|^x+$|^\.\.\.$|^…$/i;

/** A variable that a line assigns. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The variable that a whole line assigns (`NAME=value`, `export NAME="value"`), or undefined. */
export function variableOf(line: string): Variable | undefined {
  const match = VARIABLE.exec(line.trim());
  return match === null ? undefined : { name: match[1] ?? '', value: bare(match[2] ?? '') };
}

/** Whether a variable of this name holds a secret that signs tokens. */
export function isSigningSecret(name: string): boolean {
  return SIGNING.test(name);
}

/** Whether a variable of this name holds a key that a client presents. */
export function isApiKeyVariable(name: string): boolean {
  return API_KEY.test(name);
}

/** Emits a variable as a setting under its own name; its secret replaced, its token and key looked at. */
export function emitVariable(
  { name, value }: Variable,
  notation: SettingObservation['notation'],
  sighting: Sighting,
  reading: Reading,
): void {
  const kind = kindOf(name);
  for (const token of findTokens(value).slice(0, 3))
    reading.emit(readToken(token.value, 'config', sighting, undefined, reading));
  if (value.includes('-----BEGIN ')) readPemValue(value, name.toLowerCase(), sighting, reading);
  const clean =
    kind === undefined || value === '' || REFERENCE.test(value)
      ? reading.redactor.text(value, sighting.place)
      : shown(reading.redactor.secret(kind, value, sighting.place));
  reading.emit({ kind: 'setting', name, value: clean, notation, sighting });
}

function kindOf(name: string): SecretKind | undefined {
  if (isSigningSecret(name)) return 'jwt-secret';
  return isApiKeyVariable(name) ? 'api-key' : secretKindOf(name);
}

/** The value without quotes; without a comment where a blank stands before it. */
function bare(raw: string): string {
  const text = raw.trim();
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, 1);
    if (close > 0) return text.slice(1, close);
  }
  const comment = /\s#/.exec(text);
  return (comment === null ? text : text.slice(0, comment.index)).replace(/["']$/, '').trim();
}

/** Reads runs of `NAME=value` lines of which none is Kong's own (those are read as Kong's settings). */
export const environmentReader: DocumentReader = {
  kind: 'environment',
  read(part, reading) {
    if (part.shape !== 'settings' || part.text.includes('KONG_')) return 0;
    return readVariables(part, reading) > 0 ? part.lines.length : 0;
  },
};

function readVariables(part: Part, reading: Reading): number {
  const found = part.lines.map((line) => variableOf(line.text));
  if (found.filter((variable) => variable !== undefined).length < 2) return 0;
  for (const [at, line] of part.lines.entries()) {
    const variable = found[at];
    if (line.text.trim() === '') continue;
    const sighting = sightingOf(line);
    if (variable !== undefined) emitVariable(variable, 'environment', sighting, reading);
    // Comments and unknown lines say things in words.
    reading.emit({ kind: 'statement', sighting, text: line.text.trim().slice(0, 20_000) });
  }
  return part.lines.length;
}

function sightingOf(line: Line): Sighting {
  return { place: placeOf(line), excerpt: line.text.slice(0, 600) };
}
