// kongauth doctor: every check of the configured gateway, or of what one service or route meets.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { RecentToken } from '../doctor/check.ts';
import { examine, type Scope } from '../doctor/examine.ts';
import { KongauthError } from '../errors.ts';
import { AdminClient } from '../kong/client.ts';
import { gatewayNamed } from '../kong/gateways.ts';
import { renderReportMarkdown, renderReportText } from '../render/doctor-report.ts';
import { reportJson } from '../render/doctor-report-json.ts';
import { readTerminalSettings } from '../settings.ts';
import type { Terminal } from './arguments.ts';
import { openInput } from './input.ts';
import { progressOf } from './progress.ts';

const FORMATS = ['text', 'json', 'markdown'] as const;

interface DoctorArguments {
  readonly scope: Scope | undefined;
  readonly gateway: string | undefined;
  readonly target: string | undefined;
  readonly format: (typeof FORMATS)[number];
  readonly failOnFailed: boolean;
  /** A file with tokens that were refused or accepted lately. */
  readonly tokens: string | undefined;
}

function parse(args: readonly string[]): DoctorArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: 'string', default: 'text' },
      gateway: { type: 'string' },
      target: { type: 'string' },
      tokens: { type: 'string' },
      'fail-on-failed': { type: 'boolean', default: false },
    },
  });
  const format = FORMATS.find((known) => known === values.format);
  if (format === undefined) throw new KongauthError('usage', `--format of doctor is one of ${FORMATS.join(', ')}.`);
  if (values.target !== undefined && !/^\d{1,2}\.\d{1,2}(?:\.\d{1,3}){0,2}$/.test(values.target))
    throw new KongauthError('usage', '--target is a version of Kong, such as 3.14.');
  const [type, name, ...rest] = positionals;
  const isScope = (type === 'service' || type === 'route') && name !== undefined && rest.length === 0;
  if (type !== undefined && !isScope)
    throw new KongauthError('usage', 'doctor takes nothing, or service or route and one name or id.');
  return {
    scope: isScope ? { type, name } : undefined,
    gateway: values.gateway,
    target: values.target,
    format,
    failOnFailed: values['fail-on-failed'],
    tokens: values.tokens,
  };
}

/** Runs the subcommand; the exit status. Throws KongauthError for usage, settings and what the gateway refuses. */
export async function runDoctor(args: readonly string[], terminal: Terminal): Promise<number> {
  const { scope, gateway: name, target, format, failOnFailed, tokens } = parse(args);
  const gateway = gatewayNamed(readTerminalSettings(process.env).gateways, name);
  // Pages of a large gateway are short-lived: a young generation that grows with them takes 100 MB more for nothing.
  setFlagsFromString('--semi-space-growth-factor=1');
  const progress = progressOf(terminal, undefined);
  const client = new AdminClient(gateway, { watch: progress.count });
  const broken: string[] = [];
  let report: Awaited<ReturnType<typeof examine>>;
  try {
    report = await examine(client, {
      key: randomBytes(32),
      now: terminal.now(),
      gateway,
      ...(scope === undefined ? {} : { scope }),
      ...(target === undefined ? {} : { targetVersion: target }),
      ...(tokens === undefined ? {} : { tokens: await tokensIn(tokens, terminal) }),
      onProgress: progress.step,
      onFault: (check) => broken.push(check),
    });
  } finally {
    progress.end();
    await client.close();
  }
  for (const check of broken) terminal.err(`kongauth: the check ${check} broke; please report this.\n`);
  if (format === 'json') terminal.out(reportJson(report));
  else terminal.out(format === 'markdown' ? renderReportMarkdown(report) : renderReportText(report, terminal));
  return failOnFailed && report.results.some(({ verdict }) => verdict === 'failed') ? 1 : 0;
}

/** What the tokens of a paste say of their keys. */
async function tokensIn(file: string, terminal: Terminal): Promise<readonly RecentToken[]> {
  const { source, bytes } = openInput(file, terminal);
  const { subjects } = await diagnose([{ source, bytes }], { key: randomBytes(32), now: terminal.now() });
  if (subjects.tokens.length === 0)
    throw new KongauthError('usage', `${file} holds no signed token (eyJ...) that can be read.`);
  return subjects.tokens;
}
