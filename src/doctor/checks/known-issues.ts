// known-issues: faults of the running version in what this gateway uses, and the release that is without them.
import { type Fault, faultsOf, isKnownLine } from '../../diagnosis/known-issues/issues-of-gateway.ts';
import { numbersOf } from '../../diagnosis/known-issues/release-lines.ts';
import { compareVersions } from '../../diagnosis/versions.ts';
import type { Check } from '../check.ts';
import { listAt } from '../gateway-map.ts';
import { GATEWAY, Results } from '../results.ts';
import { runningOf } from '../running.ts';

const NAME = 'known-issues';
/** Faults of one plugin that are told in full. */
const TOLD = 3;

export const knownIssues: Check = {
  name: NAME,
  title: 'Known faults of this version',
  run({ gateway }) {
    const results = new Results(NAME);
    const running = runningOf(gateway);
    if (running === undefined) {
      results.couldNotLook(
        GATEWAY,
        'The gateway does not tell its version.',
        'Ask one of its nodes: `curl http://localhost:8001/`.',
      );
      return results.all(undefined);
    }
    const version = running.version.join('.');
    if (!isKnownLine(running.version)) {
      results.couldNotLook(GATEWAY, `Of the version ${version} nothing is known here: 2.8 to 3.15 are.`);
      return results.all(undefined);
    }
    const byComponent = new Map<string, Fault[]>();
    for (const fault of faultsOf(running)) listAt(byComponent, fault.row.component).push(fault);
    for (const [component, faults] of byComponent) {
      const target = faults
        .map(({ fixedIn }) => fixedIn)
        .toSorted((one, other) => compareVersions(numbersOf(one), numbersOf(other)))
        .at(-1);
      const rest = faults.length > TOLD ? ` ${faults.length - TOLD} more are in Kong's changelog.` : '';
      const texts = faults.slice(0, TOLD).map(({ row, fixedIn }) => `${row.text} (fixed in ${fixedIn})`);
      const [cause] = faults[0]?.row.causes ?? [];
      results.failed(
        { type: 'gateway', name: component },
        `${version} has ${faults.length === 1 ? 'a known fault' : `${faults.length} known faults`} in ${component} that this configuration can meet: ${texts.join(' ')}${rest}`,
        `Upgrade to ${target} or later of its line.`,
        cause,
      );
    }
    return results.all(`${version} has no known fault in authentication that this configuration meets.`);
  },
};
