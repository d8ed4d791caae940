// kongauth redact: the input with every secret replaced by its kind and fingerprint.
import { randomBytes } from 'node:crypto';
import { decodeInput } from '../diagnosis/intake/decode.ts';
import { createRedactor } from '../diagnosis/redact/redact.ts';
import { secretlintSpans } from '../diagnosis/redact/secretlint.ts';
import { KongauthError } from '../errors.ts';
import type { Terminal } from './arguments.ts';
import { type InputFile, onlyPositionals, openInput } from './input.ts';

/** Runs the subcommand; the exit status. Throws KongauthError for usage and unreadable input. */
export async function runRedact(args: readonly string[], terminal: Terminal): Promise<number> {
  const [file = '-'] = onlyPositionals(args, 1, 'redact');
  const input = openInput(file, terminal);
  const text = await textOf(input);
  const redactor = createRedactor(randomBytes(32));
  for (const span of await secretlintSpans(text))
    redactor.secret('other-secret', text.slice(span.start, span.end), { source: input.source, line: 0 });
  // Twice: a secret that only a later line gives away is then replaced in the earlier ones too.
  redactor.text(text);
  terminal.out(redactor.text(text));
  return 0;
}

/** The whole input: a secret may span lines, so nothing is given out before all is read. */
async function textOf({ source, bytes }: InputFile): Promise<string> {
  const utf8 = new TextDecoder();
  let text = '';
  for await (const decoded of decodeInput(bytes)) {
    if ('stopped' in decoded)
      throw new KongauthError('input-unreadable', `${source}: ${decoded.stopped} ${decoded.pasteInstead}`);
    text += 'text' in decoded ? decoded.text : utf8.decode(decoded.utf8, { stream: true });
  }
  return text + utf8.decode();
}
