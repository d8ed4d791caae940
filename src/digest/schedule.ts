// When a digest is due: plain words become a cron expression with a time zone, and the next due times.
import { PgBoss } from 'pg-boss';
import { KongauthError } from '../errors.ts';

/** A schedule as it was asked for. */
export interface DigestSchedule {
  /** Five fields, or six with one fixed second. */
  readonly cron: string;
  readonly timeZone: string;
  /** Channel as it was written after `in`: `C012AB3CD`, or a name without #. */
  readonly channel?: string;
  /** Name of a gateway as it was written after `for`. */
  readonly gateway?: string;
}

/** What is understood, for help and forms. */
export const SCHEDULE_EXAMPLES: readonly string[] = [
  'daily 09:00 Europe/Berlin',
  'weekdays 8:30',
  'mondays 9:00 in #gateway-alerts',
  'every 6 hours for prod-eu',
  'hourly',
  '0 9 * * 1-5 Europe/Berlin',
];

const DAYS: Readonly<Record<string, string>> = {
  daily: '*',
  'every day': '*',
  weekdays: '1-5',
  weekends: '0,6',
  sundays: '0',
  mondays: '1',
  tuesdays: '2',
  wednesdays: '3',
  thursdays: '4',
  fridays: '5',
  saturdays: '6',
};
/** Hours that divide a day: others would begin anew at midnight. */
const EVERY = [1, 2, 3, 4, 6, 8, 12];
const LONGEST = 200;

function wrong(why: string): KongauthError {
  return new KongauthError('usage', `${why}; for example \`${SCHEDULE_EXAMPLES[0]}\`.`);
}

/**
 * Reads what stands after `digest schedule`.
 * @param text `daily 09:00 Europe/Berlin in #channel for prod-eu`; zone, channel and gateway may be left out
 * @param defaultZone where none is named: the asker's
 * @throws KongauthError `usage`, one sentence with an example
 */
export function parseSchedule(text: string, defaultZone: string = 'UTC'): DigestSchedule {
  if (text.length > LONGEST) throw wrong(`A schedule has ${LONGEST} characters at most`);
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) throw wrong('Say when a digest is due');
  const { when, options } = withoutOptions(words);
  const zone = zoneAtEnd(when);
  const rest = zone === undefined ? when : when.slice(0, -1);
  const timeZone = zoneNamed(zone ?? defaultZone);
  return { cron: cronOf(rest, timeZone), timeZone, ...options };
}

/** The time zone that is named in what `parseSchedule` reads, as it is written there; undefined when none is. */
export function zoneIn(text: string): string | undefined {
  return zoneAtEnd(withoutOptions(text.trim().split(/\s+/)).when);
}

function zoneAtEnd(words: readonly string[]): string | undefined {
  const last = words.at(-1) ?? '';
  return /^[A-Za-z][A-Za-z_]*(?:\/[A-Za-z0-9_+-]+){1,2}$|^UTC$|^GMT$/i.test(last) ? last : undefined;
}

function withoutOptions(words: readonly string[]): {
  readonly when: readonly string[];
  readonly options: Pick<DigestSchedule, 'channel' | 'gateway'>;
} {
  const options: { channel?: string; gateway?: string } = {};
  let when = words;
  for (;;) {
    const keyword = when.at(-2)?.toLowerCase();
    const value = when.at(-1) ?? '';
    const name = keyword === 'in' ? 'channel' : keyword === 'for' ? 'gateway' : undefined;
    if (name === undefined) return { when, options };
    if (options[name] !== undefined) throw wrong(`A schedule has one ${name}`);
    options[name] = name === 'channel' ? channelNamed(value) : value;
    when = when.slice(0, -2);
  }
}

/** `<#C012AB3CD|name>` as Slack sends it, an id, or `#name`. */
function channelNamed(written: string): string {
  const channel = /^<#([CG][A-Z0-9]{2,20})(?:\|[^>]*)?>$/.exec(written)?.[1] ?? written.replace(/^#/, '');
  if (/^[\p{L}\p{N}_-]{1,80}$/u.test(channel)) return channel;
  throw wrong('After `in` stands a channel such as `#gateway-alerts`');
}

function zoneNamed(name: string): string {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // An older name of the same zone would surprise who wrote the newer one; only letters are set right.
    return known.toLowerCase() === name.toLowerCase() ? known : name;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw wrong('There is no time zone of that name: it is written as in `Europe/Berlin`');
  }
}

function cronOf(words: readonly string[], timeZone: string): string {
  const isCron = words.length >= 5 && words.every((word) => /^[\d*,/\-A-Za-z?#]{1,40}$/.test(word));
  if (isCron && /^[\d*]/.test(words[0] ?? '')) return checkedCron(words, timeZone);
  const said = words.join(' ').toLowerCase();
  if (said === 'hourly' || said === 'every hour') return '0 * * * *';
  const hours = /^every (\d{1,3}) hours?$/.exec(said)?.[1];
  if (hours !== undefined) {
    if (!EVERY.includes(Number(hours))) throw wrong(`Every ${EVERY.slice(1).join(', ')} hours is understood`);
    return hours === '1' ? '0 * * * *' : `0 */${hours} * * *`;
  }
  const match = /^([a-z]+(?: day)?)(?: at)?(?: (\S+))?$/.exec(said);
  const days = DAYS[match?.[1] ?? ''] ?? DAYS[`${match?.[1]}s`] ?? DAYS[(match?.[1] ?? '').replace(/^every /, '')];
  if (days === undefined)
    throw wrong(
      'A schedule begins with `daily`, `weekdays`, `mondays`, `hourly`, `every 6 hours` or a cron expression',
    );
  const { hour, minute } = timeOfDay(match?.[2]);
  return `${minute} ${hour} * * ${days}`;
}

function timeOfDay(text: string | undefined): { readonly hour: number; readonly minute: number } {
  if (text === undefined) throw wrong('A time of day is missing');
  const match = /^(\d{1,2})(?:[:.](\d{2}))?(am|pm)?$/.exec(text);
  const [written, minute] = [Number(match?.[1]), Number(match?.[2] ?? 0)];
  const isHalf = match?.[3] !== undefined;
  const hour = isHalf ? (written % 12) + (match[3] === 'pm' ? 12 : 0) : written;
  // A bare number could be anything: 9 of `daily 9` is told apart from 9:00 by nobody else.
  if (match === null || hour > 23 || minute > 59 || (isHalf && (written < 1 || written > 12)))
    throw wrong('A time of day is written as in `09:00` or `9am`');
  return { hour, minute };
}

/** A cron expression that the job queue takes, no more often than once a minute. */
function checkedCron(words: readonly string[], timeZone: string): string {
  if (words.length > 6) throw wrong('A cron expression has five fields');
  // The queue tells due times apart by the minute, so a second may be fixed and not repeated.
  if (words.length === 6 && !/^[0-5]?\d$/.test(words[0] ?? ''))
    throw wrong(
      'A cron expression of six fields begins with one second, since nothing is due more often than once a minute',
    );
  const cron = words.join(' ');
  try {
    if (upcoming(cron, timeZone, new Date(0), 1).length === 1) return cron;
  } catch (error) {
    throw new KongauthError('usage', `That is no cron expression; for example \`0 9 * * 1-5\`.`, { cause: error });
  }
  throw wrong('That cron expression is never due');
}

/**
 * The next times at which it is due, as the job queue will find them: a time that the clocks skip comes an hour later,
 * one that they repeat comes once.
 * @param after ms since 1970; not itself a due time
 */
export function nextDue({ cron, timeZone }: DigestSchedule, after: number, count: number = 3): readonly Date[] {
  return upcoming(cron, timeZone, new Date(after), count);
}

/** Never started and never connected: its reading of expressions is the one that decides. */
let boss: PgBoss | undefined;

function upcoming(cron: string, tz: string, from: Date, count: number): readonly Date[] {
  boss ??= new PgBoss({ connectionString: 'postgres://localhost/unused' });
  return boss.previewSchedule(cron, { tz, from, count });
}

/** `Thu 26 Nov 09:00 Europe/Berlin`: a due time as the people of the channel read their clocks. */
export function dueText(due: Date, timeZone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(due);
  return `${text.replaceAll(',', '')} ${timeZone}`;
}

/** In the words that `parseSchedule` takes: `daily 09:00 Europe/Berlin`; what has no such words stays a cron expression. */
export function whenText({ cron, timeZone }: Pick<DigestSchedule, 'cron' | 'timeZone'>): string {
  return `${wordsOf(cron)} ${timeZone}`;
}

function wordsOf(cron: string): string {
  const [minute = '', hour = '', ...days] = cron.split(' ');
  const every = /^\*\/(\d{1,2})$/.exec(hour)?.[1];
  if (days.join(' ') === '* * *' && minute === '0' && hour === '*') return 'hourly';
  if (days.join(' ') === '* * *' && minute === '0' && every !== undefined && EVERY.includes(Number(every)))
    return `every ${every} hours`;
  const [dayOfMonth, month, weekdays, ...more] = days;
  const name = Object.entries(DAYS).find(([, value]) => value === weekdays)?.[0];
  const isTime = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour);
  if (name === undefined || !isTime || dayOfMonth !== '*' || month !== '*' || more.length > 0) return cron;
  return `${name} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
}
