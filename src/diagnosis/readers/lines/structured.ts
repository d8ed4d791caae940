// Structured log lines: logfmt (`time="..." level=error msg="..."`), one JSON object a line, zap's tabs.
import { timeOf } from './log-line.ts';

/** A log line taken apart. */
export interface StructuredLine {
  readonly level: string;
  readonly text: string;
  readonly at?: number;
  readonly logger?: string;
  /** All fields that are texts or numbers, by name as written. */
  readonly fields: Readonly<Record<string, string>>;
}

const LEVELS: Readonly<Record<string, string>> = {
  trace: 'debug',
  debug: 'debug',
  dbg: 'debug',
  info: 'info',
  information: 'info',
  notice: 'notice',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  fatal: 'crit',
  panic: 'crit',
  critical: 'crit',
  crit: 'crit',
  dpanic: 'crit',
  default: 'info',
  // pino and bunyan
  '10': 'debug',
  '20': 'debug',
  '30': 'info',
  '40': 'warn',
  '50': 'error',
  '60': 'crit',
};

/** The level in nginx' words, or undefined when the word is none. */
export function levelOf(word: string): string | undefined {
  return LEVELS[word.toLowerCase()];
}

const LOGFMT_START = /^(?:time|ts|t|timestamp|level|lvl|msg|severity)=/;
/** `name=value`, `name="value with \"quotes\""`; group 1 name, 2 quoted, 3 bare. */
const LOGFMT = /([A-Za-z_][\w./-]{0,60})=(?:"((?:[^"\\]|\\.){0,20000})"?|([^\s"]{0,4000}))/gs;
/** `2026-10-12T07:01:02Z  ERROR  logger  text  {"error": "..."}` with tabs between. */
const ZAP_CONSOLE =
  /^(\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:?\d{2}))\t(DEBUG|INFO|WARN|ERROR|FATAL|debug|info|warn|error|fatal)\t(.*)$/s;
const TEXTS = ['msg', 'message', 'textPayload', '@message', 'event', 'body'];
const ERRORS = ['error', 'err', 'exception', 'cause', 'reason', 'stack_trace', 'error_description'];
const LEVEL_NAMES = ['level', 'lvl', 'severity', 'log.level', 'levelname', 'loglevel', 'LogLevel', '@l'];
const TIMES = ['time', 'ts', 'timestamp', '@timestamp', 't', 'date', 'datetime'];
const LOGGERS = ['logger', 'subsystem', 'component', 'loggerName', 'logger_name', 'name', 'module', 'category'];

/** Reads a structured line; undefined when it is none. */
export function readStructured(text: string): StructuredLine | undefined {
  const first = text.charCodeAt(0);
  if (first === 123) return ofJson(text);
  if (first >= 48 && first <= 57) return ofConsole(text);
  return LOGFMT_START.test(text) ? ofLogfmt(text) : undefined;
}

function ofLogfmt(text: string): StructuredLine | undefined {
  const fields: Record<string, string> = {};
  let count = 0;
  for (const [, name = '', quoted, bare = ''] of text.slice(0, 40_000).matchAll(LOGFMT)) {
    if (name in fields) continue;
    fields[name] = quoted === undefined ? bare : unescaped(quoted);
    if (++count >= 60) break;
  }
  if (!('level' in fields || 'lvl' in fields || 'severity' in fields) || !('msg' in fields || 'message' in fields))
    return undefined;
  return lineOf(fields);
}

function ofJson(text: string): StructuredLine | undefined {
  if (!text.endsWith('}') || !LEVEL_NAMES.some((name) => text.includes(`"${name}"`))) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Cut off or no JSON: another reader may know it.
    return undefined;
  }
  return isRecord(value) ? lineOf(flat(value)) : undefined;
}

function ofConsole(text: string): StructuredLine | undefined {
  const match = ZAP_CONSOLE.exec(text);
  if (match === null) return undefined;
  const [, time = '', level = '', rest = ''] = match;
  const pieces = rest.split('\t', 8);
  const last = pieces.at(-1) ?? '';
  const extra = last.startsWith('{') ? pieces.pop() : undefined;
  const said = pieces.pop() ?? '';
  const fields = extra === undefined ? {} : (fieldsOf(extra) ?? { detail: extra });
  return lineOf({ ...fields, time, level, msg: said, ...(pieces[0] === undefined ? {} : { logger: pieces[0] }) });
}

function fieldsOf(json: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? flat(value) : undefined;
  } catch {
    // Cut off: the text of the fields still holds the words.
    return undefined;
  }
}

/** Fields by name, one level of nesting joined by dots (`err.message`). */
function flat(value: Readonly<Record<string, unknown>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, item] of Object.entries(value).slice(0, 100)) {
    if (name === '__proto__') continue;
    if (typeof item === 'string' || typeof item === 'number') fields[name] = String(item);
    else if (isRecord(item))
      for (const [inner, text] of Object.entries(item).slice(0, 40))
        if (typeof text === 'string' || typeof text === 'number') fields[`${name}.${inner}`] = String(text);
  }
  return fields;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lineOf(fields: Readonly<Record<string, string>>): StructuredLine | undefined {
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => fields[name]).find((value) => value !== undefined && value !== '');
  const level = levelOf(first(LEVEL_NAMES) ?? '');
  const said = first(TEXTS);
  const error =
    first(ERRORS) ?? first(ERRORS.flatMap((name) => [`${name}.message`, `${name}.msg`])) ?? first(['detail']);
  if (level === undefined || (said === undefined && error === undefined)) return undefined;
  const time = first(TIMES);
  const at = time === undefined ? undefined : /^\d{10,13}(?:\.\d{1,9})?$/.test(time) ? ofNumber(time) : timeOf(time);
  const logger = first(LOGGERS);
  const text = said === undefined ? (error ?? '') : error === undefined || error === said ? said : `${said}: ${error}`;
  return {
    level,
    text,
    fields,
    ...(at === undefined ? {} : { at }),
    ...(logger === undefined ? {} : { logger }),
  };
}

/** Seconds or milliseconds since 1970. */
function ofNumber(time: string): number {
  return time.split('.', 1)[0]?.length === 10 ? Number(time) * 1000 : Number(time);
}

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\(.)/gs, (_all, character: string) =>
        character === 'n' ? '\n' : character === 't' ? '\t' : character,
      )
    : text;
}
