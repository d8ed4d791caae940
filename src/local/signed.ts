// How Slack's requests come to /slack/events: their body, their content type and their signature.
import { createHmac } from 'node:crypto';
import type { Incoming } from './payloads.ts';

export interface SlackRequest {
  readonly body: string;
  readonly contentType: string;
}

/** Events are JSON, the rest are forms. */
export function requestOf({ kind, payload }: Incoming): SlackRequest {
  if (kind === 'event') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const form =
    kind === 'command'
      ? new URLSearchParams(Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]))
      : new URLSearchParams({ payload: JSON.stringify(payload) });
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}

/**
 * The headers that prove where it comes from.
 * @param timestamp seconds since 1970
 */
export function signedHeaders(
  { body, contentType }: SlackRequest,
  secret: string,
  timestamp: number,
): Readonly<Record<string, string>> {
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: '*/*',
    'content-type': contentType,
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${digest}`,
  };
}
