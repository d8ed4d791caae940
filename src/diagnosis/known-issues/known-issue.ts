// A known issue: what a release of Kong fixed or changed, and which causes it can lie behind. Data only.
import type { CauseName } from '../names.ts';

/** Parts of Kong that every gateway has; all other components are plugins. */
export const CORE_COMPONENTS = ['core', 'router', 'vault', 'hybrid', 'admin-api'] as const;

interface RowBase {
  /** A plugin's name, or one of CORE_COMPONENTS. */
  readonly component: string;
  /** The findings beside which it is worth a reader's time, the likeliest first. */
  readonly causes: readonly CauseName[];
  /** The first version that has the fault, where it came with a later release; versions before it are not affected. */
  readonly since?: string;
  /**
   * Words of which one must stand in the paste (a field or setting that is in use, a status, a word of a message), lower
   * case. Without them the row fits every finding of its causes.
   */
  readonly marks?: readonly string[];
  /** A config field of the plugin whose default changed: where the config gives it, the change does not matter. */
  readonly unlessGiven?: string;
  /** Only Kong Enterprise has that part. */
  readonly enterprise?: true;
  /** What is seen, then what to do; in our own words, ending with a full stop. */
  readonly text: string;
  /** The changelog entry it is taken from: version and file. */
  readonly source: string;
}

/** Every version, one a release line, in which it was fixed: three parts in open source, four in Enterprise. */
export interface FixedIssue extends RowBase {
  readonly fixedIn: readonly string[];
}

/** Every version, one a release line, in which the behaviour changed; the text says from when on. */
export interface ChangedBehaviour extends RowBase {
  readonly changedIn: readonly string[];
}

export type KnownIssueRow = FixedIssue | ChangedBehaviour;
