// Node settings: kong.conf lines and KONG_* variables, as shells, Dockerfiles, docker run and env files write them.
import { type Line, type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { isNoSecret, secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SettingObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';
import { isConfName, isTellingConfName, versionOfImage } from './conf-names.ts';
import { emitVariable, isApiKeyVariable, isSigningSecret, variableOf } from './environment.ts';
import { readLuaOpenidc } from './lua-openidc.ts';

const CONF = /^["']?([a-z][a-z0-9_]{2,60})\s{0,20}=\s{0,20}(.{0,4000})$/;

/** Emits one setting under its kong.conf name; secret values are replaced. */
export function emitSetting(
  name: string,
  raw: string,
  notation: SettingObservation['notation'],
  sighting: Sighting,
  reading: Reading,
): void {
  const value = bare(raw);
  const kind = secretKindOf(name);
  const clean =
    kind === undefined || isNoSecret(value)
      ? reading.redactor.text(value, sighting.place)
      : shown(reading.redactor.secret(kind, value, sighting.place));
  reading.emit({ kind: 'setting', name, value: clean, notation, sighting });
}

/** The value without quotes and without the comment behind it (`#` within a value is `\#` in kong.conf). */
function bare(raw: string): string {
  const text = raw.trim();
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const close = text.indexOf(quote, 1);
    if (close > 0) return text.slice(1, close);
  }
  const comment = /\s#/.exec(text);
  return (comment === null ? text : text.slice(0, comment.index)).replaceAll('\\#', '#').trim();
}

/** A KONG_* variable in a line, under its kong.conf name. */
export interface KongVariable {
  readonly name: string;
  readonly value: string;
}

const VARIABLE = /KONG_([A-Z0-9_]{2,80})(["']?)/g;

/** Every KONG_* variable that a line assigns: `KONG_X=y`, `KONG_X: y`, `"KONG_X": "y"`, `ENV KONG_X y`. */
export function kongVariables(line: string): readonly KongVariable[] {
  if (!line.includes('KONG_')) return [];
  const found: KongVariable[] = [];
  for (const match of line.matchAll(VARIABLE)) {
    const before = line.slice(0, match.index).trimEnd();
    // `$KONG_X` uses the variable.
    if (/[$\w{]$/.test(line.slice(0, match.index))) continue;
    const after = line.slice(match.index + match[0].length);
    const sign = /^\s{0,8}[=:]/.exec(after)?.[0] ?? (/(?:^|\s)ENV$/.test(before) ? /^\s/.exec(after)?.[0] : undefined);
    if (sign === undefined) continue;
    const name = (match[1] ?? '').toLowerCase();
    if (!isConfName(name)) continue;
    found.push({ name, value: assigned(after.slice(sign.length), line[match.index - 1], before) });
    if (found.length >= 100) break;
  }
  return found;
}

/** The value behind the sign: up to the closing quote, or, in a command, to the next blank. */
function assigned(text: string, opening: string | undefined, before: string): string {
  const trimmed = text.trimStart();
  const quote = trimmed[0];
  if (quote === '"' || quote === "'") {
    const close = trimmed.indexOf(quote, 1);
    if (close > 0) return trimmed.slice(1, close);
  }
  // `-e "KONG_X=y z"`: the quote stands before the name.
  if (opening === '"' || opening === "'") {
    const close = trimmed.indexOf(opening);
    if (close >= 0) return trimmed.slice(0, close);
  }
  if (/(?:^|\s)(?:-e|--env|docker)$/.test(before) || /\s(?:-e|--env)\s/.test(text)) return trimmed.split(/\s/)[0] ?? '';
  return trimmed.replace(/[\s,;\\]+$/, '');
}

/** Reads runs of settings, and docker or shell commands that set KONG_* variables. */
export const settingsReader: DocumentReader = {
  kind: 'kong-conf',
  kindOf: (part) =>
    /^\s*(?:(?:export|set|ENV|-e)\s+)?(?:- )?["']?KONG_[A-Z]/m.test(part.text) ? 'environment' : 'kong-conf',
  read(part, reading) {
    if (readLuaOpenidc(part, reading)) return part.shape === 'settings' ? part.lines.length : 0;
    if (part.shape === 'settings') return readSettings(part, reading);
    if (part.shape === 'prose') readVariables(part, reading);
    return 0;
  },
};

function readSettings(part: Part, reading: Reading): number {
  const isKongs = part.lines.some((line) => {
    const conf = CONF.exec(line.text.trim());
    return kongVariables(line.text).length > 0 || (conf !== null && isTellingConfName(conf[1] ?? ''));
  });
  let understood = 0;
  for (const line of part.lines) {
    const text = line.text.trim();
    if (text === '') continue;
    const sighting = sightingOf(line);
    const variables = kongVariables(text);
    for (const { name, value } of variables) emitSetting(name, value, 'environment', sighting, reading);
    const conf = variables.length === 0 ? CONF.exec(text) : null;
    // A common name is believed among other settings of Kong's, or in a paste that is nothing but settings.
    const known = conf !== null && isConfName(conf[1] ?? '') && (isKongs || part.lines.length <= 3);
    if (conf !== null && known) emitSetting(conf[1] ?? '', conf[2] ?? '', 'kong-conf', sighting, reading);
    const other = variables.length === 0 && !known ? variableOf(text) : undefined;
    if (other !== undefined && !other.name.startsWith('KONG_')) emitVariable(other, 'environment', sighting, reading);
    // Settings also say things in words: comments, unknown names, messages.
    reading.emit({ kind: 'statement', sighting, text });
    if (variables.length > 0 || known) understood++;
  }
  return understood > 0 ? part.lines.length : 0;
}

/** Variables in a docker run or between sentences; the lines are read as prose all the same. */
function readVariables(part: Part, reading: Reading): void {
  for (const line of part.lines) {
    const variable = variableOf(line.text);
    if (variable !== undefined && (isSigningSecret(variable.name) || isApiKeyVariable(variable.name)))
      emitVariable(variable, 'environment', sightingOf(line), reading);
  }
  if (!part.text.includes('KONG_') && !part.text.includes('kong')) return;
  for (const line of part.lines) {
    for (const { name, value } of kongVariables(line.text))
      emitSetting(name, value, 'environment', sightingOf(line), reading);
    const version = /\b(?:docker|podman|image:|FROM)\b/.test(line.text)
      ? versionOfImage(line.text.split(/\s+/).find((word) => versionOfImage(word) !== undefined) ?? '')
      : undefined;
    if (version !== undefined) reading.emit({ kind: 'node', sighting: sightingOf(line), version });
  }
}

function sightingOf(line: Line): Sighting {
  return { place: placeOf(line), excerpt: line.text.slice(0, 600) };
}
