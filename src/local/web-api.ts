// The Web API that the bot calls: emulate's, with what it lacks beside it, and everything noted in the room.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { directoryAnswer } from './directory.ts';
import { argumentsOf, between, type Fields, fieldsOf, objectsOf, textOf } from './fields.ts';
import { type Room, type RoomMessage, roomId, type ShownFile } from './room.ts';
import {
  type Bot,
  callSlack,
  type EmulatedWorkspace,
  startWorkspace,
  tokenOf,
  type WorkspaceOptions,
} from './workspace.ts';

/** The way back that a command, shortcut or click gave. */
interface WayBack {
  readonly channel: string;
  readonly user: string;
  readonly threadTs: string | undefined;
  /** The message whose button was pressed. */
  readonly messageId: string | undefined;
  uses: number;
}

/** As Slack: five answers within half an hour. */
const USES = 5;
const BODY_BYTES = 64 * 2 ** 20;

/** Starts it on the loopback address, with its workspace behind it. */
export async function startWebApi(options: Omit<WorkspaceOptions, 'baseUrl'>, room: Room): Promise<LocalWebApi> {
  const api = new LocalWebApi(options.bot, room);
  await api.open(options);
  return api;
}

export class LocalWebApi {
  url = '';
  private readonly bot: Bot;
  private readonly room: Room;
  private readonly server: Server;
  private readonly waysBack = new Map<string, WayBack>();
  private readonly triggers = new Map<string, string>();
  private readonly lent = new Map<string, string>();
  private opened: EmulatedWorkspace | undefined;
  private count = 0;

  constructor(bot: Bot, room: Room) {
    this.bot = bot;
    this.room = room;
    this.server = createServer((request, response) => {
      this.handle(request, response).catch(() => {
        if (response.headersSent) response.destroy();
        else answer(response, 500, { ok: false, error: 'internal_error' });
      });
    });
  }

  get apiUrl(): string {
    return `${this.url}/api/`;
  }

  get workspace(): EmulatedWorkspace {
    if (this.opened === undefined) throw new Error('the Web API is not open');
    return this.opened;
  }

  async open(options: Omit<WorkspaceOptions, 'baseUrl'>): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.opened = await startWorkspace({ ...options, baseUrl: this.url });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await this.opened?.close();
  }

  /** An address that takes five answers for a person in a channel. */
  responseUrl(
    channel: string,
    user: string,
    about?: { readonly threadTs?: string; readonly messageId?: string },
  ): string {
    const path = `/actions/${randomBytes(16).toString('hex')}`;
    this.waysBack.set(path, { channel, user, threadTs: about?.threadTs, messageId: about?.messageId, uses: 0 });
    return `${this.url}${path}`;
  }

  /** A trigger of a person; the view that is opened with it is theirs. */
  async trigger(user: string): Promise<string> {
    const trigger = await this.workspace.triggerOf(user);
    this.triggers.set(trigger, user);
    return trigger;
  }

  /** What is attached to a form hangs on no message, and the bot may read it all the same. */
  lend(fileId: string, person: string): void {
    this.lent.set(fileId, person);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const back = this.waysBack.get(path);
    if (path.startsWith('/api/')) answer(response, 200, await this.method(path.slice(5), request, body));
    else if (back !== undefined) await this.respond(back, body, response);
    else await this.pass(request, body, response);
  }

  private async method(method: string, request: IncomingMessage, body: Buffer): Promise<Fields> {
    const args = argumentsOf(body.toString(), request.headers['content-type'] ?? '');
    if (request.headers.authorization?.replace(/^Bearer /, '') !== this.bot.token)
      return { ok: false, error: 'invalid_auth' };
    const told = this.directory(method, args);
    if (told !== undefined) return told;
    const channel = textOf(args.channel);
    const isMember = channel === undefined || !channel.startsWith('C') || this.workspace.joined.has(channel);
    if (/^(?:chat|conversations|reactions)\./.test(method) && !isMember) return { ok: false, error: 'not_in_channel' };
    if (method === 'chat.postEphemeral') return this.ephemeral(args);
    const passed = await fetch(`${this.workspace.url}${request.url}`, {
      method: 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/x-www-form-urlencoded',
        authorization: `Bearer ${this.bot.token}`,
      },
      body: new Uint8Array(body),
    });
    if (passed.status === 404) return { ok: false, error: 'unknown_method' };
    const answered = fieldsOf(await passed.json());
    if (answered.ok === true) await this.note(method, args, answered);
    return method === 'conversations.history' || method === 'conversations.replies'
      ? between(args, answered)
      : answered;
  }

  /** Everybody is in every channel, and where this machine is. */
  private directory(method: string, args: Fields): Fields | undefined {
    const { channelIds, userIds, joined } = this.workspace;
    const people = [...userIds.values()];
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return directoryAnswer(method, args, {
      channels: [...channelIds].map(([name, id]) => ({ id, name, members: people })),
      joined,
      bot: this.bot.user,
      zones: new Map(people.map((id) => [id, zone])),
      pageSize: 100,
    });
  }

  private ephemeral(args: Fields): Fields {
    const user = String(args.user);
    const threadTs = textOf(args.thread_ts);
    const message = this.own(String(args.channel), this.timestamp(), args, threadTs);
    this.room.put({ ...message, onlyFor: user });
    return { ok: true, message_ts: message.ts };
  }

  /** What the bot did is shown. */
  private async note(method: string, args: Fields, answered: Fields): Promise<void> {
    const channel = textOf(answered.channel) ?? String(args.channel);
    switch (method) {
      case 'chat.postMessage':
        this.room.put(this.own(channel, String(answered.ts), args, textOf(args.thread_ts)));
        return;
      case 'chat.update':
        this.room.alter(roomId(channel, String(args.ts)), { ...shownOf(args), isEdited: true });
        return;
      case 'chat.delete':
        this.room.remove(roomId(channel, String(args.ts)));
        return;
      case 'reactions.add':
      case 'reactions.remove': {
        const id = roomId(channel, String(args.timestamp));
        this.room.react(id, String(args.name), this.bot.user, method === 'reactions.add');
        return;
      }
      case 'files.completeUploadExternal':
        await this.noteFiles(args, answered);
        return;
      case 'views.open':
      case 'views.push': {
        const user = this.triggers.get(String(args.trigger_id));
        if (user === undefined) return;
        const view = { ...fieldsOf(args.view), ...fieldsOf(answered.view) };
        this.room.showViews(user, method === 'views.open' ? [view] : [...this.room.viewsOf(user), view]);
        return;
      }
      case 'views.update':
        this.updateView({ ...fieldsOf(args.view), ...fieldsOf(answered.view) });
        return;
      case 'views.publish':
        this.room.showHome(String(args.user_id), { ...fieldsOf(args.view), ...fieldsOf(answered.view) });
    }
  }

  private updateView(view: Fields): void {
    for (const user of this.workspace.userIds.values()) {
      const views = this.room.viewsOf(user);
      if (!views.some(({ id }) => id === view.id)) continue;
      this.room.showViews(
        user,
        views.map((one) => (one.id === view.id ? view : one)),
      );
    }
  }

  private async noteFiles(args: Fields, answered: Fields): Promise<void> {
    const channel = textOf(args.channel_id);
    if (channel === undefined) return;
    const threadTs = textOf(args.thread_ts);
    const files = objectsOf(answered.files);
    const ts = (await this.workspace.whereShared(channel, threadTs, files)) ?? this.timestamp();
    const message = this.own(channel, ts, { text: args.initial_comment ?? '' }, threadTs);
    this.room.put({ ...message, files: files.map(shownFile) });
  }

  private async respond(back: WayBack, body: Buffer, response: ServerResponse): Promise<void> {
    const args = argumentsOf(body.toString(), 'application/json');
    back.uses += 1;
    if (back.uses > USES) return answer(response, 404, { ok: false, error: 'used_url' });
    const { channel, user, messageId } = back;
    const pressed = messageId === undefined ? undefined : this.room.message(messageId);
    if (args.delete_original === true) await this.unsay(pressed);
    else if (args.replace_original === true && pressed !== undefined) await this.resay(pressed, args);
    else {
      const threadTs = textOf(args.thread_ts) ?? back.threadTs;
      if (args.response_type === 'in_channel') await this.say(channel, threadTs, args);
      else this.room.put({ ...this.own(channel, this.timestamp(), args, threadTs), onlyFor: user });
    }
    response.setHeader('content-type', 'text/plain');
    response.end('ok');
  }

  private async say(channel: string, threadTs: string | undefined, args: Fields): Promise<void> {
    const body = { channel, ...shownOf(args), ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
    const answered = await callSlack(this.workspace.url, 'chat.postMessage', body, this.bot.token);
    this.room.put(this.own(channel, String(answered.ts), args, threadTs));
  }

  private async resay(message: RoomMessage, args: Fields): Promise<void> {
    const { channel, ts } = message;
    if (message.onlyFor === undefined)
      await callSlack(this.workspace.url, 'chat.update', { channel, ts, ...shownOf(args) }, this.bot.token);
    this.room.alter(message.id, { ...shownOf(args), isEdited: true });
  }

  private async unsay(message: RoomMessage | undefined): Promise<void> {
    if (message === undefined) return;
    const { channel, ts, onlyFor } = message;
    if (onlyFor === undefined) await callSlack(this.workspace.url, 'chat.delete', { channel, ts }, this.bot.token);
    this.room.remove(message.id);
  }

  /** Uploads and downloads are emulate's. */
  private async pass(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const [, fileId = ''] = /^\/files-pri\/(F\w+)\//.exec(request.url ?? '') ?? [];
    const owner = this.lent.get(fileId);
    const isBot = request.headers.authorization === `Bearer ${this.bot.token}`;
    const authorization = isBot && owner !== undefined ? `Bearer ${tokenOf(owner)}` : request.headers.authorization;
    const passed = await fetch(`${this.workspace.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/octet-stream',
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await passed.arrayBuffer()));
  }

  private own(channel: string, ts: string, args: Fields, threadTs: string | undefined): RoomMessage {
    return {
      id: roomId(channel, ts),
      channel,
      ts,
      user: this.bot.user,
      ...shownOf(args),
      files: [],
      reactions: {},
      ...(threadTs === undefined ? {} : { threadTs }),
    };
  }

  /** Of messages that emulate does not keep; unlike any of its own. */
  private timestamp(): string {
    this.count += 1;
    return `${Math.floor(Date.now() / 1000)}.9${String(this.count % 100_000).padStart(5, '0')}`;
  }
}

function shownOf(args: Fields): Pick<RoomMessage, 'text' | 'blocks'> {
  return { text: textOf(args.text) ?? '', blocks: objectsOf(args.blocks) };
}

/** Of Slack's file what the page shows. */
export function shownFile(file: Fields): ShownFile {
  return {
    id: String(file.id),
    name: textOf(file.name) ?? 'file',
    mimetype: textOf(file.mimetype) ?? 'application/octet-stream',
    size: typeof file.size === 'number' ? file.size : 0,
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_BYTES) throw new Error('too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: Fields): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
