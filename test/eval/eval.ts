// `npm run eval`: scores test/cases and prints counts, rates and every miss. `-- --cause NAME` looks at one cause.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCases } from './case.ts';
import { scoreCases } from './score.ts';

const TOP_1 = 0.95;
const TOP_3 = 0.99;

const { values } = parseArgs({
  options: { cause: { type: 'string' }, folder: { type: 'string' }, thresholds: { type: 'boolean', default: false } },
});
const all = readCases(values.folder ?? join(import.meta.dirname, '../cases'));
const cases =
  values.cause === undefined
    ? all
    : all.filter((one) => [...one.causes, ...one.must_not].includes(values.cause as never));
const result = await scoreCases(cases);
for (const score of result.scores.filter((one) => !one.top1 || one.misled)) {
  const got =
    score.diagnosis.findings.map((finding) => `${finding.cause} ${finding.confidence}`).join(', ') || '(none)';
  console.log(
    `${score.misled ? 'MISLED' : score.top3 ? 'second' : 'missed'}  ${score.case.id}: wanted ${score.case.causes.join(' | ')}; got ${got}`,
  );
}
const threads = all.filter((one) => one.source.startsWith('http')).length;
console.log(
  `\n${cases.length} cases (${threads} of all from public threads)  top-1 ${result.top1.toFixed(3)}  top-3 ${result.top3.toFixed(3)}  misled ${result.misled}  calibration error ${result.calibrationError.toFixed(3)}`,
);

// What `npm test` demands. Raised as the cases are won, never lowered.
if (values.thresholds && (result.top1 < TOP_1 || result.top3 < TOP_3 || result.misled > 0)) {
  console.error(`below the thresholds: top-1 ${TOP_1}, top-3 ${TOP_3}, misled 0`);
  process.exitCode = 1;
}
