// Where secrets stand in what people paste: Kong's fields, headers, query names and the shapes of tokens.
import type { SecretKind } from './redacted.ts';

/** A secret found in a text: kind and the span of its value. */
export interface SecretSpan {
  readonly kind: SecretKind;
  readonly start: number;
  readonly end: number;
}

/** Names of fields, arguments and headers that hold a secret, lower case with `_`; the kind says which. */
const SECRET_NAMES: readonly (readonly [string, SecretKind])[] = [
  ['client_secret', 'client-secret'],
  ['client_assertion', 'jwt'],
  ['session_secret', 'session-secret'],
  ['session_secrets', 'session-secret'],
  ['provision_key', 'provision-key'],
  ['refresh_token', 'refresh-token'],
  ['access_token', 'opaque-token'],
  ['id_token', 'opaque-token'],
  ['id_token_hint', 'opaque-token'],
  ['subject_token', 'opaque-token'],
  ['password', 'password'],
  ['passwd', 'password'],
  ['pg_password', 'password'],
  ['redis_password', 'password'],
  ['ldap_password', 'password'],
  ['bind_password', 'password'],
  ['secret', 'other-secret'],
  ['secret_key', 'other-secret'],
  ['secretkey', 'other-secret'],
  ['jwt_secret', 'jwt-secret'],
  ['hmac_secret', 'hmac-secret'],
  ['apikey', 'api-key'],
  ['api_key', 'api-key'],
  ['x_api_key', 'api-key'],
  ['apikeyauth', 'api-key'],
  ['key_auth', 'api-key'],
  ['anon_key', 'api-key'],
  ['service_role_key', 'api-key'],
  ['kong_admin_token', 'admin-token'],
  ['admin_token', 'admin-token'],
  ['x_kong_request_debug_token', 'debug-token'],
  ['x_vault_token', 'cloud-key'],
  ['vault_token', 'cloud-key'],
  ['private_key', 'private-key'],
  ['aws_secret_access_key', 'cloud-key'],
  ['secret_access_key', 'cloud-key'],
  ['aws_session_token', 'cloud-key'],
  ['x_amz_security_token', 'cloud-key'],
  ['jwt', 'opaque-token'],
  ['session_id', 'cookie'],
  ['code_verifier', 'authorization-code'],
];
const KIND_OF_NAME = new Map(SECRET_NAMES);

/** The kind of secret that a field, argument or header of this name holds, or undefined. */
export function secretKindOf(name: string): SecretKind | undefined {
  const plain = name.toLowerCase().replaceAll('-', '_');
  const known = KIND_OF_NAME.get(plain);
  if (known !== undefined) return known;
  const tail = plain.slice(plain.lastIndexOf('.') + 1);
  const byTail = KIND_OF_NAME.get(tail);
  if (byTail !== undefined) return byTail;
  if (plain.endsWith('_password') || plain.endsWith('_passwd')) return 'password';
  if (plain.endsWith('client_secret')) return 'client-secret';
  if (plain.endsWith('_secret') || plain.endsWith('_secret_key')) return 'other-secret';
  if (plain.endsWith('_api_key') || plain.endsWith('_apikey')) return 'api-key';
  if (plain.endsWith('_token') && plain !== 'csrf_token' && !plain.startsWith('max_')) return 'opaque-token';
  return undefined;
}

/** Values that stand for a secret but are none: references, placeholders, masks, and plain words of configuration. */
export function isNoSecret(value: string): boolean {
  const text = value.trim();
  if (text === '' || text.length < 2) return true;
  if (/^\[[\w-]+ fp:[0-9a-f]{8}\]$/.test(text)) return true;
  if (
    /^(?:\{vault:[^}]*\}|\{\{.*\}\}|\$\{[^}]*\}|\$\([^)]*\)|\$[A-Z_][A-Z0-9_]*|<[\w .-]+>|%[A-Z_]+%|env:\/\/.*|\*+|x+|X+|\.\.\.|…|REDACTED|\[REDACTED\]|redacted)$/.test(
      text,
    )
  )
    return true;
  return /^(?:true|false|null|nil|none|undefined|yes|no|on|off|\d{1,4}|string|required|optional|bearer|basic|apikey|key|token|password|secret|header|cookie|query|body|authorization|client_secret_(?:basic|post|jwt)|private_key_jwt|(?:self_signed_)?tls_client_auth)$/i.test(
    text,
  );
}

interface Pattern {
  readonly kind: SecretKind;
  /** Global and sticky-free; group 1 is the secret. No nested quantifiers. */
  readonly pattern: RegExp;
}

/** Shapes that are secrets wherever they stand. */
const SHAPES: readonly Pattern[] = [
  {
    kind: 'private-key',
    pattern: /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----([\s\S]{1,20000}?)(?:-----END|$(?![\s\S]))/g,
  },
  { kind: 'jwt', pattern: /\b(ey[JK][A-Za-z0-9_-]{6,8000}\.[A-Za-z0-9_-]{2,16000}(?:\.[A-Za-z0-9_=-]{0,8000}){0,3})/g },
  { kind: 'slack-token', pattern: /\b(xox[abeoprs]-[A-Za-z0-9-]{8,200}|xapp-[A-Za-z0-9-]{8,200})/g },
  { kind: 'admin-token', pattern: /\b((?:kpat|spat)_[A-Za-z0-9]{16,200})/g },
  {
    kind: 'cloud-key',
    pattern:
      /\b((?:AKIA|ASIA)[A-Z0-9]{16}|hvs\.[A-Za-z0-9_-]{20,200}|gh[pousr]_[A-Za-z0-9]{30,100}|glpat-[A-Za-z0-9_-]{16,60}|AIza[A-Za-z0-9_-]{35})/g,
  },
  { kind: 'debug-token', pattern: /token for request debugging: ([0-9a-f-]{30,40})/gi },
  { kind: 'password', pattern: /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'?#]{1,200}:([^\s/@"'?#]{1,200})@/gi },
  { kind: 'basic-credential', pattern: /\bbasic ([A-Za-z0-9+/_-]{6,2000}={0,2})/gi },
  { kind: 'opaque-token', pattern: /\b(?:bearer|token)(?:\s+bearer)? +([A-Za-z0-9._~+/-]{12,8000}=*)/gi },
  { kind: 'authorization-code', pattern: /[?&]code=([A-Za-z0-9._~%+/-]{8,2000})/g },
  { kind: 'signature', pattern: /signature="([^"\s]{8,2000})"/gi },
  { kind: 'basic-credential', pattern: /(?:^|\s)(?:-u|--user) ?['"]?[^\s:'"]{0,200}:([^\s'"]{1,400})/g },
  { kind: 'cookie', pattern: /(?:^|\n|[<>]\s|['"])(?:set-)?cookie['"]?: ?['"]?([^\n'"]{3,16000})/gi },
];

/** `name: `, `name=`, `"name":`, `name: [`, also where the quotes are escaped: group 1 is the name. */
const NAME = /([A-Za-z_][A-Za-z0-9_.-]{1,60})(?:\\{0,7}["'])?\s{0,8}[=:][ \t]{0,4}(?:\[\s{0,60})?/g;
/** The value behind a name: in (escaped) quotes, which may be cut off, or bare. */
const VALUE =
  /\\{1,7}["']([^"'\\\n]{1,8000})|"((?:[^"\\\n]|\\[^\n]){1,8000})|'([^'\n]{1,8000})|([^\s"'&,;[\]{}()<>]{1,8000})/y;
/** A further value of that list, quoted. */
const NEXT_VALUE = /\\{0,7}["']\s{0,60},\s{0,60}\\{0,7}["']([^"'\\\n]{1,8000})/y;
/** A name at the end of its line, as YAML writes before a list or a block. */
const NAME_ALONE = /([A-Za-z_][A-Za-z0-9_.-]{1,60})["']?:[ \t]{0,8}(?:[|>][+-]?)?[ \t]{0,8}\r?\n/g;
/** An item below it, or the one value further in. */
const ITEM = /[ \t]{0,80}(?:- {1,4}|[ \t]{2})["']?([^\s"':][^\s"']{0,8000})(?<!:)["']?[ \t]{0,8}(?:\r?\n|$(?![\s\S]))/y;

/** An authorization code; other things are called code too, but they are short. */
const CODE = /(?:[?&'"\s]|^)code=([\w.~%/+-]{10,4000})/g;

/** Header lines whose whole value is a credential. */
const AUTH_HEADER = /(?:^|[\n>"'{,\s])(?:proxy-)?authorization["']?\s{0,4}[:=]\s{0,4}["']?([^\n"']{3,9000})/gi;
const SCHEMES = /^(?:bearer|basic|hmac|digest|negotiate|token|key|apikey|ldap|aws4-hmac-sha256)\s+/i;

/** All secrets that the text's shape and names give away; spans may overlap, longest first wins in `redact`. */
export function findSecrets(text: string): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const { kind, pattern } of SHAPES) {
    if (kind === 'cookie') {
      findCookies(text, pattern, spans);
      continue;
    }
    for (const match of text.matchAll(pattern)) pushGroup(spans, kind, match, match[1]);
  }
  findNamed(text, spans);
  findListed(text, spans);
  for (const match of text.matchAll(CODE)) {
    const code = match[1] ?? '';
    const isErrorCode = /^(?:[A-Z_]{2,12}\d{2,9}|0x[0-9a-fA-F]+)$/.test(code);
    if (!isErrorCode && (code.length >= 24 || /\d/.test(code))) pushGroup(spans, 'authorization-code', match, code);
  }
  for (const match of text.matchAll(AUTH_HEADER)) {
    const value = (match[1] ?? '').replace(/\s+$/, '');
    const scheme = SCHEMES.exec(value)?.[0] ?? '';
    const rest = value.slice(scheme.length);
    // hmac keeps its user name, algorithm and header list: only signature= is secret, found above.
    if (/^hmac|^aws4|^digest/i.test(scheme) || /^(?:hmac|digest)\b/i.test(value)) continue;
    if (/\s/.test(rest.trim()) && scheme === '') continue;
    pushGroup(spans, /^basic/i.test(scheme) ? 'basic-credential' : 'opaque-token', match, rest);
  }
  return spans;
}

/** Only the value behind a telling name is consumed: another name's value may hold names itself (`request: "GET /?apikey="`). */
function findNamed(text: string, spans: SecretSpan[]): void {
  NAME.lastIndex = 0;
  for (let match = NAME.exec(text); match !== null; match = NAME.exec(text)) {
    const kind = secretKindOf(match[1] ?? '');
    if (kind === undefined) continue;
    VALUE.lastIndex = NAME.lastIndex;
    const value = VALUE.exec(text);
    if (value === null) continue;
    // Behind a bare value stands the end of what it was written in: an escaped quote, a field of a table.
    pushGroup(spans, kind, value, value[1] ?? value[2] ?? value[3] ?? withoutEnd(value[4] ?? ''));
    NAME.lastIndex = VALUE.lastIndex;
    if (!match[0].includes('[')) continue;
    NEXT_VALUE.lastIndex = VALUE.lastIndex;
    for (let next = NEXT_VALUE.exec(text); next !== null; next = NEXT_VALUE.exec(text)) {
      pushGroup(spans, kind, next, next[1]);
      NAME.lastIndex = NEXT_VALUE.lastIndex;
    }
  }
}

function withoutEnd(value: string): string {
  let end = value.length;
  while (end > 0 && (value[end - 1] === '\\' || value[end - 1] === '|')) end--;
  return value.slice(0, end);
}

/** `client_secret:` and below it `- value`, line by line. */
function findListed(text: string, spans: SecretSpan[]): void {
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(NAME_ALONE)) {
    const kind = secretKindOf(name);
    if (kind === undefined) continue;
    ITEM.lastIndex = index + whole.length;
    for (let match = ITEM.exec(text); match !== null; match = ITEM.exec(text)) pushGroup(spans, kind, match, match[1]);
  }
}

function findCookies(text: string, pattern: RegExp, spans: SecretSpan[]): void {
  for (const match of text.matchAll(pattern)) {
    const value = match[1] ?? '';
    const base = match.index + match[0].length - value.length;
    for (const pair of value.matchAll(/([^\s=;,]{1,200})=([^;,\s"]{2,8000})/g)) {
      const name = (pair[1] ?? '').toLowerCase();
      if (['path', 'domain', 'expires', 'max-age', 'samesite', 'version', 'priority'].includes(name)) continue;
      const secret = pair[2] ?? '';
      if (isNoSecret(secret)) continue;
      const start = base + pair.index + (pair[0].length - secret.length);
      spans.push({ kind: 'cookie', start, end: start + secret.length });
    }
  }
}

function pushGroup(spans: SecretSpan[], kind: SecretKind, match: RegExpExecArray, value: string | undefined): void {
  if (value === undefined || isNoSecret(value)) return;
  const at = match[0].lastIndexOf(value);
  if (at === -1) return;
  const start = match.index + at;
  spans.push({ kind, start, end: start + value.length });
}
