// The shape of a check: what it is given, and what it may say.
import type { CauseName } from '../diagnosis/names.ts';
import type { GatewaySnapshot } from '../kong/snapshot.ts';
import type { Reach } from './reach.ts';

/** `could-not-look` is never a pass: its sentence says what was missing. */
export type Verdict = 'passed' | 'failed' | 'could-not-look';

/** What a result is about. */
export interface Subject {
  readonly type: 'gateway' | 'service' | 'route' | 'consumer' | 'credential' | 'plugin' | 'identity-provider';
  /** As people know it: a name, else the id; for a plugin `openid-connect on the route orders`. */
  readonly name: string;
  readonly id?: string;
}

export interface CheckResult {
  readonly check: string;
  readonly verdict: Verdict;
  readonly subject: Subject;
  /** One sentence: what was found, or why it could not be looked at. Redacted by `examine` before it leaves. */
  readonly says: string;
  /** One sentence: what to do; with every failure. */
  readonly advice?: string;
  /** What a failure leads to, in the vocabulary of causes. */
  readonly cause?: CauseName;
}

/** What the header and claims of a token that was seen lately say. */
export interface RecentToken {
  readonly kid?: string;
  readonly issuer?: string;
}

/** Everything that a check may look at. */
export interface Examination {
  readonly gateway: GatewaySnapshot;
  /** All of the gateway, where `gateway` is narrowed to what one service or route meets. */
  readonly whole?: GatewaySnapshot;
  /** Calls to identity providers, guarded. */
  readonly reach: Reach;
  /** ms since 1970 */
  readonly now: number;
  /** Where an upgrade would lead: `3.14`. */
  readonly targetVersion?: string;
  /** Tokens that were seen lately, where the caller has some. */
  readonly tokens?: readonly RecentToken[];
}

export interface Check {
  /** Kebab-case, as in the report. */
  readonly name: string;
  /** At most six words. */
  readonly title: string;
  /**
   * One result for each subject that it applies to; none where it applies to nothing.
   * @throws nothing for what the gateway or a provider holds or does: that is a result
   */
  run(examination: Examination): Promise<readonly CheckResult[]> | readonly CheckResult[];
}
