// emulate's Slack as a workspace: people, channels and the bot, with the calls that a person's client would make.
import { createServer } from 'node:net';
import { createEmulator, type Emulator } from 'emulate';
import { type Fields, isFields, objectsOf } from './fields.ts';

/** A file as it hangs on a message. */
export type SlackFile = Fields & { readonly id: string; readonly name: string; readonly url_private_download: string };

/** What is uploaded. */
export interface GivenFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** A person's message as a client composes it: `text` escaped, `blocks` with the same in rich text. */
export interface Composed {
  readonly text: string;
  readonly blocks?: readonly Fields[];
  readonly attachments?: readonly Fields[];
}

export interface Bot {
  readonly token: string;
  readonly user: string;
  readonly bot: string;
  readonly app: string;
}

export interface WorkspaceOptions {
  readonly team: { readonly name: string; readonly domain: string };
  readonly bot: Bot;
  readonly signingSecret: string;
  /** Name in lower case, and what is shown. */
  readonly people: Readonly<Record<string, string>>;
  /** True: the bot is a member. */
  readonly channels: Readonly<Record<string, boolean>>;
  /** Where file and upload addresses point to: whoever stands in front. */
  readonly baseUrl: string;
}

const SCOPES = ['chat:write', 'reactions:write', 'files:read', 'files:write'];

/** The state that Slack keeps: who, where, what was posted. Calls here are people's or ours, beside whoever stands in front. */
export class EmulatedWorkspace {
  private readonly emulator: Emulator;
  private readonly bot: Bot;
  /** Where emulate itself listens. */
  readonly url: string;
  readonly team: string;
  /** Ids by name. */
  readonly userIds: ReadonlyMap<string, string>;
  readonly channelIds: ReadonlyMap<string, string>;
  /** Channels that the bot is a member of; direct messages come in as they are opened. */
  readonly joined = new Set<string>();

  /** Starts emulate; `startWorkspace` is the way in. */
  constructor(
    emulator: Emulator,
    bot: Bot,
    url: string,
    team: string,
    userIds: ReadonlyMap<string, string>,
    channelIds: ReadonlyMap<string, string>,
  ) {
    this.emulator = emulator;
    this.bot = bot;
    this.url = url;
    this.team = team;
    this.userIds = userIds;
    this.channelIds = channelIds;
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  userId(name: string): string {
    const id = this.userIds.get(name);
    if (id === undefined) throw new Error(`nobody is called ${name}`);
    return id;
  }

  channelId(name: string): string {
    const id = this.channelIds.get(name);
    if (id === undefined) throw new Error(`no channel is called ${name}`);
    return id;
  }

  /** A person posts; returns the message's `ts`. */
  async postAs(name: string, channel: string, message: Composed, threadTs?: string): Promise<string> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const answer = await callSlack(this.url, 'chat.postMessage', { channel, ...message, ...thread }, tokenOf(name));
    return String(answer.ts);
  }

  /** A person uploads files; without a channel in `place` they hang on no message yet. */
  async uploadAs(name: string, files: readonly GivenFile[], place: Fields = {}): Promise<readonly SlackFile[]> {
    const token = tokenOf(name);
    const slots: Fields[] = [];
    for (const file of files) {
      const bytes = Buffer.from(file.content);
      const wanted = { filename: file.name, length: bytes.length };
      const slot = await callSlack(this.url, 'files.getUploadURLExternal', wanted, token);
      await fetch(`${this.url}/upload/v1/${String(slot.file_id)}`, { method: 'POST', body: new Uint8Array(bytes) });
      slots.push({ id: slot.file_id, title: file.name });
    }
    const done = await callSlack(this.url, 'files.completeUploadExternal', { files: slots, ...place }, token);
    return objectsOf(done.files) as readonly SlackFile[];
  }

  /** A person shares files in one message; returns them and the message's `ts`. */
  async shareAs(
    name: string,
    channel: string,
    files: readonly GivenFile[],
    options: { readonly threadTs?: string; readonly comment?: string } = {},
  ): Promise<{ readonly ts: string; readonly files: readonly SlackFile[] }> {
    const shared = await this.uploadAs(name, files, {
      channel_id: channel,
      ...(options.threadTs === undefined ? {} : { thread_ts: options.threadTs }),
      ...(options.comment === undefined ? {} : { initial_comment: options.comment }),
    });
    const ts = await this.whereShared(channel, options.threadTs, shared);
    if (ts === undefined) throw new Error('the files hang on no message');
    return { ts, files: shared };
  }

  /** The `ts` of the message that files hang on; undefined when there is none. */
  async whereShared(
    channel: string,
    threadTs: string | undefined,
    files: readonly Fields[],
  ): Promise<string | undefined> {
    const messages = await this.messages(channel, threadTs);
    const found = messages.findLast((message) => objectsOf(message.files).some(({ id }) => id === files[0]?.id));
    return found === undefined ? undefined : String(found.ts);
  }

  /** The content of a file, as its address gives it to the bot. */
  async download(file: SlackFile): Promise<Uint8Array> {
    const { pathname } = new URL(file.url_private_download);
    const response = await fetch(`${this.url}${pathname}`, { headers: { authorization: `Bearer ${this.bot.token}` } });
    if (!response.ok) throw new Error(`no file: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** What is known of a file. */
  async fileOf(id: string): Promise<SlackFile> {
    const { file } = await callSlack(this.url, 'files.info', { file: id }, this.bot.token);
    return file as SlackFile;
  }

  /** Opens the direct messages of a person with the bot. */
  async directMessagesOf(name: string): Promise<string> {
    const answer = await callSlack(this.url, 'conversations.open', { users: this.bot.user }, tokenOf(name));
    const channel = isFields(answer.channel) ? String(answer.channel.id) : '';
    this.joined.add(channel);
    return channel;
  }

  /** Messages of a channel or of one thread, oldest first. */
  async messages(channel: string, threadTs?: string): Promise<readonly Fields[]> {
    const [anybody = ''] = this.userIds.keys();
    const token = channel.startsWith('D') ? this.bot.token : tokenOf(anybody);
    const answer =
      threadTs === undefined
        ? await callSlack(this.url, 'conversations.history', { channel, limit: 1000 }, token)
        : await callSlack(this.url, 'conversations.replies', { channel, ts: threadTs }, token);
    const messages = objectsOf(answer.messages);
    return threadTs === undefined ? messages.toReversed() : messages;
  }

  /** A trigger as Slack makes it for a click or command: good for three seconds and one view. */
  async triggerOf(userId: string): Promise<string> {
    const answer = await callSlack(this.url, 'views.generateTriggerId', { user_id: userId }, this.bot.token);
    return String(answer.trigger_id);
  }
}

/** Starts emulate on a free port of the loopback address. */
export async function startWorkspace(options: WorkspaceOptions): Promise<EmulatedWorkspace> {
  const { bot, people, channels, team, signingSecret, baseUrl } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const emulator = await createEmulator({
    service: 'slack',
    port,
    baseUrl,
    seed: {
      slack: {
        team,
        signing_secret: signingSecret,
        users: Object.entries(people).map(([name, realName]) => ({ name, real_name: realName })),
        channels: Object.keys(channels).map((name) => ({ name })),
        oauth_apps: [
          {
            client_id: '1.2',
            client_secret: 'x',
            app_id: bot.app,
            name: 'kongauth',
            redirect_uris: ['http://127.0.0.1/'],
            scopes: SCOPES,
            bot_id: bot.bot,
            bot_user_id: bot.user,
            bot_name: 'kongauth',
          },
        ],
        tokens: [
          { token: bot.token, type: 'bot', user_id: bot.user, bot_id: bot.bot, bot_user_id: bot.user, app_id: bot.app },
          ...Object.keys(people).map((name) => ({ token: tokenOf(name), type: 'user', user: name })),
        ],
      },
    },
  });
  const ask = (method: string, body: Fields): Promise<Fields> => callSlack(url, method, body, bot.token);
  const auth = await ask('auth.test', {});
  const users = objectsOf((await ask('users.list', {})).members);
  const rooms = objectsOf((await ask('conversations.list', { limit: 100 })).channels);
  const idsOf = (names: readonly string[], known: readonly Fields[]): ReadonlyMap<string, string> =>
    new Map(names.map((name) => [name, String(known.find((entry) => entry.name === name)?.id)]));
  const channelIds = idsOf(Object.keys(channels), rooms);
  const userIds = idsOf(Object.keys(people), users);
  const workspace = new EmulatedWorkspace(emulator, bot, url, String(auth.team_id), userIds, channelIds);
  for (const [name, isMember] of Object.entries(channels)) {
    if (!isMember) continue;
    await ask('conversations.join', { channel: workspace.channelId(name) });
    workspace.joined.add(workspace.channelId(name));
  }
  return workspace;
}

/** Calls emulate; throws what it refuses. */
export async function callSlack(url: string, method: string, body: Fields, token: string): Promise<Fields> {
  const response = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!isFields(answer) || answer.ok !== true) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A person's own token, by name. */
export function tokenOf(name: string): string {
  return `xoxp-${name}`;
}

/** A free port of the loopback address: emulate must be told its own. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
