// A change of node settings as kong.conf lines, with the environment variables that mean the same.
import type { Change } from '../change.ts';
import { commentLine, shellWord } from './shell.ts';

/** A value of one line; `#` begins a comment in kong.conf unless it is escaped. */
function confValue(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('#', '\\#');
}

/** kong.conf lines and their KONG_* form, or undefined for anything but node settings. */
export function kongConfSnippet(change: Change): string | undefined {
  if (change.on !== 'setting') return undefined;
  const lines = Object.entries(change.settings).flatMap(([name, value]) => [
    `${name} = ${confValue(value)}`,
    commentLine(`or in the environment of every Kong node: KONG_${name.toUpperCase()}=${shellWord(value)}`),
  ]);
  return [...lines, '# then on every node: kong reload (a container must start anew to see its environment)'].join(
    '\n',
  );
}
