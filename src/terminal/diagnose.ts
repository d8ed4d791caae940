// kongauth diagnose: files or standard input to a diagnosis in one of four forms.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type DiagnosisInput, diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { FLAVOURS, type Flavour } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import type { Terminal } from './arguments.ts';

const FORMATS = ['text', 'json', 'markdown', 'slack'] as const;
type Format = (typeof FORMATS)[number];

interface DiagnoseArguments {
  readonly files: readonly string[];
  readonly format: Format;
  readonly flavour: Flavour;
  readonly now: number;
  readonly failOn: number | undefined;
}

function parse(args: readonly string[], terminal: Terminal): DiagnoseArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      flavour: { type: 'string', default: 'admin-api' },
      now: { type: 'string' },
      'fail-on': { type: 'string' },
    },
  });
  const format = FORMATS.find((known) => known === values.format);
  if (format === undefined) throw new KongauthError('usage', `--format is one of ${FORMATS.join(', ')}.`);
  const flavour = FLAVOURS.find((known) => known === values.flavour);
  if (flavour === undefined) throw new KongauthError('usage', `--flavour is one of ${FLAVOURS.join(', ')}.`);
  const now = values.now === undefined ? terminal.now() : Date.parse(values.now);
  if (Number.isNaN(now))
    throw new KongauthError('usage', '--now takes a time such as 2026-11-24T03:00:00Z (ISO 8601).');
  const failOn = values['fail-on'] === undefined ? undefined : Number(values['fail-on']);
  if (failOn !== undefined && !(failOn >= 0 && failOn <= 1))
    throw new KongauthError('usage', '--fail-on takes a number from 0 to 1.');
  return { files: positionals.length === 0 ? ['-'] : positionals, format, flavour, now, failOn };
}

/** Runs the subcommand; the exit status. Throws KongauthError for usage and unreadable input. */
export async function runDiagnose(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parse(args, terminal);
  const inputs = options.files.map((file) => inputOf(file, terminal));
  const started = terminal.now();
  let drawn = false;
  const diagnosis = await diagnose(inputs, {
    key: randomBytes(32),
    now: options.now,
    onProgress: (characters) => {
      if (!terminal.progress || terminal.now() - started < 1000) return;
      drawn = true;
      terminal.err(`\rread ${Math.round(characters / 1e6)} MB`);
    },
  });
  if (drawn) terminal.err('\r\u001b[K');
  terminal.out(await render(diagnosis, options, terminal));
  const best = diagnosis.findings[0]?.confidence ?? 0;
  return options.failOn !== undefined && diagnosis.findings.length > 0 && best >= options.failOn ? 1 : 0;
}

function inputOf(file: string, terminal: Terminal): DiagnosisInput {
  if (file === '-') return { source: 'stdin', bytes: terminal.stdin };
  try {
    if (!statSync(file).isFile() && !file.startsWith('/dev/') && !file.startsWith('/proc/'))
      throw new KongauthError('input-unreadable', `${file} is no file.`);
  } catch (error) {
    if (error instanceof KongauthError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new KongauthError('input-unreadable', `${file} cannot be read (${code}).`, { cause: error });
  }
  return { source: file, bytes: piecesOf(file) };
}

async function render(diagnosis: Diagnosis, options: DiagnoseArguments, terminal: Terminal): Promise<string> {
  switch (options.format) {
    case 'json': {
      const { toJson } = await import('../render/json.ts');
      return `${JSON.stringify(toJson(diagnosis), null, 2)}\n`;
    }
    case 'markdown':
      return (await import('../render/markdown.ts')).renderMarkdown(diagnosis);
    case 'slack': {
      const { renderSlack } = await import('../render/slack.ts');
      return `${JSON.stringify(renderSlack(diagnosis, options.flavour), null, 2)}\n`;
    }
    case 'text': {
      const { renderText } = await import('../render/text.ts');
      return renderText(diagnosis, { flavour: options.flavour, colour: terminal.colour, width: terminal.width });
    }
  }
}

const PIECE = 2 ** 18;

/** The file's bytes; a piece is overwritten after the next one was asked for. Two buffers in turn keep memory flat. */
async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
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
  } finally {
    await reading.catch(() => undefined);
    await handle.close();
  }
}
