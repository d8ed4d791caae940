// What Slack sends: slash commands, events, clicks, shortcuts and submissions, as they look on the wire (HTTP or socket).
import { randomBytes } from 'node:crypto';
import { type Fields, isFields } from './block-kit-faults.ts';
import type { Delivery, SlackWebApi } from './slack-web-api.ts';
import { BOT, type Composed, escaped, type Person, type SlackFile } from './slack-workspace.ts';

/** One thing that Slack sends; the driver and the socket server put it into their envelopes. */
export interface Incoming {
  readonly kind: 'command' | 'event' | 'interaction';
  readonly payload: Fields;
}

/** Where somebody is: a person in a channel. */
export interface Where {
  readonly person: Person;
  readonly channel: string;
}

/** A slash command; it carries no files and no thread. */
export async function command(
  api: SlackWebApi,
  where: Where,
  text: string,
): Promise<Incoming & { responseUrl: string }> {
  const { workspace } = api;
  const responseUrl = api.responseUrl(where.channel, workspace.people[where.person]);
  return {
    kind: 'command',
    responseUrl,
    payload: {
      token: 'verification-token-of-old',
      team_id: workspace.team,
      team_domain: 'incidents-inc',
      channel_id: where.channel,
      channel_name: where.channel.startsWith('D') ? 'directmessage' : 'incidents',
      user_id: workspace.people[where.person],
      user_name: where.person,
      command: '/kongauth',
      text,
      api_app_id: BOT.app,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: await api.trigger(where.person),
    },
  };
}

/** An event in its envelope, with an `event_id` of its own. */
export function event(api: SlackWebApi, inner: Fields): Incoming & { readonly eventId: string } {
  const eventId = `Ev${randomBytes(5).toString('hex').toUpperCase()}`;
  return {
    kind: 'event',
    eventId,
    payload: {
      token: 'verification-token-of-old',
      team_id: api.workspace.team,
      context_team_id: api.workspace.team,
      context_enterprise_id: null,
      api_app_id: BOT.app,
      event: inner,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: api.workspace.team,
          user_id: BOT.user,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
      event_context: `4-${randomBytes(20).toString('hex')}`,
    },
  };
}

export interface Said {
  readonly ts: string;
  readonly threadTs?: string;
  readonly message: Composed;
  readonly files?: readonly SlackFile[];
}

/** `app_mention` of a message that stands in the channel. */
export function mention(api: SlackWebApi, where: Where, said: Said): Incoming & { readonly eventId: string } {
  return event(api, { type: 'app_mention', ...spoken(api, where, said) });
}

/** A message to the bot in its direct messages. */
export function directMessage(api: SlackWebApi, where: Where, said: Said): Incoming & { readonly eventId: string } {
  const subtype = said.files === undefined ? {} : { subtype: 'file_share' };
  return event(api, { type: 'message', ...subtype, ...spoken(api, where, said), channel_type: 'im' });
}

function spoken(api: SlackWebApi, where: Where, said: Said): Fields {
  return {
    user: api.workspace.people[where.person],
    ts: said.ts,
    client_msg_id: '6b8a5f1e-55f2-4be4-9b50-0a4a8d1c8f3e',
    text: said.message.text,
    team: api.workspace.team,
    ...(said.message.blocks === undefined ? {} : { blocks: said.message.blocks }),
    ...(said.message.attachments === undefined ? {} : { attachments: said.message.attachments }),
    ...(said.files === undefined ? {} : { files: said.files, upload: false }),
    ...(said.threadTs === undefined ? {} : { thread_ts: said.threadTs, parent_user_id: api.workspace.people.ann }),
    channel: where.channel,
    event_ts: said.ts,
  };
}

export function homeOpened(api: SlackWebApi, person: Person, tab: 'home' | 'messages' = 'home'): Incoming {
  const user = api.workspace.people[person];
  return event(api, {
    type: 'app_home_opened',
    user,
    channel: `D${user.slice(1)}`,
    tab,
    event_ts: '1791788400.000100',
  });
}

/** The message shortcut on a message of a channel, the bot in it or not. */
export async function messageShortcut(
  api: SlackWebApi,
  where: Where,
  callbackId: string,
  said: Said,
): Promise<Incoming & { responseUrl: string }> {
  const responseUrl = api.responseUrl(where.channel, api.workspace.people[where.person]);
  const { channel, event_ts, ...message } = spoken(api, where, said);
  return {
    kind: 'interaction',
    responseUrl,
    payload: {
      type: 'message_action',
      ...(await interaction(api, where.person)),
      callback_id: callbackId,
      action_ts: event_ts,
      message_ts: said.ts,
      channel: { id: channel, name: 'incidents' },
      message: { type: 'message', ...message },
      response_url: responseUrl,
    },
  };
}

/** The global shortcut: no channel, no response_url. */
export async function globalShortcut(api: SlackWebApi, person: Person, callbackId: string): Promise<Incoming> {
  return {
    kind: 'interaction',
    payload: {
      type: 'shortcut',
      ...(await interaction(api, person)),
      callback_id: callbackId,
      action_ts: '1791788400.000200',
    },
  };
}

/** The element with an action id in what the bot sent, and the block it stands in. */
export function elementOf(
  delivery: Delivery,
  actionId: string,
): { readonly element: Fields; readonly blockId: string } {
  for (const [index, block] of delivery.blocks.entries()) {
    const element = find(block, actionId);
    if (element !== undefined) return { element, blockId: String(block.block_id ?? `b${index}`) };
  }
  const ids = JSON.stringify(delivery.blocks).match(/"action_id":"[^"]*"/g) ?? [];
  throw new Error(`no ${actionId} in ${delivery.method}: ${ids.join(', ')}; text: ${delivery.text.slice(0, 200)}`);
}

function find(value: unknown, actionId: string): Fields | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isFields(value) && value.action_id === actionId) return value;
  for (const inner of Object.values(value)) {
    const found = find(inner, actionId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A click on what the bot sent. The payload returns the bot's message with its texts escaped once more, as Slack does.
 * @param choice value of a select's option or its label, or the side of feedback buttons; buttons need none
 */
export async function click(
  api: SlackWebApi,
  person: Person,
  delivery: Delivery,
  actionId: string,
  choice?: string,
): Promise<Incoming & { responseUrl: string }> {
  const { element, blockId } = elementOf(delivery, actionId);
  const user = api.workspace.people[person];
  const channel = delivery.channel ?? '';
  const responseUrl = delivery.how === 'view' ? '' : api.responseUrl(channel, user);
  const ts = delivery.ts ?? `${Math.floor(Date.now() / 1000)}.000900`;
  const ephemeral =
    delivery.how === 'ephemeral' || (delivery.how === 'respond' && delivery.args.response_type !== 'in_channel');
  const message = {
    type: 'message',
    ...(ephemeral ? { is_ephemeral: true, app_id: BOT.app } : { app_id: BOT.app }),
    user: BOT.user,
    bot_id: BOT.bot,
    ts,
    text: escaped(delivery.text),
    blocks: twiceEscaped(delivery.blocks),
    ...(delivery.threadTs === undefined ? {} : { thread_ts: delivery.threadTs }),
  };
  const place =
    delivery.how === 'view'
      ? {
          container: { type: 'view', view_id: delivery.view?.id },
          view: { ...delivery.view, state: { values: {} } },
        }
      : {
          container: {
            type: 'message',
            message_ts: ts,
            channel_id: channel,
            is_ephemeral: ephemeral,
            ...(delivery.threadTs === undefined ? {} : { thread_ts: delivery.threadTs }),
          },
          channel: { id: channel, name: 'incidents' },
          ...(ephemeral ? {} : { message }),
          response_url: responseUrl,
          state: { values: {} },
        };
  return {
    kind: 'interaction',
    responseUrl,
    payload: {
      type: 'block_actions',
      ...(await interaction(api, person)),
      ...place,
      actions: [{ ...pressed(element, choice), block_id: blockId, action_ts: '1791788400.000300' }],
    },
  };
}

function pressed(element: Fields, choice: string | undefined): Fields {
  const { type, action_id } = element;
  if (type === 'feedback_buttons') {
    const side = isFields(element[`${choice}_button`]) ? (element[`${choice}_button`] as Fields) : undefined;
    if (side === undefined) throw new Error(`no ${choice}_button`);
    return { type, action_id, text: side.text, value: side.value };
  }
  if (String(type).endsWith('select')) {
    const options = Array.isArray(element.options) ? element.options.filter(isFields) : [];
    const option = options.find(({ value, text }) => value === choice || (isFields(text) && text.text === choice));
    if (option === undefined) throw new Error(`no option ${choice} of ${options.map(({ value }) => value).join(', ')}`);
    return { type, action_id, selected_option: option };
  }
  return { type, action_id, text: element.text, ...(element.value === undefined ? {} : { value: element.value }) };
}

/** Slack returns an action's message with `&`, `<`, `>` escaped, in plain_text too (bolt-python#513). */
function twiceEscaped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(twiceEscaped);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'text' && typeof inner === 'string' ? escaped(inner) : twiceEscaped(inner),
    ]),
  );
}

/**
 * The submission of a modal that the bot opened.
 * @param filled what was typed, chosen or attached, by the type of input: the first input of that type gets it
 */
export async function submission(
  api: SlackWebApi,
  person: Person,
  opened: Delivery,
  filled: { readonly text?: string; readonly files?: readonly SlackFile[]; readonly option?: string },
): Promise<Incoming> {
  const values: Record<string, Record<string, Fields>> = {};
  for (const [index, block] of opened.blocks.entries()) {
    if (block.type !== 'input' || !isFields(block.element)) continue;
    const { element } = block;
    values[String(block.block_id ?? `b${index}`)] = { [String(element.action_id)]: stateOf(element, filled) };
  }
  return {
    kind: 'interaction',
    payload: {
      type: 'view_submission',
      ...(await interaction(api, person)),
      view: { ...opened.view, state: { values } },
      response_urls: [],
    },
  };
}

function stateOf(
  element: Fields,
  filled: { readonly text?: string; readonly files?: readonly SlackFile[]; readonly option?: string },
): Fields {
  const { type } = element;
  if (type === 'plain_text_input') return { type, value: filled.text ?? null };
  if (type === 'file_input') return { type, files: filled.files ?? [] };
  if (String(type).endsWith('select') || type === 'radio_buttons') {
    const options = Array.isArray(element.options) ? element.options.filter(isFields) : [];
    const chosen = options.find(({ value }) => value === filled.option) ?? element.initial_option ?? null;
    return { type, selected_option: chosen };
  }
  if (type === 'conversations_select') return { type, selected_conversation: filled.option ?? null };
  return { type, value: null };
}

async function interaction(api: SlackWebApi, person: Person): Promise<Fields> {
  const { workspace } = api;
  return {
    token: 'verification-token-of-old',
    team: { id: workspace.team, domain: 'incidents-inc' },
    user: { id: workspace.people[person], username: person, name: person, team_id: workspace.team },
    api_app_id: BOT.app,
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: await api.trigger(person),
  };
}
