// The request side of an exchange: path, fields, and the credentials that somebody presented, secrets replaced.
import type { Sighting } from '../../intake/place.ts';
import { secretKindOf } from '../../redact/kong-secrets.ts';
import { shown } from '../../redact/redact.ts';
import type { SecretKind } from '../../redact/redacted.ts';
import type { Credential, CredentialOddity, Header, HttpRequest } from '../observation.ts';
import type { Reading } from '../reader.ts';
import { readToken } from '../tokens/token.ts';

/** Header names that carry a key when their name says so. */
const KEY_HEADER =
  /^(?:x-)?api-?key$|^apikey$|^x-(?:auth|access)-token$|^x-consumer-key$|^x-\w*key$|^kong-admin-token$|^client-id$|^x-auth-key$/;

/** A header object of JSON (values text or list) as headers with lower-case names. */
export function headersOf(headers: Readonly<Record<string, unknown>>): Header[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((item) => ({ name: name.toLowerCase(), value: String(item) })),
  );
}

/** A header whose own line is known, where the request is of several. */
export interface PlacedHeader extends Header {
  readonly sighting?: Sighting;
}

/** What a request presents, and its headers and target with the secrets replaced. */
export interface Presented {
  readonly headers: readonly Header[];
  readonly target: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly credentials: readonly Credential[];
}

/**
 * Recognises presented credentials, emits their tokens, and replaces their values.
 * @param target path and query as sent
 * @param form fields of a form or JSON body
 * @param at ms since 1970 of the exchange
 */
export function presentedCredentials(
  headers: readonly PlacedHeader[],
  target: string,
  form: Readonly<Record<string, string>>,
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): Presented {
  const credentials: Credential[] = [];
  const cleanHeaders = headers.map((header) => {
    const where = header.sighting ?? sighting;
    const credential = credentialOfHeader(header, where, at, reading);
    if (credential === undefined) return { name: header.name, value: reading.redactor.text(header.value, where.place) };
    credentials.push(credential);
    return { name: header.name, value: shownCredential(credential, header.value, reading, where) };
  });
  const query = fieldsOfQuery(target);
  const cleanTarget = replaceFields(query, target, 'query', credentials, sighting, at, reading);
  const cleanForm: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...query, ...form })) {
    const secret = isCredentialField(name) && !isIssuer(name, value);
    cleanForm[name] = secret
      ? shown(reading.redactor.secret(kindOfField(name), value, sighting.place))
      : reading.redactor.text(value, sighting.place);
    if (name in form && secret) credentials.push(credentialOfField(`form:${name}`, name, value, sighting, at, reading));
  }
  return { headers: cleanHeaders, target: cleanTarget, fields: cleanForm, credentials };
}

function credentialOfHeader(
  header: Header,
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): Credential | undefined {
  const { name, value } = header;
  if (name === 'authorization' || name === 'proxy-authorization')
    return credentialOfAuthorization(name, value, sighting, at, reading);
  if (name === 'cookie') {
    const secret = reading.redactor.secret('cookie', value, sighting.place);
    return { carriedIn: 'cookie', scheme: 'cookie', form: 'opaque', secret, oddities: [] };
  }
  if (KEY_HEADER.test(name)) {
    const secret = reading.redactor.secret(
      name === 'kong-admin-token' ? 'admin-token' : 'api-key',
      value,
      sighting.place,
    );
    const token =
      value.startsWith('ey') && value.includes('.') ? readToken(value, 'request', sighting, at, reading) : undefined;
    if (token !== undefined) reading.emit(token);
    return {
      carriedIn: name,
      scheme: 'api-key',
      form: token?.form ?? 'opaque',
      secret,
      oddities: oddOf(value),
      ...(token === undefined ? {} : { token }),
    };
  }
  return undefined;
}

const SCHEME = /^(bearer|basic|hmac|aws4-hmac-sha256|digest|negotiate|ldap|token|key|apikey)(?:\s+|$)/i;

/** An Authorization value taken apart; the scheme may be missing, doubled, quoted. */
function credentialOfAuthorization(
  carriedIn: string,
  value: string,
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): Credential {
  const oddities = new Set<CredentialOddity>();
  const trimmed = value.trim();
  if (trimmed === '') return { carriedIn, scheme: 'other', form: 'none', oddities: ['empty'] };
  if (/^(?:REDACTED|\*+|<redacted>|xxx+|\[redacted\]|\.\.\.)$/i.test(trimmed))
    return { carriedIn, scheme: 'other', form: 'opaque', oddities: ['masked'] };
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase();
  let rest = scheme === undefined ? trimmed : trimmed.slice(scheme.length).trim();
  if (scheme !== undefined && SCHEME.test(rest)) {
    oddities.add('scheme-twice');
    rest = rest.replace(SCHEME, '').trim();
  }
  if (rest === '') oddities.add('empty');
  for (const oddity of oddOf(rest)) oddities.add(oddity);
  if (scheme === 'basic' || scheme === 'ldap')
    return basicCredential(carriedIn, scheme, rest, oddities, sighting, reading);
  if (scheme === 'hmac' || scheme === 'digest') {
    const username = /username="([^"]{1,200})"/.exec(rest)?.[1];
    return {
      carriedIn,
      scheme,
      form: 'opaque',
      oddities: [...oddities].filter((oddity) => oddity === 'empty'),
      ...(username === undefined ? {} : { username }),
    };
  }
  if (scheme === 'negotiate') return { carriedIn, scheme, form: 'opaque', oddities: [] };
  // A signature over the request, of several fields: no token.
  if (scheme === 'aws4-hmac-sha256') return { carriedIn, scheme: 'other', form: 'opaque', oddities: [] };
  if (scheme === undefined) oddities.add('scheme-missing');
  if (
    oddities.has('masked') ||
    oddities.has('placeholder') ||
    oddities.has('template-literal') ||
    oddities.has('empty')
  ) {
    return { carriedIn, scheme: scheme === 'bearer' ? 'bearer' : 'other', form: 'none', oddities: [...oddities] };
  }
  const token = readToken(rest, 'request', sighting, at, reading);
  for (const oddity of token.oddities) oddities.add(oddity);
  // Dots say that it was meant to be a JWT; opaque tokens have none (PingFederate, Keycloak, Auth0, Kong's oauth2).
  if (token.form === 'opaque' && rest.includes('.') && !oddities.has('truncated')) oddities.add('segments-wrong');
  reading.emit(token);
  return {
    carriedIn,
    scheme: scheme === 'bearer' ? 'bearer' : scheme === 'token' ? 'token' : scheme === undefined ? 'other' : 'api-key',
    form: token.form,
    secret: token.secret,
    oddities: [...oddities],
    token,
  };
}

function basicCredential(
  carriedIn: string,
  scheme: 'basic' | 'ldap',
  rest: string,
  oddities: Set<CredentialOddity>,
  sighting: Sighting,
  reading: Reading,
): Credential {
  const text = Buffer.from(rest, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) oddities.add('no-colon');
  const secret = reading.redactor.secret('basic-credential', rest, sighting.place);
  // The password alone must not survive elsewhere in the paste either.
  const password =
    colon === -1 ? undefined : reading.redactor.secret('password', text.slice(colon + 1), sighting.place);
  return {
    carriedIn,
    scheme,
    form: 'password',
    secret,
    oddities: [...oddities],
    ...(colon > 0 ? { username: text.slice(0, colon) } : {}),
    ...(password === undefined ? {} : { password }),
  };
}

function oddOf(value: string): CredentialOddity[] {
  const found: CredentialOddity[] = [];
  if (/^(?:REDACTED|\*{3,}|x{4,}|\[?redacted\]?|<redacted>)$/i.test(value) || value.includes('****'))
    found.push('masked');
  if (value.includes('{vault://')) found.push('vault-reference');
  if (/^\$\(|^\$\{?[a-z_.]+\}?$/i.test(value)) found.push(/^\$\(/.test(value) ? 'template-literal' : 'placeholder');
  if (
    /^(?:<[^>]{1,80}>|\{\{?[^}]{1,80}\}?\}|undefined|null|none|nil|\[object Object\]|YOUR[_-].{1,60}|your[_-].{1,60}|token|access_token)$/i.test(
      value,
    )
  )
    found.push('placeholder');
  if (/^["'].{1,}["']$/.test(value)) found.push('quoted');
  return found;
}

const CREDENTIAL_FIELDS = new Set([
  'apikey',
  'api_key',
  'api-key',
  'key',
  'jwt',
  'access_token',
  'token',
  'client_secret',
  'refresh_token',
  'code',
  'password',
  'client_assertion',
  'code_verifier',
  'id_token',
  'provision_key',
  'x-api-key',
  'state_token',
]);

/** The `key` of a jwt credential is the issuer that it is for, and no secret. */
function isIssuer(name: string, value: string): boolean {
  return name.toLowerCase() === 'key' && /^https?:\/\//i.test(value);
}

function isCredentialField(name: string): boolean {
  return CREDENTIAL_FIELDS.has(name.toLowerCase()) || secretKindOf(name) !== undefined;
}

function kindOfField(name: string): SecretKind {
  const lower = name.toLowerCase();
  if (lower === 'code') return 'authorization-code';
  if (lower === 'key') return 'api-key';
  if (lower === 'token') return 'opaque-token';
  return secretKindOf(lower) ?? 'other-secret';
}

function credentialOfField(
  carriedIn: string,
  name: string,
  value: string,
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): Credential {
  const lower = name.toLowerCase();
  const odd = oddOf(value);
  if (value.startsWith('ey') && value.includes('.')) {
    const token = readToken(value, 'request', sighting, at, reading);
    reading.emit(token);
    return {
      carriedIn,
      scheme: lower === 'jwt' || lower.endsWith('token') ? 'bearer' : 'api-key',
      form: token.form,
      secret: token.secret,
      oddities: [...new Set([...odd, ...token.oddities])],
      token,
    };
  }
  const secret = reading.redactor.secret(kindOfField(name), value, sighting.place);
  const scheme =
    lower === 'client_secret'
      ? 'client-secret'
      : lower.endsWith('token') || lower === 'jwt'
        ? 'bearer'
        : lower.includes('key')
          ? 'api-key'
          : 'other';
  return {
    carriedIn,
    scheme,
    form: value === '' ? 'none' : 'opaque',
    secret,
    oddities: value === '' ? ['empty'] : odd,
  };
}

/** Name and value pairs of the query of a target; the first of each name. */
export function fieldsOfQuery(target: string): Record<string, string> {
  const at = target.indexOf('?');
  return at === -1 ? {} : fieldsOfForm(target.slice(at + 1));
}

/** Name and value pairs of `a=1&b=2`; at most 100. */
export function fieldsOfForm(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const pair of text.slice(0, 100_000).split('&').slice(0, 100)) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const name = plain(pair.slice(0, equals)).trim();
    if (!(name in fields)) fields[name] = plain(pair.slice(equals + 1));
  }
  return fields;
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // A lone per cent sign is text and no encoding.
    return text;
  }
}

function replaceFields(
  query: Readonly<Record<string, string>>,
  target: string,
  where: string,
  credentials: Credential[],
  sighting: Sighting,
  at: number | undefined,
  reading: Reading,
): string {
  for (const [name, value] of Object.entries(query)) {
    if (!isCredentialField(name) || value === '') continue;
    credentials.push(credentialOfField(`${where}:${name}`, name, value, sighting, at, reading));
  }
  return reading.redactor.text(target, sighting.place);
}

function shownCredential(credential: Credential, value: string, reading: Reading, sighting: Sighting): string {
  if (credential.secret === undefined) return reading.redactor.text(value, sighting.place);
  const scheme = SCHEME.exec(value.trim())?.[0] ?? '';
  return `${scheme}${shown(credential.secret)}`;
}

/** Path, host, scheme and port of a URL or target. */
export function partsOfUrl(
  url: string,
): Pick<HttpRequest, 'path' | 'target'> & { host?: string; scheme?: 'http' | 'https'; port?: number } {
  const match =
    /^(?:(https?):\/\/)?(?:[^@/\s]{1,200}@)?([\w.-]{1,253}|\[[0-9a-f:]{2,45}\]|[$<{][^/\s]{1,100})?(?::(\d{1,5}))?(\/[^\s]*)?$/i.exec(
      url.trim(),
    );
  if (match === null || url.startsWith('/')) return { target: url, path: url.split('?')[0] ?? url };
  const target = match[4] ?? '/';
  const scheme = match[1]?.toLowerCase();
  return {
    target,
    path: target.split('?')[0] ?? '/',
    ...(match[2] === undefined ? {} : { host: match[2] + (match[3] === undefined ? '' : `:${match[3]}`) }),
    ...(scheme === 'http' || scheme === 'https' ? { scheme } : {}),
    ...(match[3] === undefined ? {} : { port: Number(match[3]) }),
  };
}
