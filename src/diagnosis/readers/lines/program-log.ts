// Log lines of programs that we do not know: what they say counts as a log's words and never as a person's.
import type { Line } from '../../intake/part.ts';
import type { LogEntryObservation } from '../observation.ts';
import type { LineReader, Reading } from '../reader.ts';
import { readWithin } from '../within.ts';
import { causeInTrace, ENTRY_LIMIT, isTrace, sightingOf, timeOf } from './log-line.ts';
import { levelOf, readStructured } from './structured.ts';

interface Entry {
  readonly level: string;
  readonly text: string;
  readonly at?: number | undefined;
  readonly component?: string | undefined;
  readonly product?: LogEntryObservation['product'];
}

const LEVEL = 'TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|CRIT|PANIC|LOG|STATEMENT|DETAIL|HINT';
const DATE = String.raw`\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|GMT|CET|CEST|[+-]\d{2}:?\d{2}))?`;
/** A date and a level within the next few words: Java, Spring, Python, Node, Ruby, PostgreSQL, Envoy, Istio. */
const LOWER = 'trace|debug|info|notice|warn|warning|error|critical|crit|fatal';
/** A thread, a process or a logger: in brackets, or a word. No two ways to read the same characters. */
const NAME = String.raw`(?:\[[^\]\n]{1,80}\]|\([^)\n]{1,80}\)|[\w.@/#*-]{1,60}(?=[\s|:]))[\s|:]{0,4}(?:- )?`;
const DATED = new RegExp(
  `^\\[?(${DATE})\\]?[\\s|:]{0,4}(?:- )?(?:${NAME}){0,4}?(?:\\[(${LEVEL}|${LOWER})\\]|\\((${LEVEL}|${LOWER})\\)|(${LEVEL})\\b|(error|warn|warning|info|debug)(?=[:\\t]))[\\s:|-]{0,6}(.*)$`,
  's',
);
/** A level first: `ERROR [main] text`, `[ERROR] text`, `ERROR:root:text`, `ERROR 2026-10-12 text`. */
const LEVELLED = new RegExp(
  `^(?:\\[(${LEVEL})\\][\\s:]{1,4}|(${LEVEL})\\s{1,5}(?=\\[|\\(|\\d{4}-\\d{2}|--- )|(${LEVEL}):[\\w.]{1,80}:)(.*)$`,
  's',
);
/** Kubernetes components: `E1012 07:01:02.123456       1 file.go:123] text`. */
const KLOG = /^([IWEF])(\d{4}) \d{2}:\d{2}:\d{2}\.\d{6}\s{1,8}\d{1,8} ([\w.-]{1,80}:\d{1,6})\] (.*)$/s;
/** .NET: `fail: Category[0]`, the text on the next, indented line. */
const DOTNET = /^(trce|dbug|info|warn|fail|crit): ([\w.]{3,200}\[\d{1,9}\])\s*(.*)$/s;
const DOTNET_LEVELS: Readonly<Record<string, string>> = {
  trce: 'debug',
  dbug: 'debug',
  info: 'info',
  warn: 'warn',
  fail: 'error',
  crit: 'crit',
};
const KLOG_LEVELS: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'crit' };

/** Reads log lines of any program, with the causes named in their stack traces. */
export function programLogReader(): LineReader {
  let within: 'no' | 'trace' | 'dotnet' = 'no';
  return {
    kind: 'program-log',
    read(line, reading) {
      const { text } = line;
      if (within !== 'no' && isTrace(text)) {
        const cause = causeInTrace(text);
        if (cause !== undefined) emit(line, { level: 'error', text: cause }, reading);
        return true;
      }
      if (within === 'dotnet' && /^ {6}\S/.test(text)) {
        emit(line, { level: 'error', text: text.trim() }, reading);
        return true;
      }
      const entry = entryOf(text);
      within = entry === undefined ? 'no' : DOTNET.test(text) ? 'dotnet' : 'trace';
      if (entry === undefined) return false;
      if (entry.text !== '') emit(line, entry, reading);
      return true;
    },
    end() {
      within = 'no';
    },
  };
}

function entryOf(text: string): Entry | undefined {
  const first = text.charCodeAt(0);
  // Most lines of prose begin with a letter in lower case or a long word: nothing below applies to them.
  const dated = (first >= 48 && first <= 57) || first === 91 ? DATED.exec(text.slice(0, ENTRY_LIMIT)) : null;
  if (dated !== null) {
    const word = dated[2] ?? dated[3] ?? dated[4] ?? dated[5] ?? '';
    return {
      level: levelOf(word) ?? 'info',
      text: dated[6] ?? '',
      at: timeOf((dated[1] ?? '').replace(/ ?(?:UTC|GMT|CET|CEST)$/, '')),
      ...(/^(?:LOG|STATEMENT|DETAIL|HINT|FATAL)$/.test(word) ? { product: 'postgres' as const } : {}),
    };
  }
  const structured = readStructured(text);
  if (structured !== undefined)
    return { level: structured.level, text: structured.text, at: structured.at, component: structured.logger };
  const klog = KLOG.exec(text);
  if (klog !== null) return { level: KLOG_LEVELS[klog[1] ?? ''] ?? 'info', text: klog[4] ?? '', component: klog[3] };
  const dotnet = DOTNET.exec(text);
  if (dotnet !== null)
    return { level: DOTNET_LEVELS[dotnet[1] ?? ''] ?? 'info', text: dotnet[3] ?? '', component: dotnet[2] };
  const levelled = LEVELLED.exec(text.slice(0, ENTRY_LIMIT));
  if (levelled !== null)
    return {
      level: levelOf(levelled[1] ?? levelled[2] ?? levelled[3] ?? '') ?? 'info',
      text: levelled[4] ?? '',
    };
  return undefined;
}

function emit(line: Line, entry: Entry, reading: Reading): void {
  const sighting = sightingOf(line);
  reading.emit({
    kind: 'log-entry',
    product: entry.product ?? 'other',
    sighting,
    level: entry.level,
    ...(entry.at === undefined ? {} : { at: entry.at }),
    ...(entry.component === undefined ? {} : { component: entry.component }),
    text: entry.text.slice(0, ENTRY_LIMIT),
  });
  readWithin(entry.text, sighting, reading, 'log');
}
