// Node settings: kong.conf lines and KONG_* variables, as shells, Dockerfiles and env files write them.
import { type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { isNoSecret, secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SettingObservation } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';

const ENVIRONMENT =
  /^(?:export\s+|set\s+|ENV\s+|-e\s+|--env\s+|RUN\s+echo\s+)?(?:-\s+)?["']?KONG_([A-Z0-9_]{2,80})["']?\s{0,4}[=:]\s{0,4}(.{0,4000})$/;
const CONF = /^(?:RUN echo\s+)?["']?([a-z][a-z0-9_]{2,60})\s?=\s?(.{0,4000})$/;

/** Emits one setting; secret values are replaced. */
export function emitSetting(
  name: string,
  raw: string,
  notation: SettingObservation['notation'],
  sighting: Sighting,
  reading: Reading,
): void {
  const value = raw
    .trim()
    .replace(/^["'](.*)["']$/, '$1')
    .replace(/\s+#.*$/, '')
    .trim();
  const kind = secretKindOf(name);
  const clean =
    kind === undefined || isNoSecret(value)
      ? reading.redactor.text(value, sighting.place)
      : shown(reading.redactor.secret(kind, value, sighting.place));
  reading.emit({ kind: 'setting', name, value: clean, notation, sighting });
}

/** Reads runs of settings. */
export const settingsReader: DocumentReader = {
  kind: 'kong-conf',
  read(part: Part, reading: Reading) {
    if (part.shape !== 'settings') return 0;
    let understood = 0;
    for (const line of part.lines) {
      const text = line.text.trim();
      const sighting = { place: placeOf(line), excerpt: line.text.slice(0, 600) };
      const environment = ENVIRONMENT.exec(text);
      const conf = environment === null ? CONF.exec(text) : null;
      if (environment !== null)
        emitSetting((environment[1] ?? '').toLowerCase(), environment[2] ?? '', 'environment', sighting, reading);
      else if (conf !== null) emitSetting(conf[1] ?? '', conf[2] ?? '', 'kong-conf', sighting, reading);
      else {
        if (text !== '') reading.emit({ kind: 'statement', sighting, text });
        continue;
      }
      // Settings also say things in words (lua tables of lua-resty-openidc, messages in comments).
      reading.emit({ kind: 'statement', sighting, text });
      understood++;
    }
    return understood;
  },
};
