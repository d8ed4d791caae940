// The workspace that tests play in: emulate's Slack with two people, a bot, channels it is in and one it is not.
import { leaves, linked, preformatted } from '../../src/local/compose.ts';
import type { Directory, DirectoryChannel } from '../../src/local/directory.ts';
import { type Composed, type EmulatedWorkspace, type SlackFile, startWorkspace } from '../../src/local/workspace.ts';
import type { Fields } from './block-kit-faults.ts';

export const BOT = { token: 'xoxb-test-of-kongauth', user: 'UBOT0KONG', bot: 'B0KONG', app: 'A0KONG' } as const;
export const APP_TOKEN = 'xapp-test-of-kongauth';
export const SIGNING_SECRET = 'signing-secret-of-the-tests';

export type Person = 'ann' | 'bob';
export type ChannelName = 'incidents' | 'ops' | 'elsewhere';

/** What it keeps; calls here are people's or ours and are not recorded. */
export class Workspace {
  private readonly emulated: EmulatedWorkspace;
  /** Where emulate itself listens; its `url` is the address in front. */
  readonly url: string;
  readonly team: string;
  readonly people: Readonly<Record<Person, string>>;
  readonly channels: Readonly<Record<ChannelName, string>>;
  /** Channels that the bot is a member of; direct messages come in as they are opened. */
  readonly joined: Set<string>;
  /** What differs from an open channel that everyone is in, by id. */
  readonly rooms = new Map<string, Partial<DirectoryChannel>>();
  /** Of the people; who is taken out is unknown to Slack. */
  readonly zones: Map<string, string>;

  private constructor(emulated: EmulatedWorkspace) {
    this.emulated = emulated;
    this.url = emulated.url;
    this.team = emulated.team;
    this.people = { ann: emulated.userId('ann'), bob: emulated.userId('bob') };
    this.channels = {
      incidents: emulated.channelId('incidents'),
      ops: emulated.channelId('ops'),
      elsewhere: emulated.channelId('elsewhere'),
    };
    this.joined = emulated.joined;
    this.zones = new Map([
      [this.people.ann, 'Europe/Berlin'],
      [this.people.bob, 'America/New_York'],
    ]);
  }

  /** @param baseUrl where file and upload addresses point to: the recording peer in front. */
  static async open(baseUrl: string): Promise<Workspace> {
    const emulated = await startWorkspace({
      team: { name: 'Incidents Inc', domain: 'incidents-inc' },
      bot: BOT,
      signingSecret: SIGNING_SECRET,
      people: { ann: 'Ann', bob: 'Bob' },
      channels: { incidents: true, ops: true, elsewhere: false },
      baseUrl,
    });
    return new Workspace(emulated);
  }

  /** What Slack tells of channels and people. */
  directory(pageSize: number): Directory {
    const members = Object.values(this.people);
    const channels = Object.entries(this.channels).map(([name, id]) => ({ id, name, members, ...this.rooms.get(id) }));
    return { channels, joined: this.joined, bot: BOT.user, zones: this.zones, pageSize };
  }

  close(): Promise<void> {
    return this.emulated.close();
  }

  /** A person posts; returns the message's `ts`. */
  post(person: Person, channel: string, message: Composed, threadTs?: string): Promise<string> {
    return this.emulated.postAs(person, channel, message, threadTs);
  }

  /** A person shares a text file; returns it and the `ts` of its message. */
  async share(
    person: Person,
    channel: string,
    file: { readonly name: string; readonly content: string },
    options: { readonly threadTs?: string; readonly comment?: string } = {},
  ): Promise<{ readonly ts: string; readonly file: SlackFile }> {
    const { ts, files } = await this.emulated.shareAs(person, channel, [file], options);
    return { ts, file: files[0] as SlackFile };
  }

  /** Opens the direct messages of a person with the bot. */
  directMessages(person: Person): Promise<string> {
    return this.emulated.directMessagesOf(person);
  }

  /** Messages of a channel or of one thread, oldest first. */
  messages(channel: string, threadTs?: string): Promise<readonly Fields[]> {
    return this.emulated.messages(channel, threadTs);
  }

  /** A trigger as Slack makes it for a click or command: good for three seconds and one view. */
  trigger(person: Person): Promise<string> {
    return this.emulated.triggerOf(this.people[person]);
  }
}

/**
 * What a client makes of prose and a pasted code block, with or without a mention of the bot in front: rich text in
 * `blocks`, where addresses become links, and the same as mrkdwn in `text`.
 */
export function composed(prose: string, code?: string, options: { readonly mention?: boolean } = {}): Composed {
  const isAsked = options.mention === true;
  const section = isAsked ? [{ type: 'user', user_id: BOT.user }, ...leaves(` ${prose}`)] : leaves(prose);
  const elements = [
    ...(section.length === 0 ? [] : [{ type: 'rich_text_section', elements: section }]),
    ...(code === undefined ? [] : [preformatted(code)]),
  ];
  const head = `${isAsked ? `<@${BOT.user}> ` : ''}${linked(prose)}`;
  const text = code === undefined ? head : `${head}\n\`\`\`${linked(code)}\`\`\``;
  return { text, blocks: [{ type: 'rich_text', block_id: 'r1', elements }] };
}
