// The doctor's report as a message; the whole of it is the file that comes along when it is shared. Pure.
import type { DoctorReport } from '../../doctor/examine.ts';
import { renderReportMarkdown } from '../../render/doctor-report.ts';
import { renderReportBlocks } from '../../render/doctor-report-slack.ts';
import type { OutMessage } from '../post.ts';

/** @param at when the gateway was read, ms since 1970 */
export function doctorMessage(report: DoctorReport, at: number): OutMessage {
  const { text, blocks, isCut } = renderReportBlocks(report, at);
  const file = { name: 'kongauth-doctor.md', content: renderReportMarkdown(report) };
  return { text, plain: blocks, ...(isCut ? { file } : {}) };
}
