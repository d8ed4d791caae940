// kongauth diagnose: files or standard input to a diagnosis in one of four forms.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DiagnosisUnderWay } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { FLAVOURS, type Flavour } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import { wrap } from '../render/wrap.ts';
import type { Terminal } from './arguments.ts';
import { type InputFile, openInput } from './input.ts';
import { gatewayToAsk, lookLive } from './live.ts';
import { progressOf } from './progress.ts';

const FORMATS = ['text', 'json', 'markdown', 'slack'] as const;
type Format = (typeof FORMATS)[number];

interface DiagnoseArguments {
  readonly files: readonly string[];
  readonly format: Format;
  readonly flavour: Flavour;
  readonly now: number;
  readonly failOn: number | undefined;
  readonly live: boolean;
  readonly gateway: string | undefined;
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
      live: { type: 'boolean', default: false },
      gateway: { type: 'string' },
    },
  });
  const format = FORMATS.find((known) => known === values.format);
  if (format === undefined) throw new KongauthError('usage', `--format is one of ${FORMATS.join(', ')}.`);
  const flavour = FLAVOURS.find((known) => known === values.flavour);
  if (flavour === undefined) throw new KongauthError('usage', `--flavour is one of ${FLAVOURS.join(', ')}.`);
  const now = values.now === undefined ? terminal.now() : Date.parse(values.now);
  if (Number.isNaN(now) || (values.now !== undefined && !/^\d{4}-\d{2}-\d{2}(?:T|$)/.test(values.now)))
    throw new KongauthError('usage', '--now takes a time such as 2026-11-24T03:00:00Z (ISO 8601).');
  const failOn = values['fail-on'] === undefined ? undefined : Number(values['fail-on'].trim() || Number.NaN);
  if (failOn !== undefined && !(failOn >= 0 && failOn <= 1))
    throw new KongauthError('usage', '--fail-on takes a number from 0 to 1.');
  const { live, gateway } = values;
  if (gateway !== undefined && !live)
    throw new KongauthError('usage', '--gateway says which gateway --live asks; add --live.');
  return { files: positionals.length === 0 ? ['-'] : positionals, format, flavour, now, failOn, live, gateway };
}

/** Runs the subcommand; the exit status. Throws KongauthError for usage, settings and unreadable input. */
export async function runDiagnose(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parse(args, terminal);
  // A gateway that is not configured is said before anything is read.
  const gateway = options.live ? gatewayToAsk(options.gateway) : undefined;
  const files = options.files.map((file) => openInput(file, terminal));
  const progress = progressOf(terminal, sizeOf(files));
  const inputs = files.map(({ source, bytes }) => ({ source, bytes: progress.count(bytes) }));
  const key = randomBytes(32);
  const under = new DiagnosisUnderWay({ key, now: options.now });
  let diagnosis: Diagnosis;
  try {
    await under.read(inputs);
    diagnosis = await under.diagnosis();
  } finally {
    progress.end();
  }
  const live = gateway === undefined ? undefined : await lookLive(gateway, diagnosis.subjects, key, terminal);
  if (live !== undefined) {
    await under.read(live.inputs);
    diagnosis = await under.diagnosis();
  }
  terminal.out(await render(diagnosis, options, terminal));
  if (live !== undefined) await sayLive(live.sentences, options.format, terminal);
  const best = diagnosis.findings[0]?.confidence;
  return options.failOn !== undefined && best !== undefined && best >= options.failOn ? 1 : 0;
}

/** What was looked at belongs to what a person reads; beside a format for programs it goes to standard error. */
async function sayLive(sentences: readonly string[], format: Format, terminal: Terminal): Promise<void> {
  if (format === 'markdown') {
    const { markdownList } = await import('../render/markdown.ts');
    terminal.out(`\n${markdownList(sentences)}`);
    return;
  }
  const lines = sentences.map((sentence) => `${wrap(sentence, terminal.width, '', '  ')}\n`).join('');
  if (format === 'text') terminal.out(`\n${lines}`);
  else terminal.err(lines);
}

function sizeOf(files: readonly InputFile[]): number | undefined {
  let total = 0;
  for (const { size } of files) {
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}

/** Only the renderer that is asked for is loaded. */
async function render(diagnosis: Diagnosis, options: DiagnoseArguments, terminal: Terminal): Promise<string> {
  switch (options.format) {
    case 'json':
      return `${JSON.stringify((await import('../render/json.ts')).toJson(diagnosis), null, 2)}\n`;
    case 'markdown':
      return (await import('../render/markdown.ts')).renderMarkdown(diagnosis, options.flavour);
    case 'slack': {
      const { renderSlack } = await import('../render/slack.ts');
      return `${JSON.stringify(renderSlack(diagnosis, { flavour: options.flavour }), null, 2)}\n`;
    }
    case 'text':
      return (await import('../render/text.ts')).renderText(diagnosis, {
        flavour: options.flavour,
        colour: terminal.colour,
        width: terminal.width,
      });
  }
}
