// A run of lines that are no log lines comes apart: transcripts, curl commands, documents, settings, keys, prose.
import type { Line, Part, PartShape } from './part.ts';

/** Lines of one part at most; what is longer is cut here and goes on as another part. */
const PART_LINES = 200_000;

/**
 * Splits a run of lines into parts, in order. Every line but blank ones between parts is in exactly one part.
 * @param lines consecutive lines that no line reader took
 */
export function splitRun(lines: readonly Line[]): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < lines.length) {
    const text = lines[at]?.text ?? '';
    if (text.trim() === '') {
      at++;
      continue;
    }
    const [shape, end] = partAt(lines, at);
    const taken = lines.slice(at, Math.min(end, at + PART_LINES));
    parts.push({
      source: taken[0]?.source ?? '',
      lines: taken,
      text: taken.map((line) => line.text).join('\n'),
      shape,
    });
    at += taken.length;
  }
  return parts;
}

/** The shape of the part that begins at a line, and the index after its last line. */
function partAt(lines: readonly Line[], start: number): readonly [PartShape, number] {
  const text = lines[start]?.text ?? '';
  const trimmed = text.trim();
  if (startsTranscript(lines, start)) return ['transcript', endOfTranscript(lines, start)];
  if (CURL.test(trimmed)) return ['curl', endOfCommand(lines, start)];
  // A key inside JSON is a value of it.
  if (trimmed.includes('-----BEGIN ') && !/^[{[]/.test(trimmed)) return ['pem', endOfPem(lines, start)];
  if (METRIC.test(trimmed))
    return ['metrics', endWhile(lines, start, (line) => METRIC.test(line.trim()) || line.trim() === '')];
  if (isSetting(trimmed) && !isYamlKey(trimmed))
    return [
      'settings',
      endWhile(
        lines,
        start,
        (line) =>
          isSetting(line.trim()) || ENVIRONMENT.test(line.trim()) || line.trim() === '' || line.trim().startsWith('#'),
      ),
    ];
  const environmentEnd = endOfEnvironment(lines, start);
  if (environmentEnd !== undefined) return ['settings', environmentEnd];
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    const end = endOfJson(lines, start);
    if (end !== undefined) return ['json', end];
    if (CUT_JSON.test(trimmed)) return ['json', start + 1];
  }
  const yamlEnd = endOfYaml(lines, start);
  if (yamlEnd !== undefined) return ['yaml', yamlEnd];
  if (TOKEN.test(trimmed)) return ['token', start + 1];
  return ['prose', endOfProse(lines, start)];
}

/** What stands before a command in a terminal: a prompt with or without user and host, and small commands on the same line. */
export const PROMPT =
  /^(?:\S{0,40}@\S{1,60}[^$#%>\n]{0,60}[$#%>] |[\w~./-]{0,40}[$#%>]\s+|\+ )?(?:(?:sudo|time) |(?:date|echo|sleep)\b[^;&\n]{0,60}(?:;|&&) ?){0,3}/;
const CURL = new RegExp(`${PROMPT.source}(?:curl|http|https|wget)(?:\\.exe)? (?=.*(?:-|https?:|:\\d|localhost|\\/))`);
const METRIC = /^(?:# (?:HELP|TYPE) \w+|kong_\w+(?:\{.*\})? [-+0-9.eENa]+$)/;
const TOKEN =
  /^(?:(?:access_|id_|refresh_)?token ?[:=] ?|(?:authorization: ?)?bearer )?"?ey[JK][\w-]{6,}\.[\w-]*(?:\.[\w=-]*){0,3}"?,?$/i;
const SETTING =
  /^(?:(?:export|set|ENV|RUN echo|-e|env:?)\s+)?(?:-\s+)?["']?(?:KONG_[A-Z0-9_]{2,80}["']?\s{0,4}[=:]|[a-z][a-z0-9_]{3,60} = ?\S)/;
const KNOWN_HEADER =
  /^(?:[<>*] ?)?(?:server|via|www-authenticate|proxy-authenticate|x-kong-[a-z-]+|x-consumer-[a-z-]+|x-credential-[a-z-]+|authorization|content-type|content-length|date|host|user-agent|accept|cache-control|set-cookie|cookie|location|x-forwarded-[a-z-]+|transfer-encoding|connection|apikey|x-api-key|access-control-[a-z-]+|origin|x-request-id|strict-transport-security|vary|pragma|kong-admin-token|x-ratelimit-[a-z-]+|ratelimit-[a-z]+|retry-after|correlation-id):\s?\S/i;
const STATUS_LINE = /^(?:[<*] ?)?HTTP\/\d(?:\.\d)? \d{3}\b/;
const REQUEST_LINE = /^(?:> ?)?(?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD|CONNECT|TRACE) \S{1,8000} HTTP\/\d(?:\.\d)?$/;
/** One line of JSON that was cut off, as `head -c` leaves it. */
const CUT_JSON = /^\{"[\w$.-]{1,60}":(?=.{60})/;
const CURL_REMARK = /^\* (?:\s|[A-Z]|[a-z]|\()/;
const DEVTOOLS = /^(?:Request URL|Request Method|Status Code|Remote Address|Referrer Policy): ?\S/;

/** A line of a .env file, with or without a value. */
const ENVIRONMENT = /^(?:export\s+)?[A-Z][A-Z0-9_]{2,60}=(?:\S|$)/;

/** A run of variables, with comments and single blank lines between them; undefined when there are less than two. */
function endOfEnvironment(lines: readonly Line[], start: number): number | undefined {
  if (!ENVIRONMENT.test((lines[start]?.text ?? '').trim())) return undefined;
  let end = start;
  let variables = 0;
  for (let at = start; at < lines.length; at++) {
    const text = (lines[at]?.text ?? '').trim();
    if (ENVIRONMENT.test(text) || (isSetting(text) && !isYamlKey(text))) {
      variables++;
      end = at + 1;
    } else if (text !== '' && !text.startsWith('#')) break;
    else if (at - end >= 6) break;
  }
  return variables >= 2 ? end : undefined;
}

function isSetting(text: string): boolean {
  return SETTING.test(text);
}

/** `key: value` with a blank after the colon is YAML also where the key looks like a setting. */
function isYamlKey(text: string): boolean {
  return /^(?:- )?[a-z][\w-]*:(?: |$)/.test(text);
}

function startsTranscript(lines: readonly Line[], at: number): boolean {
  const text = (lines[at]?.text ?? '').trimStart();
  if (STATUS_LINE.test(text) || REQUEST_LINE.test(text) || DEVTOOLS.test(text)) return true;
  if (/^[<>] [A-Za-z-]{2,60}: ?\S/.test(text) || (CURL_REMARK.test(text) && isCurlRemark(lines, at))) return true;
  if (!KNOWN_HEADER.test(text)) return false;
  // A header alone may be a sentence; two in a row, or a telling one, are a message.
  const next = (lines[at + 1]?.text ?? '').trimStart();
  return (
    KNOWN_HEADER.test(next) || STATUS_LINE.test(next) || /^(?:www-authenticate|x-kong-|authorization:)/i.test(text)
  );
}

function isCurlRemark(lines: readonly Line[], at: number): boolean {
  const text = lines[at]?.text ?? '';
  if (
    /^\* (?:Trying|Connected|Host|ALPN|TLS|SSL|Server certificate|Using|Mark bundle|upload|Connection|Closing|Could not|connect|TCP_NODELAY| {2})/.test(
      text,
    )
  )
    return true;
  for (let i = at + 1; i < Math.min(lines.length, at + 30); i++) {
    const next = lines[i]?.text ?? '';
    if (/^[<>] /.test(next)) return true;
    if (!next.startsWith('*') && !/^[{}[]/.test(next)) return false;
  }
  return false;
}

/** A transcript: requests, answers, remarks and bodies, until something else begins. */
function endOfTranscript(lines: readonly Line[], start: number): number {
  let at = start;
  let answered = false;
  let declared: DeclaredBody = {};
  while (at < lines.length) {
    const text = lines[at]?.text ?? '';
    const trimmed = text.trimStart();
    // Among headers every `name: value` is one: HTTP/2 writes them in lower case.
    const follows = at > start && HEADER_LINE.test(trimmed) && isHead((lines[at - 1]?.text ?? '').trimStart());
    if (isHead(trimmed) || follows) {
      if (STATUS_LINE.test(trimmed)) {
        answered = true;
        declared = {};
      }
      declared = declaredBody(trimmed, declared);
      // The next request of a sequence is an exchange of its own.
      if (answered && at > start && REQUEST_LINE.test(trimmed)) return at;
      at++;
      continue;
    }
    if (['', '<', '>', '<>', '*'].includes(trimmed.trimEnd())) {
      at++;
      continue;
    }
    if (
      /^[{}] \[\d+ bytes data\]/.test(trimmed) ||
      /^\s*\d+ +\d+ +\d+ /.test(text) ||
      trimmed.startsWith('% Total') ||
      trimmed.startsWith('Dload')
    ) {
      at++;
      continue;
    }
    const isBody = answered
      ? !contradicts(trimmed, declared)
      : isBodyOfRequest(lines, start, at) && !isSentence(trimmed);
    const end = isBody ? endOfBody(lines, at) : undefined;
    if (end === undefined) return at;
    at = end;
    // After the answer's body the exchange is over, unless curl goes on with its remarks.
    if (answered && !/^\* |^[<>] |^HTTP\//.test((lines[at]?.text ?? '').trimStart())) return at;
  }
  return at;
}

const HEADER_LINE = /^[a-z][a-z0-9-]{1,60}: ?\S/;

function isHead(text: string): boolean {
  return (
    STATUS_LINE.test(text) ||
    REQUEST_LINE.test(text) ||
    DEVTOOLS.test(text) ||
    /^[<>] ?:?[A-Za-z][A-Za-z0-9_-]{1,80}: ?/.test(text) ||
    /^\* /.test(text) ||
    (/^[A-Za-z][A-Za-z0-9_-]{1,80}: ?\S/.test(text) &&
      !/^https?:/.test(text) &&
      (KNOWN_HEADER.test(text) ||
        /^[A-Z][A-Za-z0-9]*(?:-[A-Z0-9][A-Za-z0-9]*)*: \S/.test(text) ||
        /^x-[a-z0-9-]+: /i.test(text)))
  );
}

function isBodyOfRequest(lines: readonly Line[], start: number, at: number): boolean {
  return at > start && (lines[at - 1]?.text ?? '').trim().length <= 1;
}

/** What the headers of an answer say about its body. */
interface DeclaredBody {
  readonly type?: string;
  readonly empty?: boolean;
}

function declaredBody(head: string, before: DeclaredBody): DeclaredBody {
  const type = /^(?:[<>] ?)?content-type: ?([\w.+-]+\/[\w.+-]+)/i.exec(head)?.[1];
  if (type !== undefined) return { ...before, type: type.toLowerCase() };
  return /^(?:[<>] ?)?content-length: ?0\s*$/i.test(head) ? { ...before, empty: true } : before;
}

/** A person's sentence under the headers of an answer whose body must have another form, or none. */
function contradicts(text: string, declared: DeclaredBody): boolean {
  if (/^[[{<"]/.test(text)) return false;
  if (declared.empty === true || (isSentence(text) && text.endsWith(':'))) return true;
  return declared.type !== undefined && /json|html|xml/.test(declared.type) && isSentence(text);
}

/** Words of a person after a request: `always the same answer:`. Bodies of requests are forms, JSON or markup. */
function isSentence(text: string): boolean {
  if (/^[[{<"]/.test(text)) return false;
  const words = text.split(/\s+/, 60);
  const plain = words.filter((word) => /^[A-Za-z][A-Za-z'’-]*[,.;:?!]?$/.test(word));
  return plain.length >= 3 && plain.length >= words.length * 0.6;
}

/** A body: balanced JSON, markup up to its end tag, or plain lines until a blank one. */
function endOfBody(lines: readonly Line[], start: number): number | undefined {
  const trimmed = (lines[start]?.text ?? '').trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return endOfJson(lines, start) ?? start + 1;
  if (/^<(?:!doctype|html|\?xml|error|Error|HTML)/i.test(trimmed)) {
    for (let at = start; at < Math.min(lines.length, start + 300); at++) {
      if (/<\/(?:html|error)>/i.test(lines[at]?.text ?? '')) return at + 1;
    }
    return start + 1;
  }
  if (looksLikeOther(trimmed)) return undefined;
  let at = start + 1;
  while (at < lines.length && at < start + 3) {
    const next = (lines[at]?.text ?? '').trim();
    if (next === '' || looksLikeOther(next) || isHead(next)) break;
    at++;
  }
  return at;
}

function looksLikeOther(text: string): boolean {
  return (
    CURL.test(text) ||
    isSetting(text) ||
    text.startsWith('---') ||
    /^(?:- )?[\w-]+:(?: |$)/.test(text) ||
    text.startsWith('-----BEGIN')
  );
}

/** A shell command over lines: backslash at the end, or an open quote. */
function endOfCommand(lines: readonly Line[], start: number): number {
  let quote = '';
  for (let at = start; at < Math.min(lines.length, start + 400); at++) {
    const text = lines[at]?.text ?? '';
    quote = openQuote(text, quote);
    const continues = quote !== '' || /\\\s*$/.test(text) || /^\s+-{1,2}\w/.test(lines[at + 1]?.text ?? '');
    if (!continues) return at + 1;
  }
  return start + 1;
}

function openQuote(text: string, open: string): string {
  let quote = open;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (character === '\\' && quote !== "'") {
      i++;
      continue;
    }
    if (quote === '') {
      if (character === "'" || character === '"') quote = character;
    } else if (character === quote) quote = '';
  }
  return quote;
}

function endOfPem(lines: readonly Line[], start: number): number {
  for (let at = start; at < Math.min(lines.length, start + 200); at++) {
    if ((lines[at]?.text ?? '').includes('-----END ')) return at + 1;
  }
  return start + 1;
}

/**
 * The index after a balanced JSON value, by scanning brackets outside strings; undefined when it never closes.
 * A value that closes and goes on with text on its last line still ends on that line.
 */
function endOfJson(lines: readonly Line[], start: number): number | undefined {
  const searched = searchOf(lines);
  if (searched.jsonRead > JSON_READ_LIMIT) return undefined;
  let depth = 0;
  let inString = false;
  let read = 0;
  for (let at = start; at < lines.length; at++) {
    const text = lines[at]?.text ?? '';
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (inString) {
        if (code === 92) i++;
        else if (code === 34) inString = false;
      } else if (code === 34) inString = true;
      else if (code === 123 || code === 91) depth++;
      else if (code === 125 || code === 93) {
        depth--;
        if (depth === 0) return at + 1;
      }
    }
    read += text.length;
    // A string never spans lines in JSON; a stray quote must not swallow the rest of the paste.
    inString = false;
    if (depth <= 0 && at > start) return at + 1;
  }
  searched.jsonRead += read;
  return undefined;
}

const YAML_LINE =
  /^(?:\s*(?:- )*["']?[\w./@$-][\w./@$ -]{0,80}["']?:(?:\s|$)|\s*- \S|\s*#|---\s*$|\.\.\.\s*$|\s*-\s*$)/;
const YAML_OPENING = /^\s*(?:- )?["']?[\w./@-]{1,80}["']?:\s*(?:[|>][+-]?\d?\s*)?(?:#.*)?$/;
const YAML_HEAD =
  /^(?:---|_format_version:|apiVersion:|kind:|services:|routes:|plugins:|consumers:|upstreams:|\s*- name: |\s*config:|env:|plugin:|metadata:)/;

/** A YAML document or fragment, or undefined when the lines are prose that happens to have colons. */
function endOfYaml(lines: readonly Line[], start: number): number | undefined {
  const first = lines[start]?.text ?? '';
  if (!YAML_LINE.test(first) || isLikelySentence(first)) return undefined;
  const searched = searchOf(lines);
  const heads = YAML_HEAD.test(first);
  // A run without any opening has none from its second line on either.
  if (!heads && start < searched.yamlUntil) return undefined;
  let at = start;
  let keys = 0;
  let openings = heads ? 1 : 0;
  let block = -1;
  while (at < lines.length) {
    const text = lines[at]?.text ?? '';
    const indent = text.length - text.trimStart().length;
    if (text.trim() === '') {
      if (!continuesYaml(lines, at)) break;
      at++;
      continue;
    }
    if (block >= 0 && indent > block) {
      at++;
      continue;
    }
    block = -1;
    if (!YAML_LINE.test(text) && !(at > start && indent > 0) && !/^\s*[}\]],?\s*$/.test(text)) break;
    if (at > start && (STATUS_LINE.test(text) || isLikelySentence(text))) break;
    if (YAML_OPENING.test(text)) openings++;
    if (/:\s*[|>][+-]?\d?\s*$/.test(text)) block = indent;
    keys++;
    at++;
  }
  if (openings === 0) searched.yamlUntil = Math.max(searched.yamlUntil, at);
  return keys >= 2 && openings >= 1 ? at : undefined;
}

/** What was looked for in a run in vain, so that it is not looked for again from each of its lines. */
interface Search {
  /** Up to this index no YAML begins that lacks a telling first line. */
  yamlUntil: number;
  /** Characters read in vain for the end of a JSON value. */
  jsonRead: number;
}

/** Beyond this many characters read in vain no further JSON is looked for in a run. */
const JSON_READ_LIMIT = 100 * 2 ** 20;
const searches = new WeakMap<readonly Line[], Search>();

function searchOf(lines: readonly Line[]): Search {
  let search = searches.get(lines);
  if (search === undefined) {
    search = { yamlUntil: 0, jsonRead: 0 };
    searches.set(lines, search);
  }
  return search;
}

function continuesYaml(lines: readonly Line[], blank: number): boolean {
  for (let at = blank + 1; at < Math.min(lines.length, blank + 4); at++) {
    const text = lines[at]?.text ?? '';
    if (text.trim() === '') continue;
    return (YAML_LINE.test(text) && !isLikelySentence(text)) || /^\s+\S/.test(text);
  }
  return false;
}

/** `Note: this works when I ...`: words before and after the colon, no indentation. */
function isLikelySentence(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon === -1) return /^(?:- |\* )?[A-Z][a-z]+ \w+ \w+ /.test(text);
  const after = text.slice(colon + 1).trim();
  const before = text.slice(0, colon).trim();
  return (
    !text.startsWith(' ') && (before.split(' ').length > 3 || (after.split(' ').length > 6 && !/^["'[{]/.test(after)))
  );
}

function endWhile(lines: readonly Line[], start: number, belongs: (text: string) => boolean): number {
  let at = start + 1;
  while (at < lines.length && belongs(lines[at]?.text ?? '')) at++;
  return at;
}

/** Prose goes on until a line begins something else. */
function endOfProse(lines: readonly Line[], start: number): number {
  let at = start + 1;
  while (at < lines.length) {
    const trimmed = (lines[at]?.text ?? '').trim();
    if (trimmed !== '' && partAtIsOther(lines, at, trimmed)) break;
    at++;
  }
  return at;
}

function partAtIsOther(lines: readonly Line[], at: number, trimmed: string): boolean {
  return (
    startsTranscript(lines, at) ||
    CURL.test(trimmed) ||
    trimmed.startsWith('-----BEGIN ') ||
    METRIC.test(trimmed) ||
    (isSetting(trimmed) && !isYamlKey(trimmed)) ||
    endOfEnvironment(lines, at) !== undefined ||
    TOKEN.test(trimmed) ||
    ((trimmed.startsWith('{') || trimmed.startsWith('[')) && endOfJson(lines, at) !== undefined) ||
    endOfYaml(lines, at) !== undefined
  );
}
