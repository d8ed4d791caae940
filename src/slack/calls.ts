// One call to Slack: a 429 is waited out for a while, what certainly did not happen is tried again, the rest is named.
import { setTimeout as sleep } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { KongauthError } from '../errors.ts';

export interface CallOptions {
  /** Doing it twice does no harm, so that a lost answer may be tried again. */
  readonly repeatable: boolean;
  /** How long a 429 is waited out; a minute and a half unless told. */
  readonly patienceMs?: number;
}

/** Beyond, the answer would come when nobody waits for it any more. */
const PATIENCE_MS = 90_000;
const TRIES = 3;
/** The request did not reach Slack. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']);
const SLACK_IS_ILL = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

/** What an answer of a response_url says when it is not 2xx. */
export class ResponseUrlError extends Error {
  readonly status: number;
  readonly slackError: string;
  readonly retryAfter: number | undefined;
  constructor(status: number, slackError: string, retryAfter: number | undefined) {
    super(`response_url: ${status}`);
    this.status = status;
    this.slackError = slackError;
    this.retryAfter = retryAfter;
  }
}

/** Slack's word for why it refused; undefined for every other failure. */
export function slackErrorOf(error: unknown): string | undefined {
  if (error instanceof KongauthError) return slackErrorOf(error.cause);
  if (error instanceof webApi.WebAPIPlatformError) return error.data.error;
  if (error instanceof ResponseUrlError && error.slackError !== '') return error.slackError;
  return undefined;
}

/** Seconds that Slack asks to wait; undefined when it does not. */
export function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter;
  if (error instanceof ResponseUrlError && error.status === 429) return error.retryAfter ?? 1;
  return slackErrorOf(error) === 'ratelimited' || slackErrorOf(error) === 'rate_limited' ? 1 : undefined;
}

/**
 * Calls Slack.
 * @param waiting told the seconds of each wait that Slack demands
 * @throws KongauthError `slack-rate-limited`, `slack-refused` (cause: Slack's own) or `slack-unreachable`
 */
export async function callSlack<T>(
  call: () => Promise<T>,
  options: CallOptions,
  waiting: (seconds: number) => void = () => undefined,
): Promise<T> {
  let waited = 0;
  let tries = 0;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const retryAfter = retryAfterOf(error);
      const delay = retryAfter === undefined ? repeatDelay(error, ++tries, options) : Math.max(retryAfter, 1) * 1000;
      if (delay === undefined || waited + delay > (options.patienceMs ?? PATIENCE_MS)) throw named(error, retryAfter);
      if (retryAfter !== undefined) waiting(retryAfter);
      waited += delay;
      await sleep(delay);
    }
  }
}

function repeatDelay(error: unknown, tries: number, { repeatable }: CallOptions): number | undefined {
  if (tries >= TRIES || !(isNotSent(error) || (repeatable && isPassing(error)))) return undefined;
  return 300 * 4 ** (tries - 1);
}

function isNotSent(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause ?? originalOf(inner))
    if ('code' in inner && typeof inner.code === 'string' && NOT_SENT.has(inner.code)) return true;
  return false;
}

function originalOf(error: Error): unknown {
  return 'original' in error && error.original !== error ? error.original : undefined;
}

function isPassing(error: unknown): boolean {
  if (error instanceof webApi.WebAPIHTTPError) return error.statusCode >= 500;
  if (error instanceof ResponseUrlError) return error.status >= 500;
  const code = slackErrorOf(error);
  return code === undefined ? error instanceof Error : SLACK_IS_ILL.has(code);
}

const SENTENCES: Readonly<Record<string, string>> = {
  not_in_channel: 'I am not in that channel; invite me with /invite @kongauth.',
  channel_not_found: 'I cannot see that channel; invite me with /invite @kongauth.',
  is_archived: 'That channel is archived.',
  user_not_in_channel: 'You are not in that channel.',
  missing_scope: 'The Slack app lacks a permission for this; reinstall it from manifest.yml.',
  expired_trigger_id: 'That took too long for Slack; please try again.',
  trigger_expired: 'That took too long for Slack; please try again.',
  expired_url: 'Slack gives an answer half an hour at most; please ask again.',
  used_url: 'Slack allows five answers to one question; please ask again.',
};

function named(error: unknown, retryAfter: number | undefined): KongauthError {
  if (retryAfter !== undefined)
    return new KongauthError('slack-rate-limited', 'Slack takes no more messages for now; please try again later.', {
      cause: error,
    });
  const code = slackErrorOf(error);
  if (code !== undefined)
    return new KongauthError('slack-refused', SENTENCES[code] ?? 'Slack refused this call.', { cause: error });
  return new KongauthError('slack-unreachable', 'Slack did not answer; please try again.', { cause: error });
}
