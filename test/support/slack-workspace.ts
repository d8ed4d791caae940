// The workspace that tests play in: emulate's Slack with two people, a bot, channels it is in and one it is not.
import { createEmulator, type Emulator } from 'emulate';
import { type Fields, isFields, listOf } from './block-kit-faults.ts';
import { freePort } from './free-port.ts';

export const BOT = { token: 'xoxb-test-of-kongauth', user: 'UBOT0KONG', bot: 'B0KONG', app: 'A0KONG' } as const;
export const APP_TOKEN = 'xapp-test-of-kongauth';
export const SIGNING_SECRET = 'signing-secret-of-the-tests';

export type Person = 'ann' | 'bob';
export type ChannelName = 'incidents' | 'ops' | 'elsewhere';

/** A file as it hangs on a message. */
export type SlackFile = Fields & { readonly id: string; readonly name: string; readonly url_private_download: string };

/** A person's message as a client composes it: `text` escaped, `blocks` with the same in rich text. */
export interface Composed {
  readonly text: string;
  readonly blocks?: readonly Fields[];
  readonly attachments?: readonly Fields[];
}

/** The state that Slack keeps: who, where, what was posted. Calls here are people's or ours and are not recorded. */
export class Workspace {
  private readonly emulator: Emulator;
  /** Where emulate itself listens; its `url` is the address in front. */
  readonly url: string;
  readonly team: string;
  readonly people: Readonly<Record<Person, string>>;
  readonly channels: Readonly<Record<ChannelName, string>>;
  /** Channels that the bot is a member of; direct messages come in as they are opened. */
  readonly joined: Set<string>;

  private constructor(
    emulator: Emulator,
    url: string,
    team: string,
    people: Readonly<Record<Person, string>>,
    channels: Readonly<Record<ChannelName, string>>,
  ) {
    this.emulator = emulator;
    this.url = url;
    this.team = team;
    this.people = people;
    this.channels = channels;
    this.joined = new Set([channels.incidents, channels.ops]);
  }

  /** @param baseUrl where file and upload addresses point to: the recording peer in front. */
  static async open(baseUrl: string): Promise<Workspace> {
    const scopes = ['chat:write', 'reactions:write', 'files:read', 'files:write'];
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const emulator = await createEmulator({
      service: 'slack',
      port,
      baseUrl,
      seed: {
        slack: {
          team: { name: 'Incidents Inc', domain: 'incidents-inc' },
          signing_secret: SIGNING_SECRET,
          users: [
            { name: 'ann', real_name: 'Ann' },
            { name: 'bob', real_name: 'Bob' },
          ],
          channels: [{ name: 'incidents' }, { name: 'ops' }, { name: 'elsewhere' }],
          oauth_apps: [
            {
              client_id: '1.2',
              client_secret: 'x',
              app_id: BOT.app,
              name: 'kongauth',
              redirect_uris: ['http://127.0.0.1/'],
              scopes,
              bot_id: BOT.bot,
              bot_user_id: BOT.user,
              bot_name: 'kongauth',
            },
          ],
          tokens: [
            {
              token: BOT.token,
              type: 'bot',
              user_id: BOT.user,
              bot_id: BOT.bot,
              bot_user_id: BOT.user,
              app_id: BOT.app,
            },
            { token: 'xoxp-ann', type: 'user', user: 'ann' },
            { token: 'xoxp-bob', type: 'user', user: 'bob' },
          ],
        },
      },
    });
    const ask = (method: string, body: Fields, token: string): Promise<Fields> => call(url, method, body, token);
    const auth = await ask('auth.test', {}, BOT.token);
    const users = listOf((await ask('users.list', {}, BOT.token)).members).filter(isFields);
    const rooms = listOf((await ask('conversations.list', { limit: 100 }, BOT.token)).channels).filter(isFields);
    const user = (name: string): string => String(users.find((entry) => entry.name === name)?.id);
    const room = (name: string): string => String(rooms.find((entry) => entry.name === name)?.id);
    const workspace = new Workspace(
      emulator,
      url,
      String(auth.team_id),
      { ann: user('ann'), bob: user('bob') },
      { incidents: room('incidents'), ops: room('ops'), elsewhere: room('elsewhere') },
    );
    for (const channel of workspace.joined) await ask('conversations.join', { channel }, BOT.token);
    return workspace;
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  /** A person posts; returns the message's `ts`. */
  async post(person: Person, channel: string, message: Composed, threadTs?: string): Promise<string> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    const answer = await call(this.url, 'chat.postMessage', { channel, ...message, ...thread }, `xoxp-${person}`);
    return String(answer.ts);
  }

  /** A person shares a text file; returns it and the `ts` of its message. */
  async share(
    person: Person,
    channel: string,
    file: { readonly name: string; readonly content: string },
    options: { readonly threadTs?: string; readonly comment?: string } = {},
  ): Promise<{ readonly ts: string; readonly file: SlackFile }> {
    const token = `xoxp-${person}`;
    const bytes = Buffer.from(file.content);
    const slot = await call(
      this.url,
      'files.getUploadURLExternal',
      { filename: file.name, length: bytes.length },
      token,
    );
    await fetch(`${this.url}/upload/v1/${String(slot.file_id)}`, { method: 'POST', body: bytes });
    const done = await call(
      this.url,
      'files.completeUploadExternal',
      {
        files: [{ id: slot.file_id, title: file.name }],
        channel_id: channel,
        ...(options.threadTs === undefined ? {} : { thread_ts: options.threadTs }),
        ...(options.comment === undefined ? {} : { initial_comment: options.comment }),
      },
      token,
    );
    const messages = await this.messages(channel, options.threadTs);
    const [shared] = listOf(done.files);
    return { ts: String(messages.at(-1)?.ts), file: shared as SlackFile };
  }

  /** Opens the direct messages of a person with the bot. */
  async directMessages(person: Person): Promise<string> {
    const answer = await call(this.url, 'conversations.open', { users: BOT.user }, `xoxp-${person}`);
    const channel = isFields(answer.channel) ? String(answer.channel.id) : '';
    this.joined.add(channel);
    return channel;
  }

  /** Messages of a channel or of one thread, oldest first. */
  async messages(channel: string, threadTs?: string): Promise<readonly Fields[]> {
    const dm = channel.startsWith('D');
    const token = dm ? BOT.token : 'xoxp-ann';
    const answer =
      threadTs === undefined
        ? await call(this.url, 'conversations.history', { channel, limit: 1000 }, token)
        : await call(this.url, 'conversations.replies', { channel, ts: threadTs }, token);
    const messages = listOf(answer.messages).filter(isFields);
    return threadTs === undefined ? messages.toReversed() : messages;
  }

  /** A trigger as Slack makes it for a click or command: good for three seconds and one view. */
  async trigger(person: Person): Promise<string> {
    const body = { user_id: this.people[person] };
    return String((await call(this.url, 'views.generateTriggerId', body, BOT.token)).trigger_id);
  }
}

async function call(url: string, method: string, body: Fields, token: string): Promise<Fields> {
  const response = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!isFields(answer) || answer.ok !== true) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Text as a client sends it: three entities. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * What a client makes of prose and a pasted code block, with or without a mention of the bot in front: rich text in
 * `blocks`, where addresses become links, and the same as mrkdwn in `text`.
 */
export function composed(prose: string, code?: string, options: { readonly mention?: boolean } = {}): Composed {
  const mention = options.mention === true;
  const section = [...(mention ? [{ type: 'user', user_id: BOT.user }] : []), ...leaves(mention ? ` ${prose}` : prose)];
  const elements = [
    ...(section.length === 0 ? [] : [{ type: 'rich_text_section', elements: section }]),
    ...(code === undefined ? [] : [{ type: 'rich_text_preformatted', border: 0, elements: leaves(code) }]),
  ];
  const head = `${mention ? `<@${BOT.user}> ` : ''}${linked(prose)}`;
  const text = code === undefined ? head : `${head}\n\`\`\`${linked(code)}\`\`\``;
  return { text, blocks: [{ type: 'rich_text', block_id: 'r1', elements }] };
}

const ADDRESS = /(https?:\/\/[^\s"'<>|]+)/;

function leaves(text: string): readonly Fields[] {
  return text
    .split(ADDRESS)
    .filter((piece) => piece !== '')
    .map((piece) => (ADDRESS.test(piece) ? { type: 'link', url: piece } : { type: 'text', text: piece }));
}

function linked(text: string): string {
  return text
    .split(ADDRESS)
    .map((piece) => (ADDRESS.test(piece) ? `<${escaped(piece)}>` : escaped(piece)))
    .join('');
}
