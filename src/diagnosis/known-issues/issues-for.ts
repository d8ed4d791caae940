// The known issues that bear on one finding: by cause, by what the paste shows of Kong, and by its version.
import type { KnownIssue } from '../diagnosis.ts';
import type { Facts } from '../facts/facts.ts';
import type { CauseName } from '../names.ts';
import { compareVersions } from '../versions.ts';
import { componentsMet, type Met, wordsMet } from './components-met.ts';
import { ALL_KNOWN_ISSUES } from './index.ts';
import { type ChangedBehaviour, CORE_COMPONENTS, type FixedIssue, type KnownIssueRow } from './known-issue.ts';
import { contains, isBefore, lastUpTo, linesBetween, nextWith, numbersOf } from './release-lines.ts';

/** Issues of one finding; without a version fewer, for most of them will not apply. */
const WITH_VERSION = 4;
const WITHOUT_VERSION = 3;
/**
 * A change that no word of the paste speaks of is told this many minor lines long: who goes from one long-term release
 * to the next (3.4, 3.10, 3.14) crosses at most six.
 */
const RECENT_LINES = 6;
/** The changelogs begin here: what they fixed need not be wrong in anything older. */
const FIRST_KNOWN = [2, 8];
/** Without a version only what concerned releases of this line and later is told: older ones are rare by now. */
const IN_USE = [3, 4];

/** What the paste says about the gateway, gathered once for all findings. */
interface Picture {
  /** The newest version seen: after an upgrade the old one is told, too. */
  readonly version?: readonly number[];
  /** The oldest version seen, where there are several. */
  readonly before?: readonly number[];
  readonly components: ReadonlyMap<string, Met>;
  readonly words: ReadonlySet<string>;
  /** Something in the paste is Kong's: tokens and answers of an identity provider alone say nothing about it. */
  readonly isKong: boolean;
  /** The version is one of open source, and no plugin of Enterprise was seen. */
  readonly openSource: boolean;
}

/**
 * Prepares the search for one paste.
 * @returns a function that gives the known issues of a cause, the most relevant first, at most four
 */
export function knownIssuesIn(facts: Facts): (cause: CauseName) => readonly KnownIssue[] {
  const picture = pictureOf(facts);
  return (cause) =>
    ALL_KNOWN_ISSUES.filter((row) => row.causes.includes(cause) && applies(row, picture, facts))
      .map((row) => ({ row, rank: rankOf(row, cause, picture) }))
      .sort((one, other) => other.rank - one.rank)
      .slice(0, picture.version === undefined ? WITHOUT_VERSION : WITH_VERSION)
      .map(({ row }) => told(row, picture));
}

function pictureOf(facts: Facts): Picture {
  const [oldest, ...later] = facts.versions
    .map((seen) => seen.parts)
    .toSorted((one, other) => compareVersions(one, other));
  const version = later.at(-1) ?? oldest;
  const components = componentsMet(facts);
  const words = wordsMet(facts);
  const enterprise =
    version === undefined ||
    version.length > 3 ||
    words.has('enterprise') ||
    words.has('workspace') ||
    words.has('konnect') ||
    ENTERPRISE_PLUGINS.some((plugin) => components.has(plugin));
  return {
    ...(version === undefined ? {} : { version }),
    ...(later.length === 0 || oldest === undefined ? {} : { before: oldest }),
    components,
    words,
    isKong:
      words.has('kong') || facts.config.entities.length > 0 || facts.entries.some((entry) => entry.product === 'kong'),
    openSource: !enterprise,
  };
}

/** Plugins of this room that open source does not have. */
export const ENTERPRISE_PLUGINS: readonly string[] = [
  'openid-connect',
  'oauth2-introspection',
  'ldap-auth-advanced',
  'mtls-auth',
  'header-cert-auth',
  'vault-auth',
  'key-auth-enc',
  'jwt-signer',
  'saml',
  'upstream-oauth',
];

/** Whether a row is about a part that every gateway has. */
export function isCore(row: KnownIssueRow): boolean {
  return (CORE_COMPONENTS as readonly string[]).includes(row.component);
}

function isMarked(row: KnownIssueRow, picture: Picture): boolean {
  return row.marks?.some((mark) => picture.words.has(mark)) === true;
}

function applies(row: KnownIssueRow, picture: Picture, facts: Facts): boolean {
  const met = picture.components.get(row.component);
  if (met === undefined || (row.marks !== undefined && !isMarked(row, picture))) return false;
  if (row.enterprise === true && picture.openSource) return false;
  if (row.unlessGiven !== undefined && isGiven(row.component, row.unlessGiven, facts)) return false;
  const { version } = picture;
  if (version === undefined) {
    // The core is always there; only words of its own make it worth telling.
    const seen = isCore(row) ? picture.isKong && isMarked(row, picture) : met === 'clear';
    return seen && releasesOf(row).some((release) => compareVersions(numbersOf(release), IN_USE) >= 0);
  }
  return 'fixedIn' in row ? hasFault(version, row) : hasChange(version, row, picture);
}

function releasesOf(row: KnownIssueRow): readonly string[] {
  return 'fixedIn' in row ? row.fixedIn : row.changedIn;
}

/** Whether a version has the fault; a fault of 2.x is believed only where the fix came by the first lines of 3. */
export function hasFault(version: readonly number[], row: FixedIssue): boolean {
  if (compareVersions(version, FIRST_KNOWN) < 0) return false;
  if (row.since !== undefined && isBefore(version, row.since)) return false;
  const next = nextWith(version, row.fixedIn);
  if (next === undefined) return false;
  return version[0] === numbersOf(next)[0] || linesBetween(version, numbersOf(next)) <= RECENT_LINES;
}

function hasChange(version: readonly number[], row: ChangedBehaviour, picture: Picture): boolean {
  if (!contains(version, row.changedIn)) return false;
  return isMarked(row, picture) || linesSince(version, row) <= RECENT_LINES;
}

function linesSince(version: readonly number[], row: ChangedBehaviour): number {
  const last = lastUpTo(version, row.changedIn);
  return last === undefined ? 0 : linesBetween(version, last);
}

/** Whether the config was pasted and every plugin of that name gives the field. */
function isGiven(component: string, field: string, facts: Facts): boolean {
  const plugins = facts.config.pluginsNamed(component);
  return plugins.length > 0 && plugins.every((plugin) => plugin.field(field).from === 'given');
}

/** A word that names the matter counts most, then that the plugin is surely there, then that the cause is its first. */
function rankOf(row: KnownIssueRow, cause: CauseName, picture: Picture): number {
  const { version, before } = picture;
  let rank = isMarked(row, picture) ? 3 : 0;
  if (!isCore(row)) rank += picture.components.get(row.component) === 'clear' ? 2 : 1;
  if (row.causes[0] === cause) rank += 1;
  if (version === undefined) return rank;
  if ('changedIn' in row) {
    rank += 1 - linesSince(version, row) * 0.25;
    // The change came between the two versions that the paste tells of: the upgrade brought it.
    if (before !== undefined && !contains(before, row.changedIn)) rank += 2;
  } else {
    // The longer after this version the fix came, the likelier the fault did, too.
    const next = nextWith(version, row.fixedIn);
    if (next !== undefined) rank -= linesBetween(version, numbersOf(next)) * 0.1;
  }
  return rank;
}

function told(row: KnownIssueRow, picture: Picture): KnownIssue {
  return {
    component: row.component,
    fixedIn: 'fixedIn' in row ? row.fixedIn : [],
    text: `${row.text} ${applicability(row, picture.version)}`.trimEnd(),
  };
}

/** One sentence on the version: which release to go to, when the change came, or that it is not known. */
function applicability(row: KnownIssueRow, version: readonly number[] | undefined): string {
  if ('fixedIn' in row)
    return version === undefined
      ? 'Whether it applies depends on the version of Kong, which the paste does not tell.'
      : `${version.join('.')} does not have this yet, ${nextWith(version, row.fixedIn)} does.`;
  const when = /[Ss]ince \d/.test(row.text) ? '' : `It came with ${row.changedIn.join(', ')}.`;
  return version === undefined
    ? `${when} It depends on the version of Kong, which the paste does not tell.`.trimStart()
    : when;
}
