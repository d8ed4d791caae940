// curl command lines: the request they make.
import type { Part } from '../../intake/part.ts';
import { PROMPT } from '../../intake/split.ts';
import type { ExchangeObservation, Header } from '../observation.ts';
import type { DocumentReader, Reading } from '../reader.ts';
import { httpieCommand } from './httpie-command.ts';
import { fieldsOfForm, partsOfUrl, presentedCredentials } from './request.ts';
import { headOf } from './transcript.ts';

/** Shell words of a command: quotes, backslashes, continuation lines; at most 2,000. */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let open = false;
  let quote = '';
  for (let i = 0; i < text.length && words.length < 2000; i++) {
    const character = text[i] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && '"\\$`\n'.includes(text[i + 1] ?? '')) {
        i++;
        if (text[i] !== '\n') word += text[i] ?? '';
      } else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      open = true;
    } else if (character === '\\') {
      i++;
      if (text[i] !== '\n') {
        word += text[i] ?? '';
        open = true;
      }
    } else if (/\s/.test(character)) {
      if (open || word !== '') words.push(word);
      word = '';
      open = false;
      if (character === '\n' && !/^\s*-/.test(text.slice(i + 1, i + 200))) break;
    } else if (character === '#' && word === '' && !open) {
      const end = text.indexOf('\n', i);
      if (end === -1) break;
      i = end - 1;
    } else word += character;
  }
  if (open || word !== '') words.push(word);
  return words;
}

const WITH_VALUE = new Set([
  '-H',
  '--header',
  '-X',
  '--request',
  '-d',
  '--data',
  '--data-raw',
  '--data-urlencode',
  '--data-binary',
  '--json',
  '-F',
  '--form',
  '-u',
  '--user',
  '--url',
  '-o',
  '--output',
  '--cert',
  '--key',
  '--cacert',
  '-A',
  '--user-agent',
  '-b',
  '--cookie',
  '-c',
  '--cookie-jar',
  '-T',
  '--upload-file',
  '-K',
  '--config',
  '-r',
  '--range',
  '-U',
  '--proxy-user',
  '--interface',
  '--ciphers',
  '--capath',
  '--pass',
  '--cert-type',
  '--noproxy',
  '--limit-rate',
  '--aws-sigv4',
  '--unix-socket',
  '--retry-delay',
  '-e',
  '--resolve',
  '--connect-to',
  '-w',
  '--write-out',
  '-m',
  '--max-time',
  '--form-string',
  '-x',
  '--proxy',
  '-E',
  '--oauth2-bearer',
  '-D',
  '--retry',
  '--connect-timeout',
  '--tlsv1',
]);

interface CurlRequest {
  method: string | undefined;
  url: string;
  headers: Header[];
  data: string[];
  get: boolean;
  head: boolean;
  /** Headers that stand without -H: curl takes each for another URL and sends none of them. */
  readonly unsent: Header[];
}

function optionsOf(words: readonly string[]): CurlRequest {
  const request: CurlRequest = {
    method: undefined,
    url: '',
    headers: [],
    data: [],
    get: false,
    head: false,
    unsent: [],
  };
  for (let i = 0; i < words.length; i++) {
    let word = words[i] ?? '';
    let value: string | undefined;
    if (/^-[XHduFAb]./.test(word) && !word.startsWith('--')) {
      value = word.slice(2);
      word = word.slice(0, 2);
    } else if (word.startsWith('--') && word.includes('=')) {
      value = word.slice(word.indexOf('=') + 1);
      word = word.slice(0, word.indexOf('='));
    } else if (WITH_VALUE.has(word)) value = words[++i] ?? '';
    apply(request, word, value);
  }
  return request;
}

function apply(request: CurlRequest, option: string, value: string | undefined): void {
  switch (option) {
    case '-X':
    case '--request':
      request.method = (value ?? 'GET').toUpperCase();
      return;
    case '-H':
    case '--header': {
      const colon = (value ?? '').indexOf(':');
      if (colon > 0)
        request.headers.push({
          name: (value ?? '').slice(0, colon).trim().toLowerCase(),
          value: (value ?? '').slice(colon + 1).trim(),
        });
      return;
    }
    case '-u':
    case '--user':
      request.headers.push({ name: 'authorization', value: `Basic ${Buffer.from(value ?? '').toString('base64')}` });
      return;
    case '--oauth2-bearer':
      request.headers.push({ name: 'authorization', value: `Bearer ${value ?? ''}` });
      return;
    case '-b':
    case '--cookie':
      // Without `=` it names a file.
      if (value?.includes('=') === true) request.headers.push({ name: 'cookie', value });
      return;
    case '-d':
    case '--data':
    case '--data-raw':
    case '--data-binary':
    case '--data-urlencode':
    case '--json':
    case '-F':
    case '--form':
    case '--form-string':
      request.data.push(value ?? '');
      return;
    case '-G':
    case '--get':
      request.get = true;
      return;
    case '-I':
    case '--head':
      request.head = true;
      return;
    case '--url':
      request.url = value ?? '';
      return;
    default: {
      const unsent = /^(authorization|apikey|x-api-key): ?(.{1,8000})$/i.exec(option);
      if (unsent !== null) {
        request.unsent.push({ name: (unsent[1] ?? '').toLowerCase(), value: unsent[2] ?? '' });
        return;
      }
      if (
        !option.startsWith('-') &&
        request.url === '' &&
        (/^https?:|[:/.]|localhost|^\$/.test(option) || option.startsWith('<'))
      )
        request.url = option;
    }
  }
}

/** Fields of the data: form pairs, or the top level of a JSON object with nested keys joined by dots. */
function fieldsOfData(data: readonly string[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const item of data) {
    if (item.trimStart().startsWith('{')) flatten(item, fields);
    else Object.assign(fields, fieldsOfForm(item));
  }
  return fields;
}

function flatten(text: string, fields: Record<string, string>): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A body that is no JSON has no fields.
    return;
  }
  const walk = (node: unknown, path: string, depth: number): void => {
    if (depth > 6) return;
    if (typeof node === 'object' && node !== null)
      for (const [key, inner] of Object.entries(node)) walk(inner, path === '' ? key : `${path}.${key}`, depth + 1);
    else fields[path] = String(node);
  };
  walk(value, '', 0);
}

/** Reads a curl or httpie command; wget's are taken as far as their words are alike. */
export const curlCommandReader: DocumentReader = {
  kind: 'curl-command',
  read(part, reading) {
    if (part.shape !== 'curl') return 0;
    const observation = curlRequest(part, reading);
    if (observation === undefined) return 0;
    reading.emit(observation);
    return part.lines.length;
  },
};

function curlRequest(part: Part, reading: Reading): ExchangeObservation | undefined {
  const words = shellWords(part.text.trimStart().replace(PROMPT, ''));
  if (words.length < 2) return undefined;
  const [program = ''] = words;
  const httpie = /^https?$/.test(program) ? httpieCommand(words.slice(1), program === 'https') : undefined;
  const curl: CurlRequest =
    httpie === undefined
      ? optionsOf(words.slice(1))
      : { ...httpie, headers: [...httpie.headers], data: [], get: false, head: false, unsent: [] };
  const sighting = headOf(part);
  const url = partsOfUrl(curl.url);
  const fields = httpie?.fields ?? fieldsOfData(curl.data);
  const method = curl.method ?? (curl.head ? 'HEAD' : curl.data.length > 0 && !curl.get ? 'POST' : 'GET');
  const presented = presentedCredentials(curl.headers, url.target, fields, sighting, undefined, reading);
  const unsent = presentedCredentials(curl.unsent, '/', {}, sighting, undefined, reading).credentials;
  const host = curl.headers.find((header) => header.name === 'host')?.value ?? url.host;
  return {
    kind: 'exchange',
    form: 'curl-command',
    sighting,
    requestAt: sighting,
    request: {
      method,
      path: url.path,
      ...presented,
      credentials: [
        ...presented.credentials,
        ...unsent.map((credential) => ({ ...credential, oddities: [...credential.oddities, 'not-sent' as const] })),
      ],
      ...(host === undefined ? {} : { host }),
      ...(url.scheme === undefined ? {} : { scheme: url.scheme }),
      ...(url.port === undefined ? {} : { port: url.port }),
    },
    remarks: [],
  };
}
