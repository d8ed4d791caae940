// The doctor's report as JSON: the results as they are, the diagnosis by the contract's schema.
import type { DoctorReport } from '../doctor/examine.ts';
import { toJson } from './json.ts';

/** Version 1; ends with a line break. */
export function reportJson(report: DoctorReport): string {
  const { version: kong, diagnosis, ...found } = report;
  return `${JSON.stringify({ version: 1, kong, ...found, diagnosis: toJson(diagnosis) }, null, 2)}\n`;
}
