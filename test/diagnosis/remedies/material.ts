// What the remedy tests look at: every remedy of every cause for bare facts, and every remedy that the cases bring out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CAUSES } from '../../../src/diagnosis/causes/index.ts';
import type { Remedy } from '../../../src/diagnosis/diagnosis.ts';
import { FactCollector } from '../../../src/diagnosis/facts/collect.ts';
import type { RemedyDraft } from '../../../src/diagnosis/remedies/remedy.ts';
import { renderSnippets } from '../../../src/diagnosis/remedies/render.ts';
import { readCases } from '../../eval/case.ts';
import { scoreCases } from '../../eval/score.ts';

/** A snippet and the remedy that it belongs to. */
export interface Shown {
  readonly from: string;
  readonly title: string;
  readonly note: string;
  readonly snippets: Remedy['snippets'] | ReturnType<typeof renderSnippets>;
}

/** All remedies for a paste that shows this version and nothing else. */
export function draftsFor(version: string | undefined): readonly RemedyDraft[] {
  const collector = new FactCollector();
  if (version !== undefined)
    collector.add({ kind: 'node', version, sighting: { place: { source: 'paste', line: 1 }, excerpt: '' } });
  const facts = collector.facts(undefined);
  return [...new Set(CAUSES.flatMap((cause) => cause.remedies))].flatMap((remedy) => remedy(facts) ?? []);
}

/** Every remedy of bare facts, rendered. */
export function bareRemedies(version: string | undefined): readonly Shown[] {
  return draftsFor(version).map((draft) => ({
    from: `bare ${version}`,
    title: draft.title,
    note: draft.note,
    snippets: renderSnippets(draft),
  }));
}

/**
 * Every remedy that a diagnosis of a case shows, each distinct one once; without those in which a secret of the paste
 * equals a word that we need (a client secret `introspection`): there the secret stays hidden, whatever is left.
 */
export async function caseRemedies(): Promise<readonly Shown[]> {
  const { scores } = await scoreCases(readCases(join(import.meta.dirname, '../../cases')));
  const seen = new Set<string>();
  return scores.flatMap((score) =>
    score.diagnosis.findings
      .flatMap((finding) => finding.remedies)
      .flatMap((remedy) => {
        const key = JSON.stringify(remedy);
        if (seen.has(key) || key.includes('<HIDDEN_VALUE>')) return [];
        seen.add(key);
        return [{ from: score.case.id, title: remedy.title, note: remedy.note, snippets: remedy.snippets }];
      }),
  );
}

/** Commands that only say how they were called, as functions: a process for each would take most of the time. */
const FAKES = ['curl', 'openssl', 'ldapwhoami', 'kong', 'date']
  .map((name) => `${name}() { printf '%s\\0' ${name} "$@"; printf '\\n\\0'; }`)
  .join('\n');
/** An empty folder is the PATH of a snippet: a command that it does not name openly is not found. */
const empty = mkdtempSync(join(tmpdir(), 'kongauth-path-'));

export interface Ran {
  readonly status: number | null;
  readonly stderr: string;
  /** Every command that the snippet ran, as its words. */
  readonly commands: readonly (readonly string[])[];
}

const ran = new Map<string, Ran>();

/** Runs a snippet in a real shell that knows the commands above and no others; equal snippets once. */
export function run(snippet: string): Ran {
  const known = ran.get(snippet) ?? runAnew(snippet);
  ran.set(snippet, known);
  return known;
}

function runAnew(snippet: string): Ran {
  const { status, stderr, stdout } = spawnSync(
    '/bin/bash',
    ['--norc', '--noprofile', '-e', '-c', `${FAKES}\n${snippet}`],
    {
      encoding: 'utf8',
      env: { PATH: empty, LANG: 'C.UTF-8' },
      cwd: empty,
      // With standard input from a pipe bash takes itself for a remote shell and reads start-up files.
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const commands: string[][] = [];
  let words: string[] = [];
  for (const word of stdout.split('\0')) {
    if (word === '\n') {
      commands.push(words);
      words = [];
    } else words.push(word);
  }
  return { status, stderr, commands };
}

export interface AdminCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** The call that a curl of the Admin API makes; undefined for calls of other hosts. */
export function adminCall(words: readonly string[]): AdminCall | undefined {
  const url = words.find((word) => /^https?:\/\//.test(word));
  if (words[0] !== 'curl' || url === undefined || !/:8001(?:\/|$)/.test(url)) return undefined;
  const after = (flag: string): string | undefined =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
  const data = after('-d');
  const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*$/, '');
  return { method: after('-X') ?? 'GET', path, ...(data === undefined ? {} : { body: JSON.parse(data) }) };
}

/** The documents of a YAML snippet; throws when one does not parse. Comments alone give none. */
export function documentsOf(snippet: string): readonly unknown[] {
  const parsed = parseAllDocuments(snippet);
  return (Array.isArray(parsed) ? parsed : []).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const value: unknown = document.toJS();
    return value === null ? [] : [value];
  });
}
