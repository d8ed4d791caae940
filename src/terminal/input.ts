// Files and standard input as bytes; what cannot be read is said in one sentence.
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
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
export function openInput(file: string, terminal: Pick<Terminal, 'stdin' | 'err' | 'isTyped'>): InputFile {
  if (file === '-') {
    if (terminal.isTyped === true) terminal.err('Paste what you have, then end it with Ctrl-D on an empty line.\n');
    return { source: 'stdin', bytes: terminal.stdin };
  }
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

const PIECE = 2 ** 18;

/** The file's bytes; a piece is overwritten after the next one was asked for. Two buffers in turn keep memory flat. */
async function* readFileChunks(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  let [current, other] = [Buffer.allocUnsafeSlow(PIECE), Buffer.allocUnsafeSlow(PIECE)];
  let reading = handle.read(current, 0, PIECE);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = handle.read(other, 0, PIECE);
      yield current.subarray(0, bytesRead);
      [current, other] = [other, current];
    }
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
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
