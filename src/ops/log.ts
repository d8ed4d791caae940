// The log: JSON lines with pino, and one last gate that no credential passes whatever field it stands in.
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { KongauthError } from '../errors.ts';

/** Where lines go; standard output unless a test listens. */
export interface LogSink {
  write(line: string): void;
}

/** Fields that are never written, wherever a careless call puts them. */
const NEVER = ['token', 'authorization', 'password', 'secret', 'text', 'blocks', 'response_url', 'trigger_id', 'body'];
const PATHS = NEVER.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\bx(?:ox[a-z]|app)(?:-|\.)[\w.-]{4,}/g, '[slack token]'],
  [/\b(Bearer|Basic) [\w.~+/=-]{6,}/gi, '$1 [secret]'],
  [/\beyJ[\w-]{8,4000}\.[\w-]{4,8000}(?:\.[\w-]*)?/g, '[jwt]'],
  [/https?:\/\/hooks\.[^\s"\\]+/g, '[response url]'],
];

/**
 * A logger. `secrets` are the values of this installation (tokens, keys): they are taken out of every line,
 * like whatever has the shape of a token.
 */
export function createLog(level: string, secrets: readonly string[], sink: LogSink = standardOutput()): Logger {
  const known = secrets.filter((secret) => secret.length >= 6);
  return pino(
    {
      level,
      base: { app: 'kongauth' },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: PATHS, censor: '[not logged]' },
      serializers: { err: describeError },
    },
    { write: (line: string) => sink.write(scrub(line, known)) },
  );
}

/** Synchronous: the last line before an exit is the one that is needed. */
function standardOutput(): LogSink {
  const out = destination({ fd: 1, sync: true });
  return { write: (line) => void out.write(line) };
}

function scrub(line: string, secrets: readonly string[]): string {
  let scrubbed = line;
  for (const secret of secrets) scrubbed = scrubbed.replaceAll(secret, '[secret]');
  for (const [shape, name] of SHAPES) scrubbed = scrubbed.replace(shape, name);
  return scrubbed;
}

/**
 * What may be said of an error: its class, codes and where it arose. Not its message, which may quote what people
 * pasted (JSON.parse does), unless it is ours.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const data = 'data' in error ? error.data : undefined;
  const slackError = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  return {
    type: error.constructor.name,
    ...('code' in error ? { code: error.code } : {}),
    ...(typeof slackError === 'string' ? { slackError } : {}),
    ...('statusCode' in error ? { statusCode: error.statusCode } : {}),
    ...(error instanceof KongauthError ? { message: error.message } : {}),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: describeError(error.cause, depth + 1) }),
  };
}
