// What a person does at the page becomes what Slack would send to the bot, and its acknowledgement what Slack would show.
import type { Act, Acted } from './act.ts';
import { typed } from './compose.ts';
import { type Fields, fieldsOf, objectsOf, parsedOr, textOf } from './fields.ts';
import { type Given, isFilledIn, pressedOf, stateOf } from './inputs.ts';
import type { Offered } from './manifest.ts';
import {
  blockActionsOf,
  closedOf,
  commandOf,
  directMessageOf,
  elementIn,
  globalShortcutOf,
  homeOpenedOf,
  type Incoming,
  mentionOf,
  messageShortcutOf,
  type Place,
  type Said,
  type Sender,
  type Shown,
  submissionOf,
} from './payloads.ts';
import { type Room, type RoomMessage, roomId } from './room.ts';
import { requestOf, signedHeaders } from './signed.ts';
import { type LocalWebApi, shownFile } from './web-api.ts';
import type { Bot, GivenFile, SlackFile } from './workspace.ts';

export interface ActsParts {
  readonly api: LocalWebApi;
  readonly room: Room;
  readonly bot: Bot;
  readonly domain: string;
  readonly signingSecret: string;
  readonly offered: Offered;
  /** Where the bot listens; undefined until it does. */
  readonly botUrl: () => string | undefined;
}

/** Attached and not yet sent. */
const WAITING_FILES = 50;
/** Slack's own limit of a message. */
const MESSAGE = 12_000;

export class Acts {
  private readonly parts: ActsParts;
  private readonly waiting = new Map<string, GivenFile>();
  private readonly uploaded = new Map<string, SlackFile>();
  private count = 0;

  constructor(parts: ActsParts) {
    this.parts = parts;
  }

  /** Keeps a file until a message or form takes it; returns its id. */
  attach(file: GivenFile): string {
    this.count += 1;
    const id = `w${this.count}`;
    this.waiting.set(id, file);
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > WAITING_FILES && oldest !== undefined) this.waiting.delete(oldest);
    return id;
  }

  /** Does it as this person. */
  async act(person: string, act: Act): Promise<Acted> {
    switch (act.kind) {
      case 'say':
        await this.say(person, act);
        return {};
      case 'press':
        await this.press(person, act);
        return {};
      case 'submit':
        return await this.submit(person, act);
      case 'leave':
        await this.leave(person, act.view);
        return {};
      case 'shortcut':
        await this.shortcut(person, act);
        return {};
      case 'home':
        await this.deliver(
          person,
          homeOpenedOf(this.sender(person), await this.workspace.directMessagesOf(person), act.tab),
        );
        return {};
    }
  }

  /** Posts a message and lets the bot know as Slack would; returns its `ts`. */
  async say(person: string, act: Extract<Act, { kind: 'say' }>): Promise<string | undefined> {
    const { channel, threadTs, text } = act;
    const command = /^\/(\S+)\s*([\s\S]*)$/.exec(text.trim());
    if (command !== null && act.files.length === 0) {
      await this.command(person, act, `/${command[1]}`, command[2] ?? '');
      return undefined;
    }
    if (text.length > MESSAGE) {
      this.note(person, `Slack takes ${MESSAGE} characters in a message; attach what is longer as a file.`);
      return undefined;
    }
    const { room, bot } = this.parts;
    const { message, mentions } = typed(text, this.names());
    const given = act.files.flatMap((id) => this.waiting.get(id) ?? []);
    const thread = threadTs === undefined ? {} : { threadTs };
    const { ts, files } =
      given.length === 0
        ? { ts: await this.workspace.postAs(person, channel, message, threadTs), files: undefined }
        : await this.workspace.shareAs(person, channel, given, { ...thread, comment: message.text });
    for (const id of act.files) this.waiting.delete(id);
    room.put({
      id: roomId(channel, ts),
      channel,
      ts,
      user: this.workspace.userId(person),
      text: message.text,
      blocks: message.blocks ?? [],
      files: (files ?? []).map(shownFile),
      reactions: {},
      ...thread,
    });
    const parentUser = threadTs === undefined ? undefined : room.message(roomId(channel, threadTs))?.user;
    const said: Said = {
      ts,
      ...thread,
      message,
      ...(files === undefined ? {} : { files }),
      ...(parentUser === undefined ? {} : { parentUser }),
    };
    const sender = this.sender(person);
    if (channel.startsWith('D')) await this.deliver(person, directMessageOf(sender, channel, said));
    else if (mentions.has(bot.user)) {
      if (this.workspace.joined.has(channel)) await this.deliver(person, mentionOf(sender, channel, said));
      else this.note(person, 'kongauth is not in this channel, so it is not told.');
    }
    return ts;
  }

  private async command(
    person: string,
    where: { channel: string; threadTs?: string | undefined },
    name: string,
    text: string,
  ) {
    const { channel, threadTs } = where;
    if (!this.parts.offered.commands.some(({ command }) => command === name))
      return this.note(person, `${name} is not a command of this workspace.`);
    if (threadTs !== undefined)
      return this.note(person, `Slack takes no slash commands in threads; mention @kongauth instead.`);
    await this.deliver(person, await commandOf(this.sender(person), this.place(channel), name, text));
  }

  private async press(person: string, { id, actionId, given }: Extract<Act, { kind: 'press' }>): Promise<void> {
    const user = this.workspace.userId(person);
    const { room } = this.parts;
    const message = id === undefined ? undefined : room.message(id);
    const view = id === undefined ? room.homeOf(user) : room.viewsOf(user).find((one) => one.id === id);
    if (message?.onlyFor !== undefined && message.onlyFor !== user) return;
    const shown: Shown | undefined =
      message !== undefined
        ? { ...message, channel: this.place(message.channel), isEphemeral: message.onlyFor !== undefined }
        : view && { text: '', blocks: objectsOf(view.blocks), view };
    const found = shown && elementIn(shown.blocks, actionId);
    if (shown === undefined || found === undefined) return this.note(person, 'This is no longer there.');
    const action = { ...pressedOf(found.element, given), block_id: found.blockId };
    await this.deliver(person, await blockActionsOf(this.sender(person, message), shown, action));
  }

  private async submit(person: string, { view: id, values }: Extract<Act, { kind: 'submit' }>): Promise<Acted> {
    const user = this.workspace.userId(person);
    const { room } = this.parts;
    const views = room.viewsOf(user);
    const view = views.find((one) => one.id === id);
    if (view === undefined) return {};
    const state: Record<string, Fields> = {};
    const errors: Record<string, string> = {};
    for (const [index, block] of objectsOf(view.blocks).entries()) {
      if (block.type !== 'input') continue;
      const blockId = textOf(block.block_id) ?? `b${index}`;
      const element = fieldsOf(block.element);
      if (element.type === 'file_input') await this.upload(person, values[blockId]);
      const filled = stateOf(element, values[blockId], this.uploaded);
      if (block.optional !== true && !isFilledIn(filled)) errors[blockId] = 'Please complete this required field.';
      state[blockId] = { [String(element.action_id)]: filled };
    }
    if (Object.keys(errors).length > 0) return { errors };
    const acknowledged = await this.deliver(person, await submissionOf(this.sender(person), view, state));
    const answer = fieldsOf(parsedOr(acknowledged ?? ''));
    const below = views.filter((one) => one !== view);
    switch (answer.response_action) {
      case 'errors':
        return { errors: fieldsOf(answer.errors) as Readonly<Record<string, string>> };
      case 'update':
        room.showViews(user, [...below, { ...fieldsOf(answer.view), id: view.id }]);
        return {};
      case 'push':
        room.showViews(user, [...views, { ...fieldsOf(answer.view), id: `${String(view.id)}-next` }]);
        return {};
      case 'clear':
        room.showViews(user, []);
        return {};
      default:
        if (acknowledged !== undefined) room.showViews(user, below);
        return {};
    }
  }

  /** Files of a form are uploaded as it is sent. */
  private async upload(person: string, given: Given): Promise<void> {
    for (const id of [given ?? []].flat()) {
      const file = this.waiting.get(id);
      if (file === undefined) continue;
      const [uploaded] = await this.workspace.uploadAs(person, [file]);
      if (uploaded !== undefined) {
        this.uploaded.set(id, uploaded);
        this.parts.api.lend(uploaded.id, person);
      }
      this.waiting.delete(id);
    }
  }

  private async leave(person: string, id: string): Promise<void> {
    const user = this.workspace.userId(person);
    const views = this.parts.room.viewsOf(user);
    const view = views.find((one) => one.id === id);
    if (view === undefined) return;
    this.parts.room.showViews(
      user,
      views.filter((one) => one !== view),
    );
    if (view.notify_on_close === true) await this.deliver(person, await closedOf(this.sender(person), view, false));
  }

  private async shortcut(
    person: string,
    { callbackId, message: id }: Extract<Act, { kind: 'shortcut' }>,
  ): Promise<void> {
    const sender = this.sender(person);
    if (id === undefined) return void (await this.deliver(person, await globalShortcutOf(sender, callbackId)));
    const message = this.parts.room.message(id);
    if (message === undefined) return this.note(person, 'This message is no longer there.');
    const { bot } = this.parts;
    const kept = await this.workspace.messages(message.channel, message.threadTs ?? message.ts);
    const files = objectsOf(kept.find(({ ts }) => ts === message.ts)?.files) as readonly SlackFile[];
    const said: Said = {
      ts: message.ts,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
      message: { text: message.text, blocks: message.blocks },
      ...(files.length === 0 ? {} : { files }),
      author: { user: message.user, ...(message.user === bot.user ? { bot_id: bot.bot, app_id: bot.app } : {}) },
    };
    const place = this.place(message.channel);
    await this.deliver(person, await messageShortcutOf(this.sender(person, message), place, callbackId, said));
  }

  /** Sends it to the bot; the body of the acknowledgement, or undefined when there was none. */
  private async deliver(person: string, incoming: Incoming): Promise<string | undefined> {
    const url = this.parts.botUrl();
    const request = requestOf(incoming);
    try {
      if (url === undefined) throw new Error('not there yet');
      const response = await fetch(`${url}/slack/events`, {
        method: 'POST',
        headers: signedHeaders(request, this.parts.signingSecret, Math.floor(Date.now() / 1000)),
        body: request.body,
      });
      const body = await response.text();
      if (response.ok) return body;
      this.note(person, `kongauth did not take this (${response.status}); the terminal may say why.`);
    } catch {
      this.note(person, 'kongauth is not there; is the process still running?');
    }
    return undefined;
  }

  private note(person: string, text: string): void {
    this.parts.room.note(this.workspace.userId(person), text);
  }

  private get workspace(): LocalWebApi['workspace'] {
    return this.parts.api.workspace;
  }

  private names(): ReadonlyMap<string, string> {
    return new Map([...this.workspace.userIds, ['kongauth', this.parts.bot.user]]);
  }

  private place(channel: string): Place {
    const found = [...this.workspace.channelIds].find(([, id]) => id === channel);
    return { id: channel, name: found?.[0] ?? 'directmessage' };
  }

  private sender(person: string, about?: RoomMessage): Sender {
    const { api, bot, domain } = this.parts;
    const user = this.workspace.userId(person);
    const thread = about?.threadTs === undefined ? {} : { threadTs: about.threadTs };
    const context = about === undefined ? undefined : { messageId: about.id, ...thread };
    return {
      team: this.workspace.team,
      domain,
      bot,
      user: { id: user, name: person },
      responseUrl: (channel) => api.responseUrl(channel, user, context),
      trigger: () => api.trigger(user),
    };
  }
}
