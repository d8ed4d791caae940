// Bolt over HTTP or Socket Mode: acknowledges first, runs every listener once, starts when Slack is there, drains at the end.
import type { Logger } from 'pino';
import type { Metrics } from '../ops/metrics.ts';
import type { Analyst } from '../work/pool.ts';
import type { Remember } from './context.ts';
import type { Listener } from './listener.ts';

export interface RunningApp {
  /** Listens, and connects to Slack as soon as it is there: resolves when the health routes answer, before Slack may have. */
  start(): Promise<void>;
  /** Takes nothing new, waits for what is in flight up to the deadline, closes. Never throws. */
  stop(deadlineMs: number): Promise<void>;
  /** Whether Slack's events arrive. */
  readonly ready: () => boolean;
}

export interface AppParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly analyst: Analyst;
  readonly listeners: readonly Listener[];
  readonly remember: Remember;
  /** Called when the app can never work again (a revoked token). */
  exit(code: number, line: string): void;
}
