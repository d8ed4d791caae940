// How a digest that is due is called in sentences.
import { dueText } from '../../digest/schedule.ts';
import type { KeptSchedule } from '../../store/schedules.ts';

/** `The digest of prod-eu for Thu 26 Nov 09:00 Europe/Berlin`. */
export function whichDigest({ gateway, timeZone }: KeptSchedule, due: number): string {
  return `The digest of ${gateway} for ${dueText(new Date(due), timeZone)}`;
}
