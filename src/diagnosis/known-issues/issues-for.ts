// The known issues that bear on one finding: by cause, by what the paste shows of Kong, and by its version.
import type { KnownIssue } from '../diagnosis.ts';
import type { Facts } from '../facts/facts.ts';
import type { CauseName } from '../names.ts';
import { compareVersions } from '../versions.ts';
import { componentsMet, type Met, wordsMet } from './components-met.ts';
import { ALL_KNOWN_ISSUES } from './index.ts';
import { CORE_COMPONENTS, type KnownIssueRow } from './known-issue.ts';
import { contains, isBefore, linesSince, nextWith } from './release-lines.ts';

/** Issues of one finding; without a version fewer, for most of them will not apply. */
const WITH_VERSION = 4;
const WITHOUT_VERSION = 3;
/**
 * A change that no word of the paste speaks of is told this many minor lines long: who goes from one long-term release
 * to the next (3.4, 3.10, 3.14) crosses at most six.
 */
const RECENT_LINES = 6;

/** What the paste says about the gateway, gathered once for all findings. */
interface Picture {
  /** The newest version seen: after an upgrade the old one is told, too. */
  readonly version?: readonly number[];
  /** The oldest version seen, where there are several. */
  readonly before?: readonly number[];
  readonly components: ReadonlyMap<string, Met>;
  readonly words: ReadonlySet<string>;
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
    openSource: !enterprise,
  };
}

/** Plugins of this room that open source does not have. */
const ENTERPRISE_PLUGINS: readonly string[] = [
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

function isCore(row: KnownIssueRow): boolean {
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
  // Without a version the core alone is no reason to believe that it is the core; its own words are.
  if (version === undefined) return isCore(row) ? isMarked(row, picture) : met === 'clear';
  if (row.since !== undefined && isBefore(version, row.since)) return false;
  if ('fixedIn' in row) return !contains(version, row.fixedIn);
  return (
    contains(version, row.changedIn) && (isMarked(row, picture) || linesSince(version, row.changedIn) <= RECENT_LINES)
  );
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
  if (version !== undefined && 'changedIn' in row) {
    rank += 1 - linesSince(version, row.changedIn) * 0.25;
    // The change came between the two versions that the paste tells of: the upgrade brought it.
    if (before !== undefined && !contains(before, row.changedIn)) rank += 2;
  }
  return rank;
}

function told(row: KnownIssueRow, picture: Picture): KnownIssue {
  const { version } = picture;
  const fixedIn = 'fixedIn' in row ? row.fixedIn : [];
  const text =
    version === undefined
      ? `${row.text} Whether it applies depends on the version of Kong, which the paste does not tell.`
      : 'fixedIn' in row
        ? `${row.text} ${version.join('.')} does not have the fix yet, ${nextWith(version, row.fixedIn)} does.`
        : row.text;
  return { component: row.component, fixedIn, text };
}
