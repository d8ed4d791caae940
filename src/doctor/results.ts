// What one check found, kept small: failures up to a number, passes as one sentence.
import type { CauseName } from '../diagnosis/names.ts';
import type { CheckResult, Subject } from './check.ts';

/** Results of one check that are told one by one; the rest is counted. */
const TOLD = 20;

export const GATEWAY: Subject = { type: 'gateway', name: 'the gateway' };

export class Results {
  private readonly check: string;
  private readonly failures: CheckResult[] = [];
  private readonly unseen: CheckResult[] = [];

  constructor(check: string) {
    this.check = check;
  }

  /**
   * @param says one sentence: what was found
   * @param advice one sentence: what to do
   * @param cause what it leads to
   */
  failed(subject: Subject, says: string, advice: string, cause?: CauseName): void {
    const result = { check: this.check, verdict: 'failed', subject, says, advice } as const;
    this.failures.push(cause === undefined ? result : { ...result, cause });
  }

  /** @param says one sentence: what was missing */
  couldNotLook(subject: Subject, says: string, advice?: string): void {
    const result = { check: this.check, verdict: 'could-not-look', subject, says } as const;
    this.unseen.push(advice === undefined ? result : { ...result, advice });
  }

  /**
   * The results; when nothing failed and all could be looked at, the one that says so.
   * @param passes one sentence; undefined where the check applied to nothing
   */
  all(passes: string | undefined): readonly CheckResult[] {
    if (this.failures.length + this.unseen.length === 0)
      return passes === undefined ? [] : [{ check: this.check, verdict: 'passed', subject: GATEWAY, says: passes }];
    return [...this.told(this.failures), ...this.told(this.unseen)];
  }

  private told(results: readonly CheckResult[]): readonly CheckResult[] {
    const [first] = results;
    if (first === undefined || results.length <= TOLD) return results;
    const rest = results.length - TOLD;
    const narrower = 'Look at one route or service at a time to see them: `kongauth doctor route NAME`.';
    return [
      ...results.slice(0, TOLD),
      { ...first, subject: GATEWAY, says: `${rest} more results of this check are like these.`, advice: narrower },
    ];
  }
}
