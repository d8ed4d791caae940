// The command line called in this process, with what it printed.
import { run } from '../../src/cli.ts';
import type { Terminal } from '../../src/terminal/arguments.ts';

export interface Printed {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs `kongauth ARGS`: no colour, no progress, 100 columns, unless `terminal` says otherwise.
 * @param stdin what is piped in
 */
export async function atTerminal(
  args: readonly string[],
  stdin: string = '',
  terminal: Partial<Pick<Terminal, 'progress' | 'colour' | 'width' | 'now'>> = {},
): Promise<Printed> {
  let [out, err] = ['', ''];
  const status = await run(args, {
    stdin: (async function* () {
      if (stdin !== '') yield Buffer.from(stdin);
    })(),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    colour: false,
    progress: false,
    width: 100,
    now: Date.now,
    ...terminal,
  });
  return { status, out, err };
}
