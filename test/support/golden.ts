// The golden renderings: command lines, run as the command runs them, each with its output in test/golden under its name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/cli.ts';

const samples = join(import.meta.dirname, '../samples');
export const goldenFolder = join(import.meta.dirname, '../golden');

/** Command lines; files are of test/samples. */
export const COMMAND_LINES: readonly string[] = [
  'diagnose intermittent-401.log',
  'diagnose intermittent-401.log --format json',
  'diagnose intermittent-401.log --format markdown --flavour deck',
  'diagnose intermittent-401.log --format slack',
  'diagnose one-node-401.log',
  'diagnose one-node-401.log --format slack --flavour kubernetes',
  'diagnose oidc-login.txt',
  'diagnose oidc-login.txt --flavour kubernetes',
  'diagnose oidc-login.txt --format markdown',
  'diagnose upstream-401-after-upgrade.txt',
  'diagnose upstream-401-after-upgrade.txt --flavour deck',
  'diagnose upstream-401-after-upgrade.txt --format slack --flavour kong-conf',
  'diagnose kubernetes-no-auth.txt --flavour kubernetes',
  'diagnose kubernetes-no-auth.txt --format json',
  'redact oidc-login.txt',
  'explain',
  'explain token-cache-stale',
];

const EXTENSIONS: Readonly<Record<string, string>> = { json: 'json', markdown: 'md', slack: 'json' };

/** The file of a command line: its words and the extension of the format. */
export function goldenFile(commandLine: string): string {
  const format = /--format (\w+)/.exec(commandLine)?.[1] ?? 'text';
  return `${commandLine}.${EXTENSIONS[format] ?? 'txt'}`;
}

/** Runs a command line at 100 columns without colour. Fingerprints, which are of one run, are numbered in their order. */
export async function golden(commandLine: string): Promise<string> {
  let out = '';
  // Names as a person beside the files types them: the width of a line must not depend on where the checkout stands.
  process.chdir(samples);
  const status = await run(commandLine.split(' '), {
    stdin: (async function* () {})(),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      throw new Error(`${commandLine}: ${text}`);
    },
    colour: false,
    progress: false,
    width: 100,
    now: () => Date.parse('2026-11-24T04:00:00Z'),
  });
  if (status !== 0) throw new Error(`${commandLine}: status ${status}`);
  const numbers = new Map<string, string>();
  return out.replace(/\bfp:[0-9a-f]{8}\b/g, (fingerprint) => {
    const number = numbers.get(fingerprint) ?? `fp:${String(numbers.size + 1).padStart(8, '0')}`;
    numbers.set(fingerprint, number);
    return number;
  });
}

/** What the golden file holds; undefined when there is none. */
export function recorded(commandLine: string): string | undefined {
  try {
    return readFileSync(join(goldenFolder, goldenFile(commandLine)), 'utf8');
  } catch {
    // Not recorded yet: the test says so.
    return undefined;
  }
}
