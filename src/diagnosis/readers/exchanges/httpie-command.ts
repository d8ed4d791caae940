// httpie's command line: `http POST :8000/orders apikey:KEY page==2 name=x -a user:password`.
import type { Header } from '../observation.ts';

/** What httpie's words ask for; the same parts that a curl command has. */
export interface HttpieCommand {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly fields: Readonly<Record<string, string>>;
}

/** Options that take a value, which is no item. */
const WITH_VALUE = new Set([
  '--auth',
  '-a',
  '--auth-type',
  '-A',
  '--output',
  '-o',
  '--print',
  '-p',
  '--session',
  '--timeout',
]);
const METHOD = /^[A-Za-z]{3,7}$/;

/**
 * Reads httpie's words (without the program's name), or undefined when they name no URL.
 * @param https whether the program was `https`
 */
export function httpieCommand(words: readonly string[], https: boolean): HttpieCommand | undefined {
  const items: string[] = [];
  let auth: string | undefined;
  let bearer = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals === -1 ? word : word.slice(0, equals);
    if (!word.startsWith('-') || word === '-') {
      items.push(word);
      continue;
    }
    if (!WITH_VALUE.has(name)) continue;
    const value = equals === -1 ? words[++i] : word.slice(equals + 1);
    if (name === '-a' || name === '--auth') auth = value;
    else if (name === '-A' || name === '--auth-type') bearer = value === 'bearer';
  }
  const [first = '', second] = items;
  const named = METHOD.test(first) && second !== undefined;
  const url = named ? second : first;
  if (url === '') return undefined;
  const headers: Header[] = [];
  const fields: Record<string, string> = {};
  let query = '';
  let sends = false;
  for (const item of items.slice(named ? 2 : 1)) {
    const match = /^([\w.-]{1,120})(==|:=|=|:)(.*)$/s.exec(item);
    if (match === null) continue;
    const [, key = '', separator, value = ''] = match;
    if (separator === ':') headers.push({ name: key.toLowerCase(), value });
    else if (separator === '==') query += `${query === '' ? '' : '&'}${key}=${encodeURIComponent(value)}`;
    else {
      fields[key] = value;
      sends = true;
    }
  }
  if (auth !== undefined)
    headers.push({
      name: 'authorization',
      value: bearer ? `Bearer ${auth}` : `Basic ${Buffer.from(auth).toString('base64')}`,
    });
  return {
    method: named ? first.toUpperCase() : sends ? 'POST' : undefined,
    url: fullUrl(url, https) + (query === '' ? '' : `${url.includes('?') ? '&' : '?'}${query}`),
    headers,
    fields,
  };
}

/** `:8000/x` is localhost, a bare host gets the program's scheme. */
function fullUrl(url: string, https: boolean): string {
  const scheme = https ? 'https://' : 'http://';
  if (url.startsWith(':')) return `${scheme}localhost${/^:\d/.test(url) ? url : url.slice(1)}`;
  return /^https?:\/\//.test(url) ? url : scheme + url;
}
