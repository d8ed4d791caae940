// Options of nokia/lua-resty-openidc in Lua code: `local opts = { redirect_uri = "...", discovery = "..." }`.
import { type Part, placeOf } from '../../intake/part.ts';
import type { Sighting } from '../../intake/place.ts';
import { isNoSecret, secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { Reading } from '../reader.ts';

/** Options of lua-resty-openidc 1.7 that nothing else has beside each other. */
const TELLING = new Set([
  'redirect_uri',
  'redirect_uri_path',
  'discovery',
  'token_endpoint_auth_method',
  'introspection_endpoint',
  'access_token_expires_leeway',
  'renew_access_token_on_expiry',
  'redirect_after_logout_uri',
  'accept_none_alg',
  'token_signing_alg_values_expected',
  'client_id',
  'client_secret',
  'ssl_verify',
  'bearer_jwt_auth_enable',
]);
const OPTION =
  /(?:^|[{,\s])([a-z][a-z_]{2,60})\s{0,20}=\s{0,20}(?:"([^"]{0,2000})"|'([^']{0,2000})'|(true|false|nil|\d{1,9}))/g;

/** Reads the options as the config of a plugin named kong-oidc; false when the part has none. */
export function readLuaOpenidc(part: Part, reading: Reading): boolean {
  if (part.shape !== 'settings' && part.shape !== 'prose') return false;
  if (!part.text.includes('discovery') && !part.text.includes('redirect_uri')) return false;
  const config: Record<string, unknown> = {};
  const lines: Record<string, Sighting> = {};
  let first: Sighting | undefined;
  for (const line of part.lines) {
    for (const match of line.text.slice(0, 4000).matchAll(OPTION)) {
      const name = match[1] ?? '';
      if (!TELLING.has(name) && name !== 'scope' && name !== 'session_contents' && !name.endsWith('_endpoint'))
        continue;
      const sighting = { place: placeOf(line), excerpt: line.text.slice(0, 600) };
      first ??= sighting;
      lines[`config.${name}`] = sighting;
      config[name] = optionValue(name, match[2] ?? match[3], match[4], sighting, reading);
    }
  }
  if (first === undefined || Object.keys(config).filter((name) => TELLING.has(name)).length < 2) return false;
  reading.emit({
    kind: 'entity',
    type: 'plugin',
    notation: 'deck',
    name: 'kong-oidc',
    sighting: first,
    fields: { name: 'kong-oidc', config },
    scope: {},
    lines,
  });
  return true;
}

function optionValue(
  name: string,
  text: string | undefined,
  word: string | undefined,
  sighting: Sighting,
  reading: Reading,
): unknown {
  if (text === undefined)
    return word === 'true' ? true : word === 'false' ? false : word === 'nil' ? null : Number(word);
  const kind = secretKindOf(name);
  return kind === undefined || isNoSecret(text) ? text : shown(reading.redactor.secret(kind, text, sighting.place));
}
