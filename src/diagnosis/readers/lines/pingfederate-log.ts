// PingFederate's server.log and audit.log: entries with their tracking id, OAuth errors, audited failures.
import type { Line } from '../../intake/part.ts';
import type { LineReader, Reading } from '../reader.ts';
import { readWithin } from '../within.ts';
import { causeInTrace, ENTRY_LIMIT, isTrace, sightingOf, timeOf } from './log-line.ts';

const SERVER =
  /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[,.]\d{3})\s{1,4}(?:tid:([\w-]{10,60})\s{1,4})?(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s{1,4}\[([\w.$]{2,200})\]\s?(.*)$/s;
const AUDIT = /^(?:[\w.-]{1,60}\|\s{0,4})?(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}[,.]\d{3})\|(.*)$/s;
/** `AccessTokenRequestException: invalid_grant: text`: the error as the client of the token endpoint gets it. */
const OAUTH =
  /(?:Exception|[Ee]rror): ?((?:invalid|unsupported|unauthorized|access|temporarily|server|insufficient)_[a-z_]{2,40})(?:: ?(.{1,600}))?/;
/** Events of audit.log (PingFederate 10 to 13, "Security audit logging"). */
const EVENT = /^(?:OAuth|SSO|SLO|STS|OAUTH\w{0,30}|AUTHN_[A-Z_]{3,40}|SRI_REVOKED|[A-Z][A-Z_]{3,40})$/;
/** Successes that are kept, a stream: they only show that the log was read. */
const SUCCESSES = 20;

/** Reads server.log (`DATE tid:ID LEVEL [class] text`) and audit.log (fields between pipes). */
export function pingFederateReader(): LineReader {
  let within = false;
  let successes = 0;
  return {
    kind: 'pingfederate-log',
    read(line, reading) {
      const first = line.text.charCodeAt(0);
      if (within && isTrace(line.text)) {
        readCause(line, reading);
        return true;
      }
      within = false;
      if (first < 48 || (first > 57 && !line.text.includes('|'))) return false;
      const server = SERVER.exec(line.text);
      if (server !== null) {
        const [, time = '', trackingId, level = '', logger = '', text = ''] = server;
        if (trackingId === undefined && !/^(?:org\.sourceid|com\.pingidentity|com\.pingfederate)\./.test(logger))
          return false;
        within = true;
        emitEntry(line, reading, { level: level.toLowerCase(), logger, text, at: timeOf(time) });
        return true;
      }
      const audit = AUDIT.exec(line.text);
      if (audit === null) return false;
      const status = readAudit(line, audit[1] ?? '', audit[2] ?? '', successes < SUCCESSES, reading);
      if (status === undefined) return false;
      if (status === 'success') successes++;
      return true;
    },
    end() {
      within = false;
    },
  };
}

interface Entry {
  readonly level: string;
  readonly logger: string;
  readonly text: string;
  readonly at?: number | undefined;
}

function emitEntry(line: Line, reading: Reading, entry: Entry): void {
  const sighting = sightingOf(line);
  reading.emit({
    kind: 'log-entry',
    product: 'pingfederate',
    sighting,
    level: entry.level,
    ...(entry.at === undefined ? {} : { at: entry.at }),
    component: entry.logger.slice(entry.logger.lastIndexOf('.') + 1),
    text: entry.text.slice(0, ENTRY_LIMIT),
  });
  const oauth = OAUTH.exec(entry.text.slice(0, ENTRY_LIMIT));
  if (oauth !== null) {
    const [, code = '', description] = oauth;
    reading.emit({
      kind: 'oauth-error',
      sighting,
      error: { code, ...(description === undefined ? {} : { description: description.trim() }) },
      found: 'log',
    });
  }
  readWithin(entry.text, sighting, reading, 'log');
}

function readCause(line: Line, reading: Reading): void {
  const text = causeInTrace(line.text);
  if (text !== undefined) emitEntry(line, reading, { level: 'error', logger: 'cause', text });
}

/**
 * One audited transaction. Fields in their default order: tracking id, from 12.0 on the transaction id, event, subject,
 * address, application, connection (the client of OAuth), protocol, host, role, status, adapter, description, duration.
 * @returns the status, or undefined when the fields are not those of audit.log
 */
function readAudit(line: Line, time: string, rest: string, keep: boolean, reading: Reading): string | undefined {
  const fields = rest.split('|', 40).map((field) => field.trim());
  const event = fields.findIndex((field, at) => at < 4 && EVENT.test(field));
  if (event === -1) return undefined;
  const [
    subject = '',
    address = '',
    ,
    client = '',
    protocol = '',
    host = '',
    role = '',
    status = '',
    adapter = '',
    description = '',
  ] = fields.slice(event + 1);
  if (!/^(?:success|failure|inprogress|in_progress|error|denied)$/i.test(status)) return undefined;
  if (status === 'success' && !keep) return status;
  const trackingId = fields.slice(0, event).find((field) => field.startsWith('tid:'));
  const code = /\b[a-z]{2,20}(?:_[a-z]{2,20}){1,4}\b/.exec(description)?.[0];
  const at = timeOf(time);
  const sighting = sightingOf(line);
  const details: Record<string, string> = { status, protocol, host, role, address, adapter, description, subject };
  if (trackingId !== undefined) details.trackingId = trackingId.slice(4);
  reading.emit({
    kind: 'idp-event',
    product: 'pingfederate',
    event: fields[event] ?? '',
    sighting,
    ...(code === undefined ? {} : { error: code }),
    ...(client === '' ? {} : { clientId: client }),
    details: Object.fromEntries(Object.entries(details).filter(([, value]) => value !== '')),
    ...(at === undefined ? {} : { at }),
  });
  if (code !== undefined && status !== 'success')
    reading.emit({ kind: 'oauth-error', sighting, error: { code, description }, found: 'log' });
  return status;
}
