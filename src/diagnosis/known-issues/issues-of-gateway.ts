// The known issues of a whole gateway: what its version does wrong in what it uses, and what another version changes.
import { compareVersions } from '../versions.ts';
import { addFields } from './components-met.ts';
import { ALL_KNOWN_ISSUES } from './index.ts';
import { ENTERPRISE_PLUGINS, hasFault, isCore } from './issues-for.ts';
import type { ChangedBehaviour, FixedIssue, KnownIssueRow } from './known-issue.ts';
import { contains, nextWith, numbersOf } from './release-lines.ts';

/** What a gateway runs. */
export interface RunningGateway {
  readonly version: readonly number[];
  /** Names of the plugins that are configured and enabled. */
  readonly plugins: ReadonlySet<string>;
  /** Fields in use and their values, as of `configWords`. */
  readonly words: ReadonlySet<string>;
  readonly openSource: boolean;
}

/** A fault of the running version. */
export interface Fault {
  readonly row: FixedIssue;
  /** The release to go to. */
  readonly fixedIn: string;
}

const WORD = /[a-z0-9_-]+/g;
/** Changelogs of transformers speak of both editions of the plugin. */
const SAME: Readonly<Record<string, string>> = { 'request-transformer-advanced': 'request-transformer' };

/** The words of plugin configs that tell one known issue from another: fields in use and short values, lower case. */
export function configWords(configs: Iterable<unknown>): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (text: string): void => {
    for (const word of text.toLowerCase().match(WORD) ?? []) words.add(word);
  };
  for (const config of configs) addFields(config, add);
  return words;
}

/** Faults that the version has in what the gateway uses; of open source only those that an open source release fixed. */
export function faultsOf(gateway: RunningGateway): readonly Fault[] {
  return ALL_KNOWN_ISSUES.flatMap((row) => {
    if (!('fixedIn' in row) || !concerns(row, gateway) || !hasFault(gateway.version, row)) return [];
    const releases = gateway.openSource ? row.fixedIn.filter((release) => numbersOf(release).length <= 3) : row.fixedIn;
    const fixedIn = releases.length === 0 ? undefined : nextWith(gateway.version, releases);
    return fixedIn === undefined ? [] : [{ row, fixedIn }];
  });
}

/** Changes of behaviour that come between the gateway's version and a later one. */
export function changesUpTo(target: readonly number[], gateway: RunningGateway): readonly ChangedBehaviour[] {
  return ALL_KNOWN_ISSUES.filter(
    (row): row is ChangedBehaviour =>
      'changedIn' in row &&
      concerns(row, gateway) &&
      contains(target, row.changedIn) &&
      !contains(gateway.version, row.changedIn),
  );
}

/** Whether versions are told of one that our rows know. */
export function isKnownLine(version: readonly number[]): boolean {
  return compareVersions(version, [2, 8]) >= 0 && compareVersions(version.slice(0, 2), [3, 15]) <= 0;
}

/** Plugins that open source does not have. */
export function isEnterprisePlugin(plugin: string): boolean {
  return ENTERPRISE_PLUGINS.includes(plugin);
}

function concerns(row: KnownIssueRow, { plugins, words, openSource }: RunningGateway): boolean {
  if (row.enterprise === true && openSource) return false;
  const isMarked = row.marks?.some((mark) => words.has(mark)) === true;
  // Of the core only what the configuration names is worth a word.
  if (isCore(row)) return isMarked;
  const isThere = [...plugins].some((plugin) => (SAME[plugin] ?? plugin) === row.component);
  return isThere && (row.marks === undefined || isMarked);
}
