// What Slack sends: slash commands, events, clicks, shortcuts and submissions, as they look on the wire (HTTP or socket).
import { randomBytes } from 'node:crypto';
import { escaped } from './compose.ts';
import { type Fields, isFields, objectsOf } from './fields.ts';
import type { Bot, Composed, SlackFile } from './workspace.ts';

/** One thing that Slack sends; a driver puts it into its envelope. */
export interface Incoming {
  readonly kind: 'command' | 'event' | 'interaction';
  readonly payload: Fields;
}

/** Who makes it, and what only Slack can give. */
export interface Sender {
  readonly team: string;
  readonly domain: string;
  readonly bot: Bot;
  readonly user: { readonly id: string; readonly name: string };
  /** An address that takes answers for this person in a channel. */
  responseUrl(channel: string): string;
  trigger(): Promise<string>;
}

export interface Place {
  readonly id: string;
  readonly name: string;
}

/** A message that stands somewhere. */
export interface Said {
  readonly ts: string;
  readonly threadTs?: string;
  /** Who began the thread. */
  readonly parentUser?: string;
  readonly message: Composed;
  readonly files?: readonly SlackFile[];
  /** Whose it is when not the sender's; a bot's has its `bot_id` too. */
  readonly author?: Fields;
}

const OLD_TOKEN = 'verification-token-of-old';

/** A slash command; it carries no files and no thread. */
export async function commandOf(
  sender: Sender,
  place: Place,
  command: string,
  text: string,
): Promise<Incoming & { readonly responseUrl: string }> {
  const responseUrl = sender.responseUrl(place.id);
  return {
    kind: 'command',
    responseUrl,
    payload: {
      token: OLD_TOKEN,
      team_id: sender.team,
      team_domain: sender.domain,
      channel_id: place.id,
      channel_name: place.id.startsWith('D') ? 'directmessage' : place.name,
      user_id: sender.user.id,
      user_name: sender.user.name,
      command,
      text,
      api_app_id: sender.bot.app,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: await sender.trigger(),
    },
  };
}

/** An event in its envelope, with an `event_id` of its own. */
export function eventOf(
  { team, bot }: Pick<Sender, 'team' | 'bot'>,
  inner: Fields,
): Incoming & { readonly eventId: string } {
  const eventId = `Ev${randomBytes(5).toString('hex').toUpperCase()}`;
  return {
    kind: 'event',
    eventId,
    payload: {
      token: OLD_TOKEN,
      team_id: team,
      context_team_id: team,
      context_enterprise_id: null,
      api_app_id: bot.app,
      event: inner,
      type: 'event_callback',
      event_id: eventId,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: bot.user, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: `4-${randomBytes(20).toString('hex')}`,
    },
  };
}

/** `app_mention` of a message that stands in the channel. */
export function mentionOf(sender: Sender, channel: string, said: Said): Incoming & { readonly eventId: string } {
  return eventOf(sender, { type: 'app_mention', ...spokenBy(sender, channel, said) });
}

/** A message to the bot in its direct messages. */
export function directMessageOf(sender: Sender, channel: string, said: Said): Incoming & { readonly eventId: string } {
  const subtype = said.files === undefined ? {} : { subtype: 'file_share' };
  return eventOf(sender, { type: 'message', ...subtype, ...spokenBy(sender, channel, said), channel_type: 'im' });
}

function spokenBy(sender: Sender, channel: string, said: Said): Fields {
  return {
    user: sender.user.id,
    ...said.author,
    ts: said.ts,
    client_msg_id: '6b8a5f1e-55f2-4be4-9b50-0a4a8d1c8f3e',
    text: said.message.text,
    team: sender.team,
    ...(said.message.blocks === undefined ? {} : { blocks: said.message.blocks }),
    ...(said.message.attachments === undefined ? {} : { attachments: said.message.attachments }),
    ...(said.files === undefined ? {} : { files: said.files, upload: false }),
    ...(said.threadTs === undefined ? {} : { thread_ts: said.threadTs, parent_user_id: said.parentUser }),
    channel,
    event_ts: said.ts,
  };
}

/** Somebody looks at the bot's own tab. */
export function homeOpenedOf(sender: Sender, channel: string, tab: 'home' | 'messages'): Incoming {
  return eventOf(sender, {
    type: 'app_home_opened',
    user: sender.user.id,
    channel,
    tab,
    event_ts: stamp(),
  });
}

/** A message shortcut, the bot in the channel or not. */
export async function messageShortcutOf(
  sender: Sender,
  place: Place,
  callbackId: string,
  said: Said,
): Promise<Incoming & { readonly responseUrl: string }> {
  const responseUrl = sender.responseUrl(place.id);
  const { channel: _channel, event_ts, ...message } = spokenBy(sender, place.id, said);
  return {
    kind: 'interaction',
    responseUrl,
    payload: {
      type: 'message_action',
      ...(await interactionOf(sender)),
      callback_id: callbackId,
      action_ts: event_ts,
      message_ts: said.ts,
      channel: place,
      message: { type: 'message', ...message },
      response_url: responseUrl,
    },
  };
}

/** A global shortcut: no channel, no response_url. */
export async function globalShortcutOf(sender: Sender, callbackId: string): Promise<Incoming> {
  return {
    kind: 'interaction',
    payload: { type: 'shortcut', ...(await interactionOf(sender)), callback_id: callbackId, action_ts: stamp() },
  };
}

/** What is shown, and where: a message of the bot, one person's own, or a view. */
export interface Shown {
  readonly text: string;
  readonly blocks: readonly Fields[];
  readonly channel?: Place;
  readonly ts?: string;
  readonly threadTs?: string;
  readonly isEphemeral?: boolean;
  readonly view?: Fields;
}

/** The element with an action id in blocks, and the block it stands in. */
export function elementIn(
  blocks: readonly Fields[],
  actionId: string,
): { readonly element: Fields; readonly blockId: string } | undefined {
  for (const [index, block] of blocks.entries()) {
    const element = within(block, actionId);
    if (element !== undefined) return { element, blockId: String(block.block_id ?? `b${index}`) };
  }
  return undefined;
}

function within(value: unknown, actionId: string): Fields | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isFields(value) && value.action_id === actionId) return value;
  for (const inner of Object.values(value)) {
    const found = within(inner, actionId);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A click on what the bot sent. The payload returns the bot's message with its texts escaped once more, as Slack does.
 * @param action of the pressed element, as `actionOf` makes it, with its block's id
 * @param state values of the inputs beside it, by block and action
 */
export async function blockActionsOf(
  sender: Sender,
  shown: Shown,
  action: Fields,
  state: Fields = {},
): Promise<Incoming & { readonly responseUrl: string }> {
  const { channel, threadTs, isEphemeral = false, view } = shown;
  const responseUrl = view !== undefined || channel === undefined ? '' : sender.responseUrl(channel.id);
  const ts = shown.ts ?? `${Math.floor(Date.now() / 1000)}.000900`;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const message = {
    type: 'message',
    ...(isEphemeral ? { is_ephemeral: true } : {}),
    app_id: sender.bot.app,
    user: sender.bot.user,
    bot_id: sender.bot.bot,
    ts,
    text: escaped(shown.text),
    blocks: twiceEscaped(shown.blocks),
    ...thread,
  };
  const place =
    view !== undefined
      ? { container: { type: 'view', view_id: view.id }, view: { ...view, state: { values: state } } }
      : {
          container: {
            type: 'message',
            message_ts: ts,
            channel_id: channel?.id,
            is_ephemeral: isEphemeral,
            ...thread,
          },
          channel,
          ...(isEphemeral ? {} : { message }),
          response_url: responseUrl,
          state: { values: state },
        };
  return {
    kind: 'interaction',
    responseUrl,
    payload: {
      type: 'block_actions',
      ...(await interactionOf(sender)),
      ...place,
      actions: [{ ...action, action_ts: stamp() }],
    },
  };
}

/**
 * What pressing an element says.
 * @param choice value of an option or its label, or the side of feedback buttons; buttons need none
 * @throws Error for a choice that the element has not
 */
export function actionOf(element: Fields, choice: string | undefined): Fields {
  const { type, action_id } = element;
  if (type === 'feedback_buttons') {
    const side = element[`${choice}_button`];
    if (!isFields(side)) throw new Error(`no ${choice}_button`);
    return { type, action_id, text: side.text, value: side.value };
  }
  if (Array.isArray(element.options)) return { type, action_id, selected_option: optionOf(element, choice) };
  return { type, action_id, text: element.text, ...(element.value === undefined ? {} : { value: element.value }) };
}

/** The option of a select by its value or label. Throws Error when there is none. */
export function optionOf(element: Fields, choice: string | undefined): Fields {
  const options = objectsOf(element.options);
  const option = options.find(({ value, text }) => value === choice || (isFields(text) && text.text === choice));
  if (option === undefined) throw new Error(`no option ${choice} of ${options.map(({ value }) => value).join(', ')}`);
  return option;
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

/** The submission of a modal, with the values of its inputs by block and action. */
export async function submissionOf(sender: Sender, view: Fields, values: Fields): Promise<Incoming> {
  return {
    kind: 'interaction',
    payload: {
      type: 'view_submission',
      ...(await interactionOf(sender)),
      view: { ...view, state: { values } },
      response_urls: [],
    },
  };
}

/** A modal that was left, for those that want to know. */
export async function closedOf(sender: Sender, view: Fields, isCleared: boolean): Promise<Incoming> {
  const { trigger_id: _none, ...who } = await interactionOf(sender);
  return { kind: 'interaction', payload: { type: 'view_closed', ...who, view, is_cleared: isCleared } };
}

async function interactionOf(sender: Sender): Promise<Fields> {
  const { team, domain, user, bot } = sender;
  return {
    token: OLD_TOKEN,
    team: { id: team, domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: team },
    api_app_id: bot.app,
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: await sender.trigger(),
  };
}

function stamp(): string {
  return (Date.now() / 1000).toFixed(6);
}
