// The command: picks the subcommand, sets the exit status. Errors end here, in one line.
import { KongauthError } from './errors.ts';
import type { Terminal } from './terminal/arguments.ts';

const HELP = `kongauth diagnoses 400, 401 and 403 answers behind Kong Gateway.

  kongauth diagnose [FILE...]   reads files or standard input (text, .gz, .zst)
    --format text|json|markdown|slack
    --flavour admin-api|deck|kubernetes|kong-conf   which snippets the text shows
    --now TIME                  judge tokens without a time of their own by this instant
    --fail-on CONFIDENCE        exit 1 when a finding is at least that sure
  kongauth explain [CAUSE]      the page of one cause, or the list
  kongauth redact [FILE]        the input with every secret replaced
`;

/** Runs the command line; resolves to the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal: Terminal = {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colour: process.stdout.isTTY === true && process.stdout.hasColors(),
    progress: process.stderr.isTTY === true,
    width: process.stdout.columns ?? 100,
    now: Date.now,
  };
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    // Our own errors have a sentence for the user; parseArgs' are about the words of the call.
    const message =
      error instanceof KongauthError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
        ? error.message.split('\n')[0]
        : 'something went wrong inside; please report what you ran';
    terminal.err(`kongauth: ${message}\n`);
    return 2;
  }
}

/** A subcommand's modules are loaded when it is called: a call waits for no other's. */
async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'diagnose':
      return (await import('./terminal/diagnose.ts')).runDiagnose(rest, terminal);
    case 'explain':
      return (await import('./terminal/explain.ts')).runExplain(rest, terminal);
    case 'redact':
      return (await import('./terminal/redact.ts')).runRedact(rest, terminal);
    case 'inspect':
    case 'digest':
      throw new KongauthError('not-configured', `${command} needs an Admin API, which this version cannot ask yet.`);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      terminal.out(HELP);
      return command === undefined ? 2 : 0;
    default:
      throw new KongauthError('usage', `There is no subcommand ${command}; kongauth help lists them.`);
  }
}
