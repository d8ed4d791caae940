// A change of node settings as kong.conf lines, with the environment variables that mean the same.
import type { Change } from '../change.ts';
import { shellWord } from './shell.ts';

/** kong.conf lines and their KONG_* form, or undefined for anything but node settings. */
export function kongConfSnippet(change: Change): string | undefined {
  if (change.on !== 'setting') return undefined;
  return Object.entries(change.settings)
    .map(
      ([name, value]) =>
        `${name} = ${value}\n# or in the environment of every Kong node: KONG_${name.toUpperCase()}=${shellWord(value)}`,
    )
    .join('\n');
}
