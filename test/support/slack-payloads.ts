// What Slack sends in the tests: the wire's payloads, made by the people of the test workspace about what the bot delivered.
import {
  actionOf,
  blockActionsOf,
  commandOf,
  directMessageOf,
  elementIn,
  eventOf,
  globalShortcutOf,
  homeOpenedOf,
  type Incoming,
  mentionOf,
  messageShortcutOf,
  type Said,
  type Sender,
  submissionOf,
} from '../../src/local/payloads.ts';
import type { SlackFile } from '../../src/local/workspace.ts';
import { type Fields, isFields } from './block-kit-faults.ts';
import type { Delivery, SlackWebApi } from './slack-web-api.ts';
import { BOT, type Person } from './slack-workspace.ts';

/** Where somebody is: a person in a channel. */
export interface Where {
  readonly person: Person;
  readonly channel: string;
}

type WithResponseUrl = Incoming & { readonly responseUrl: string };

function sender(api: SlackWebApi, person: Person): Sender {
  const { team, people } = api.workspace;
  return {
    team,
    domain: 'incidents-inc',
    bot: BOT,
    user: { id: people[person], name: person },
    responseUrl: (channel) => api.responseUrl(channel, people[person]),
    trigger: () => api.trigger(person),
  };
}

function placeOf(channel: string): { readonly id: string; readonly name: string } {
  return { id: channel, name: 'incidents' };
}

/** Threads are begun by Ann. */
function inThread(api: SlackWebApi, said: Said): Said {
  return said.threadTs === undefined ? said : { ...said, parentUser: api.workspace.people.ann };
}

/** A slash command; it carries no files and no thread. */
export function command(api: SlackWebApi, { person, channel }: Where, text: string): Promise<WithResponseUrl> {
  return commandOf(sender(api, person), placeOf(channel), '/kongauth', text);
}

/** An event in its envelope, with an `event_id` of its own. */
export function event(api: SlackWebApi, inner: Fields): Incoming & { readonly eventId: string } {
  return eventOf({ team: api.workspace.team, bot: BOT }, inner);
}

/** `app_mention` of a message that stands in the channel. */
export function mention(
  api: SlackWebApi,
  { person, channel }: Where,
  said: Said,
): Incoming & { readonly eventId: string } {
  return mentionOf(sender(api, person), channel, inThread(api, said));
}

/** A message to the bot in its direct messages. */
export function directMessage(
  api: SlackWebApi,
  { person, channel }: Where,
  said: Said,
): Incoming & { readonly eventId: string } {
  return directMessageOf(sender(api, person), channel, inThread(api, said));
}

export function homeOpened(api: SlackWebApi, person: Person, tab: 'home' | 'messages' = 'home'): Incoming {
  return homeOpenedOf(sender(api, person), `D${api.workspace.people[person].slice(1)}`, tab);
}

/** The message shortcut on a message of a channel, the bot in it or not. */
export function messageShortcut(
  api: SlackWebApi,
  { person, channel }: Where,
  callbackId: string,
  said: Said,
): Promise<WithResponseUrl> {
  return messageShortcutOf(sender(api, person), placeOf(channel), callbackId, inThread(api, said));
}

/** The global shortcut: no channel, no response_url. */
export function globalShortcut(api: SlackWebApi, person: Person, callbackId: string): Promise<Incoming> {
  return globalShortcutOf(sender(api, person), callbackId);
}

/** The element with an action id in what the bot sent, and the block it stands in. */
export function elementOf(
  delivery: Delivery,
  actionId: string,
): { readonly element: Fields; readonly blockId: string } {
  const found = elementIn(delivery.blocks, actionId);
  if (found !== undefined) return found;
  const ids = JSON.stringify(delivery.blocks).match(/"action_id":"[^"]*"/g) ?? [];
  throw new Error(`no ${actionId} in ${delivery.method}: ${ids.join(', ')}; text: ${delivery.text.slice(0, 200)}`);
}

/**
 * A click on what the bot sent.
 * @param choice value of a select's option or its label, or the side of feedback buttons; buttons need none
 */
export function click(
  api: SlackWebApi,
  person: Person,
  delivery: Delivery,
  actionId: string,
  choice?: string,
): Promise<WithResponseUrl> {
  const { element, blockId } = elementOf(delivery, actionId);
  const { how, args, text, blocks, ts, threadTs, view } = delivery;
  const shown = {
    text,
    blocks,
    isEphemeral: how === 'ephemeral' || (how === 'respond' && args.response_type !== 'in_channel'),
    ...(ts === undefined ? {} : { ts }),
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(how === 'view' ? { view: view ?? {} } : { channel: placeOf(delivery.channel ?? '') }),
  };
  return blockActionsOf(sender(api, person), shown, { ...actionOf(element, choice), block_id: blockId });
}

/**
 * The submission of a modal that the bot opened.
 * @param filled what was typed, chosen or attached, by the type of input, or by the id of the input's block
 */
export function submission(api: SlackWebApi, person: Person, opened: Delivery, filled: Filled): Promise<Incoming> {
  const values: Record<string, Record<string, Fields>> = {};
  for (const [index, block] of opened.blocks.entries()) {
    if (block.type !== 'input' || !isFields(block.element)) continue;
    const { element } = block;
    const blockId = String(block.block_id ?? `b${index}`);
    values[blockId] = { [String(element.action_id)]: stateOf(element, filled, filled.fields?.[blockId]) };
  }
  return submissionOf(sender(api, person), opened.view ?? {}, values);
}

interface Filled {
  readonly text?: string;
  readonly files?: readonly SlackFile[];
  readonly option?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

function stateOf(element: Fields, filled: Filled, own: string | undefined): Fields {
  const { type } = element;
  if (type === 'plain_text_input') return { type, value: own ?? filled.text ?? null };
  if (type === 'file_input') return { type, files: filled.files ?? [] };
  if (type === 'conversations_select')
    return { type, selected_conversation: own ?? element.initial_conversation ?? null };
  if (type === 'timepicker') return { type, selected_time: own ?? element.initial_time ?? null };
  if (String(type).endsWith('select') || type === 'radio_buttons') {
    const options = Array.isArray(element.options) ? element.options.filter(isFields) : [];
    const chosen = options.find(({ value }) => value === (own ?? filled.option)) ?? element.initial_option ?? null;
    return { type, selected_option: chosen };
  }
  return { type, value: null };
}
