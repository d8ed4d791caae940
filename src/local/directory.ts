// What Slack tells of channels, their members and people's time zones, where emulate's Slack does not or tells less.
import { type Fields, textOf } from './fields.ts';

export interface DirectoryChannel {
  readonly id: string;
  readonly name: string;
  readonly isArchived?: boolean;
  /** Then it does not exist for a bot that is not in it. */
  readonly isPrivate?: boolean;
  /** People's ids; the bot is in it when it has joined. */
  readonly members: readonly string[];
}

export interface Directory {
  readonly channels: readonly DirectoryChannel[];
  /** Ids of channels that the bot is in. */
  readonly joined: ReadonlySet<string>;
  readonly bot: string;
  /** Time zones of people by id; who is not here is unknown. */
  readonly zones: ReadonlyMap<string, string>;
  /** Entries of a page at most. */
  readonly pageSize: number;
}

/** Answers as the Web API documents it; undefined for methods and channels that this directory does not know. */
export function directoryAnswer(method: string, args: Fields, directory: Directory): Fields | undefined {
  const { channels, joined, bot, zones } = directory;
  if (method === 'users.info') {
    const user = textOf(args.user) ?? '';
    const zone = zones.get(user);
    return zone === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user: { id: user, tz: zone } };
  }
  if (method === 'users.conversations') {
    const isWanted = ({ id, isArchived = false }: DirectoryChannel): boolean =>
      joined.has(id) && !(isArchived && truthy(args.exclude_archived));
    return paged('channels', channels.filter(isWanted).map(shown), args, directory);
  }
  const channel = channels.find(({ id }) => id === args.channel);
  if (channel === undefined || !['conversations.info', 'conversations.members'].includes(method)) return undefined;
  const isIn = joined.has(channel.id);
  if (channel.isPrivate === true && !isIn) return { ok: false, error: 'channel_not_found' };
  if (method === 'conversations.info') return { ok: true, channel: { ...shown(channel), is_member: isIn } };
  return paged('members', [...channel.members, ...(isIn ? [bot] : [])], args, directory);
}

function shown({ id, name, isArchived = false, isPrivate = false }: DirectoryChannel): Fields {
  return { id, name, is_channel: true, is_im: false, is_mpim: false, is_private: isPrivate, is_archived: isArchived };
}

function paged(name: string, all: readonly unknown[], args: Fields, { pageSize }: Directory): Fields {
  const cursor = textOf(args.cursor);
  const limit = Number(args.limit ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 999) return { ok: false, error: 'invalid_limit' };
  const from = cursor === undefined || cursor === '' ? 0 : Number(/^page:(\d+)$/.exec(cursor)?.[1]);
  if (Number.isNaN(from)) return { ok: false, error: 'invalid_cursor' };
  const next = from + Math.min(limit, pageSize);
  const more = next < all.length ? `page:${next}` : '';
  return { ok: true, [name]: all.slice(from, next), response_metadata: { next_cursor: more } };
}

function truthy(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}
