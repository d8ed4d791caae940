// kongauth explain: the page of one cause, or the list.
import { causeNamed } from '../diagnosis/causes/index.ts';
import { isCauseName } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import { renderCauseList, renderCausePage } from '../render/explain.ts';
import type { Terminal } from './arguments.ts';

/** Runs the subcommand; the exit status. */
export function runExplain(args: readonly string[], terminal: Terminal): number {
  const [name] = args;
  if (name === undefined) {
    terminal.out(renderCauseList());
    return 0;
  }
  if (!isCauseName(name))
    throw new KongauthError('usage', `There is no cause called ${name}; kongauth explain lists them.`);
  terminal.out(renderCausePage(causeNamed(name), Math.min(terminal.width, 100)));
  return 0;
}
