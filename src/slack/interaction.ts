// What came from Slack, whichever way: which listener it is for, by which key it is known again, how its sender is answered.
import { createHash } from 'node:crypto';
import type { Listener } from './listener.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Interaction {
  readonly kind: Listener['kind'] | 'options' | 'other';
  /** Names to look a listener up by, the most special first. */
  readonly names: readonly string[];
  /** The same for every repetition of one delivery; undefined when nothing tells. */
  readonly key: string | undefined;
  /** Where an answer for this person's eyes goes; undefined when nobody asked anything. */
  readonly replyTo: ReplyTo | undefined;
  /** A button that only opens an address: Slack tells of it, but nobody waits for an answer. */
  readonly isLink: boolean;
}

/** Their acknowledgement says something: mistakes in a form, options of a select. All others have it before Bolt comes. */
export const ANSWERED_BY_ACK: ReadonlySet<Interaction['kind']> = new Set(['view', 'options']);

export type ReplyTo =
  | { readonly by: 'response-url'; readonly responseUrl: string }
  | { readonly by: 'ephemeral'; readonly channel: string; readonly user: string; readonly threadTs: string | undefined }
  | { readonly by: 'direct'; readonly channel: string; readonly threadTs: string | undefined };

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Reads a body of Slack; nothing in it is relied on. */
export function interactionOf(body: Fields, envelopeId: unknown): Interaction {
  const { kind, names, isLink } = nameOf(body);
  // An event repeats under its event_id; a command or click only when the socket repeats its envelope or a proxy the request.
  const key = textOf(body.event_id) ?? textOf(envelopeId) ?? triggerOf(body);
  return { kind, names, isLink, key: key === undefined ? undefined : `${kind} ${key}`, replyTo: replyOf(kind, body) };
}

function nameOf(body: Fields): { kind: Interaction['kind']; names: readonly string[]; isLink: boolean } {
  const named = (kind: Interaction['kind'], ...names: readonly (string | undefined)[]) => ({
    kind,
    names: names.filter((name) => name !== undefined),
    isLink: false,
  });
  if (isFields(body.event)) {
    const type = textOf(body.event.type);
    return type === 'message' ? named('event', `message.${surfaceOf(body.event)}`, type) : named('event', type);
  }
  if (body.command !== undefined) return named('command', textOf(body.command));
  switch (body.type) {
    case 'shortcut':
    case 'message_action':
      return named('shortcut', textOf(body.callback_id));
    case 'block_actions': {
      const [action] = Array.isArray(body.actions) ? body.actions.map(fieldsOf) : [];
      return { ...named('action', textOf(action?.action_id)), isLink: textOf(action?.url) !== undefined };
    }
    case 'view_submission':
      return named('view', textOf(fieldsOf(body.view).callback_id));
    case 'block_suggestion':
      return named('options');
    default:
      return named('other', textOf(body.type));
  }
}

/** A form that was corrected is another one, though the form it stands in is the same. */
function triggerOf({ trigger_id, view }: Fields): string | undefined {
  const trigger = textOf(trigger_id);
  if (trigger === undefined || view === undefined) return trigger;
  return `${trigger} ${createHash('sha256').update(JSON.stringify(view)).digest('hex').slice(0, 16)}`;
}

/** As the manifest names the subscriptions: `message.im`, `message.channels`, `message.groups`, `message.mpim`. */
function surfaceOf(event: Fields): string {
  const type = textOf(event.channel_type) ?? (textOf(event.channel)?.startsWith('D') === true ? 'im' : 'channel');
  return type === 'channel' || type === 'group' ? `${type}s` : type;
}

function replyOf(kind: Interaction['kind'], body: Fields): ReplyTo | undefined {
  const responseUrl = textOf(body.response_url);
  if (responseUrl !== undefined) return { by: 'response-url', responseUrl };
  if (kind === 'event') {
    const event = fieldsOf(body.event);
    const [channel, user] = [textOf(event.channel), textOf(event.user)];
    const threadTs = textOf(event.thread_ts);
    // Opening the App Home is no question.
    if (channel === undefined || user === undefined || event.type === 'app_home_opened') return undefined;
    if (channel.startsWith('D')) return { by: 'direct', channel, threadTs };
    return { by: 'ephemeral', channel, user, threadTs };
  }
  const [user, channel] = [textOf(fieldsOf(body.user).id), textOf(fieldsOf(body.channel).id)];
  if (user === undefined) return undefined;
  if (channel !== undefined) return { by: 'ephemeral', channel, user, threadTs: undefined };
  // A modal or global shortcut has no channel: the conversation with the bot is the only private place.
  return { by: 'direct', channel: user, threadTs: undefined };
}
