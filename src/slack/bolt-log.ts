// Bolt's logger, bridged into ours: never its debug level, which prints messages, payloads and frames in the clear.
import { type Logger as BoltLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';
import { describeError } from '../ops/log.ts';

const LONGEST = 300;

/** A logger for Bolt, its clients and receivers. */
export function boltLogger(log: Logger): BoltLogger {
  const own = log.child({ from: 'bolt' });
  const write =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]): void => {
      const [first] = parts.filter((part) => part instanceof Error);
      const words = parts.filter((part) => typeof part === 'string').join(' ');
      own[level](first === undefined ? {} : { err: describeError(first) }, withoutQuotation(words));
    };
  return {
    debug: () => undefined,
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    setLevel: () => undefined,
    // Whoever asks before making a debug line is told that nobody wants it.
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

/** Messages of parsers quote the text that they could not read: what follows the first quotation mark or colon goes. */
function withoutQuotation(words: string): string {
  const quoting = /JSON|Malformed|Unexpected/.test(words);
  return (quoting ? (words.split(/["':]/, 1)[0] ?? '') : words).slice(0, LONGEST);
}
