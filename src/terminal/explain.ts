// kongauth explain: the page of one cause, or the list.
import { causeNamed } from '../diagnosis/causes/index.ts';
import { CAUSE_NAMES, isCauseName } from '../diagnosis/names.ts';
import { KongauthError } from '../errors.ts';
import { renderCauseList, renderCausePage } from '../render/explain.ts';
import type { Terminal } from './arguments.ts';
import { onlyPositionals } from './input.ts';

/** Runs the subcommand; the exit status. */
export function runExplain(args: readonly string[], terminal: Terminal): number {
  const [name] = onlyPositionals(args, 1, 'explain');
  if (name === undefined) {
    terminal.out(renderCauseList());
    return 0;
  }
  if (!isCauseName(name))
    throw new KongauthError(
      'usage',
      `There is no cause called ${name}${likeliest(name)}; kongauth explain lists them.`,
    );
  terminal.out(renderCausePage(causeNamed(name), Math.min(terminal.width, 100)));
  return 0;
}

/** A cause that was probably meant: one that contains what was typed, or begins alike. */
function likeliest(typed: string): string {
  const meant =
    CAUSE_NAMES.find((name) => typed.length > 2 && name.includes(typed)) ??
    CAUSE_NAMES.find((name) => typed.length > 5 && name.slice(0, 6) === typed.slice(0, 6));
  return meant === undefined ? '' : ` (perhaps ${meant})`;
}
