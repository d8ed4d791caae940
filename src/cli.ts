// The command: picks the subcommand, sets the exit status. Errors end here, in one line.
import { KongauthError } from './errors.ts';
import type { Terminal } from './terminal/arguments.ts';

const HELP = `kongauth diagnoses 400, 401 and 403 answers behind Kong Gateway.

  kongauth diagnose [FILE...]   reads files or standard input (text, .gz, .zst)
    --format text|json|markdown|slack               text by default
    --flavour admin-api|deck|kubernetes|kong-conf   which snippets to show, admin-api by default
    --now TIME                  judge tokens without a time of their own by this instant (ISO 8601)
    --fail-on CONFIDENCE        exit 1 when a finding is at least that sure (0 to 1)
    --live [--gateway NAME]     looks up what the paste names in the gateway, and judges again
  kongauth explain [CAUSE]      the page of one cause, or the list
  kongauth redact [FILE]        the input with every secret replaced
  kongauth inspect status       the gateway at KONG_ADMIN_URL: node, memory, upstreams, data planes
  kongauth inspect service|route|consumer|plugin NAME
                                by name or id: what runs on it in which order, and what may be wrong
    --format text|json          text by default
  kongauth doctor [service|route NAME]
                                checks the gateway's configuration, or what one service or route meets
    --target VERSION            and what an upgrade to that version of Kong would change, such as 3.14
    --format text|json|markdown   text by default
    --tokens FILE               looks up the key ids of the tokens in this paste (- for standard input)
    --fail-on-failed            exit 1 when a check failed
  kongauth digest now           what matters since the last digest, by metrics and Admin API
    --format text|json|markdown   text by default
    --since FILE                compare with this snapshot instead of the last one under KONGAUTH_DATA
    --chart FILE.png            writes the picture
    --gateway NAME              inspect, doctor and digest: one of several gateways (KONGAUTH_CONFIG)

Exit status: 0 analysed, 1 --fail-on or --fail-on-failed reached, 2 usage, unreadable input or gateway.
`;

/** Runs the command line of this process; resolves to the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that has seen enough (head, less) closes the pipe: no reason to complain.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const plain = (process.env.NO_COLOR ?? '') !== '';
  return await run(args, {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colour: process.stdout.isTTY === true && !plain && process.stdout.hasColors(),
    progress: process.stderr.isTTY === true,
    isTyped: process.stdin.isTTY === true,
    width: process.stdout.columns ?? 100,
    now: Date.now,
  });
}

/** Runs a command line with the given streams; resolves to the exit status. Never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    terminal.err(`kongauth: ${sentenceOf(error)}\n`);
    return 2;
  }
}

/** Our own errors have a sentence for the user; parseArgs' are about the words of the call. */
function sentenceOf(error: unknown): string {
  if (error instanceof KongauthError) return error.message.replace(/\s*\n\s*/g, ' ');
  const code = error instanceof TypeError && 'code' in error ? String(error.code) : '';
  if (error instanceof TypeError && code.startsWith('ERR_PARSE_ARGS')) {
    const [sentence = ''] = error.message.split(/\n|\. /, 1);
    return `${sentence.replace(/\.$/, '')}; kongauth help lists the options.`;
  }
  return 'Something went wrong inside; please report what you ran.';
}

/** Each subcommand is loaded when it is asked for: a mistake in the call is answered at once. */
async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [command, ...rest] = args;
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(HELP);
    return 0;
  }
  switch (command) {
    case 'diagnose':
      return await (await import('./terminal/diagnose.ts')).runDiagnose(rest, terminal);
    case 'explain':
      return await (await import('./terminal/explain.ts')).runExplain(rest, terminal);
    case 'redact':
      return await (await import('./terminal/redact.ts')).runRedact(rest, terminal);
    case 'inspect':
      return await (await import('./terminal/inspect.ts')).runInspect(rest, terminal);
    case 'doctor':
      return await (await import('./terminal/doctor.ts')).runDoctor(rest, terminal);
    case 'digest':
      return await (await import('./terminal/digest.ts')).runDigest(rest, terminal);
    case 'help':
    case '--help':
    case '-h':
      terminal.out(HELP);
      return 0;
    case undefined:
      throw new KongauthError('usage', 'A subcommand is missing; kongauth help lists them.');
    default:
      throw new KongauthError('usage', `There is no subcommand ${command}; kongauth help lists them.`);
  }
}
