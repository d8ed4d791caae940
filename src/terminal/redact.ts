// kongauth redact: the input with every secret replaced by its kind and fingerprint.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRedactor } from '../diagnosis/redact/redact.ts';
import { secretlintSpans } from '../diagnosis/redact/secretlint.ts';
import { KongauthError } from '../errors.ts';
import type { Terminal } from './arguments.ts';

/** Runs the subcommand; the exit status. */
export async function runRedact(args: readonly string[], terminal: Terminal): Promise<number> {
  const [file = '-'] = args;
  const text = file === '-' ? await readAll(terminal.stdin) : readFile(file);
  const redactor = createRedactor(randomBytes(32));
  for (const span of await secretlintSpans(text))
    redactor.secret('other-secret', text.slice(span.start, span.end), { source: file, line: 0 });
  // Twice: a secret that only a later line gives away is then replaced in the earlier ones too.
  redactor.text(text);
  terminal.out(redactor.text(text));
  return 0;
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new KongauthError('input-unreadable', `${file} cannot be read (${code}).`, { cause: error });
  }
}
