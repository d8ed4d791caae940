// Files and standard input as bytes; what cannot be read is said in one sentence.
import { createReadStream, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { KongauthError } from '../errors.ts';
import type { Terminal } from './arguments.ts';

export interface InputFile {
  /** As evidence calls it. */
  readonly source: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Bytes on the disk; undefined for streams. */
  readonly size?: number;
}

/** Opens a file, or standard input for `-`. Throws KongauthError `input-unreadable`. */
export function openInput(file: string, terminal: Pick<Terminal, 'stdin'>): InputFile {
  if (file === '-') return { source: 'stdin', bytes: terminal.stdin };
  let size: number | undefined;
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) throw new KongauthError('input-unreadable', `${file} is a folder; name the files in it.`);
    if (stat.isFile()) size = stat.size;
  } catch (error) {
    throw unreadable(file, error);
  }
  return { source: file, bytes: readFileChunks(file), ...(size === undefined ? {} : { size }) };
}

async function* readFileChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) yield chunk as Uint8Array;
  } catch (error) {
    throw unreadable(file, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  EISDIR: 'it is a folder',
};

function unreadable(file: string, error: unknown): KongauthError {
  if (error instanceof KongauthError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new KongauthError('input-unreadable', `${file} cannot be read: ${REASONS[code] ?? code}.`, { cause: error });
}

/** The files of a subcommand that takes no options. Throws KongauthError `usage` for more than it takes. */
export function onlyPositionals(args: readonly string[], most: number, command: string): readonly string[] {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
  if (positionals.length > most)
    throw new KongauthError('usage', `${command} takes ${most === 1 ? 'one argument' : `${most} arguments`} at most.`);
  return positionals;
}
