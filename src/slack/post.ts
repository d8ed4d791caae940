// Every outgoing message: within Slack's limits, paced by channel, resent plain when a workspace refuses its blocks.
import { setTimeout as sleep } from 'node:timers/promises';
import type { types, webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { KongauthError } from '../errors.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Block } from '../render/slack-blocks.ts';
import { type SlackSafe, safeCut } from '../render/slack-safe.ts';
import { type CallOptions, callSlack, ResponseUrlError, slackErrorOf } from './calls.ts';
import { isSlackAddress } from './hosts.ts';
import { overLimits, untrustedTypes } from './limits.ts';
import { createPace } from './pace.ts';

/** Slack's typings lag behind its blocks: what render/ builds is accepted as well. */
export type OutBlock = types.KnownBlock | Block;

export interface OutMessage {
  /** The whole answer in words, neutralised: notifications, screen readers, and all there is when no block is accepted. */
  readonly text: string;
  readonly blocks?: readonly OutBlock[];
  /** The same with section, header, context, divider, actions, image and rich_text only. */
  readonly plain: readonly OutBlock[];
  /** What was too long for the message; `toThread` and `update` upload it below. Private answers carry no file. */
  readonly file?: { readonly name: string; readonly content: string };
  /** What `toThread` and `illustrated` show below; PNG in base64. Private answers carry none. */
  readonly picture?: { readonly name: string; readonly png: string; readonly alt: string };
}

export interface RespondOptions {
  /** Seen by the channel; otherwise only by the one who asked. */
  readonly inChannel?: boolean;
  /** In place of the message that the pressed button stands in. */
  readonly replace?: boolean;
}

/** All throw KongauthError `slack-refused`, `slack-rate-limited` or `slack-unreachable`. */
export interface Post {
  /** Into a thread, or the channel without one; undefined when Slack took it without naming it. */
  toThread(
    channel: string,
    threadTs: string | undefined,
    message: OutMessage,
  ): Promise<{ readonly ts: string } | undefined>;
  update(channel: string, ts: string, message: OutMessage): Promise<void>;
  /**
   * Into a channel, once: with a mark that `isMarked` finds again. It succeeds or fails within `ANNOUNCING_MS`; when it
   * fails as unreachable, the message may stand there all the same.
   */
  announce(channel: string, message: OutMessage, mark: string): Promise<void>;
  /**
   * Whether a message with the mark stands in the channel.
   * @param since ms since 1970, before it could have been posted
   */
  isMarked(channel: string, mark: string, since: number): Promise<boolean>;
  /** With its picture uploaded and in its blocks; without it when Slack did not take it. Never throws. */
  illustrated(message: OutMessage): Promise<OutMessage>;
  /** Seen by one user only. */
  ephemeral(channel: string, user: string, threadTs: string | undefined, message: OutMessage): Promise<void>;
  /** To the one-time address of a command, shortcut or action. */
  respond(responseUrl: string, message: OutMessage, options: RespondOptions): Promise<void>;
  /** Never throws: a mark is not worth an error. */
  react(channel: string, ts: string, name: string): Promise<void>;
  /** Never throws. */
  unreact(channel: string, ts: string, name: string): Promise<void>;
}

export interface PostParts {
  /** Rejects a 429 and does not retry: both are done here. */
  readonly client: webApi.WebClient;
  readonly apiUrl: string | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
}

/** Slack cuts `chat.update` at 4,000 and splits longer texts elsewhere, in the middle of a fence. */
const TEXT = 3900;
const RESPOND_TIMEOUT_MS = 10_000;
/** A workspace that does not know a block today may know it tomorrow. */
const REFUSED_FOR_MS = 24 * 60 * 60_000;
const MARK = 'kongauth_digest';
const HISTORY_PAGE = 200;
const ANNOUNCING_PATIENCE_MS = 5000;
/** How long `announce` takes at most: with its blocks, with plain ones and without, each waited for and called (10 s). */
export const ANNOUNCING_MS = 3 * (ANNOUNCING_PATIENCE_MS + 10_000);
const PICTURE_TRIES = 10;
const PICTURE_PAUSE_MS = 500;
const REFUSES_BLOCKS = /^(?:invalid_blocks\w*|msg_blocks_too_\w+|block_mismatch|unsupported_block\w*)$/;

interface Sent {
  readonly text: string;
  readonly blocks?: types.KnownBlock[];
}

/** The one gate. Its memory of refused block types is that of the token's team. */
export function createPost({ client, apiUrl, log, metrics, now }: PostParts): Post {
  const pace = createPace();
  const refusedUntil = new Map<string, number>();
  const isRefused = (type: string): boolean => (refusedUntil.get(type) ?? 0) > now();

  const sentOf = (text: string, blocks: readonly OutBlock[]): Sent => ({
    text: safeCut(text as SlackSafe, TEXT),
    ...(blocks.length === 0 ? {} : { blocks: [...blocks] as types.KnownBlock[] }),
  });

  /** The ways to say it, best first. */
  function waysOf({ text, blocks, plain }: OutMessage): readonly Sent[] {
    const ways: Sent[] = [];
    const fits = (candidate: readonly OutBlock[], name: string): boolean => {
      const over = overLimits(candidate);
      if (over.length > 0) log.warn({ over: over.slice(0, 5), name }, 'a message is over the limits of Slack');
      return over.length === 0;
    };
    if (blocks !== undefined && !untrustedTypes(blocks).some(isRefused) && fits(blocks, 'blocks'))
      ways.push(sentOf(text, blocks));
    if (fits(plain, 'plain')) ways.push(sentOf(text, plain));
    ways.push(sentOf(text, []));
    return ways;
  }

  /** Sends the best way that the workspace takes. */
  async function send<T>(
    verb: string,
    options: CallOptions,
    message: OutMessage,
    call: (sent: Sent) => Promise<T>,
    channel?: string,
  ): Promise<T> {
    const ways = waysOf(message);
    for (const [index, way] of ways.entries()) {
      try {
        const answer = await callSlack(
          () => call(way),
          options,
          (seconds) => {
            metrics.slackCalls.inc({ verb, outcome: 'rate-limited' });
            if (channel !== undefined) pace.pause(channel, seconds);
          },
        );
        metrics.slackCalls.inc({ verb, outcome: index === 0 ? 'ok' : 'plain' });
        return answer;
      } catch (error) {
        const code = slackErrorOf(error);
        if (index === ways.length - 1 || code === undefined || !REFUSES_BLOCKS.test(code)) {
          metrics.slackCalls.inc({ verb, outcome: error instanceof KongauthError ? error.code : 'failed' });
          throw error;
        }
        const types = untrustedTypes(way.blocks ?? []);
        log.warn(
          { verb, slackError: code, types, pointers: pointersOf(error) },
          'Slack refused the blocks of a message',
        );
        if (code.startsWith('invalid_blocks')) for (const type of types) refusedUntil.set(type, now() + REFUSED_FOR_MS);
      }
    }
    throw new KongauthError('internal', 'There was no way to say it.');
  }

  async function attach(channel: string, threadTs: string, message: OutMessage): Promise<void> {
    const { file } = message;
    if (file === undefined) return;
    try {
      const { name: filename, content } = file;
      await callSlack(() => client.filesUploadV2({ channel_id: channel, thread_ts: threadTs, filename, content }), {
        repeatable: false,
      });
      metrics.slackCalls.inc({ verb: 'upload', outcome: 'ok' });
    } catch (error) {
      metrics.slackCalls.inc({ verb: 'upload', outcome: error instanceof KongauthError ? error.code : 'failed' });
      log.warn({ err: error }, 'a report could not be attached');
      // The head is there and speaks of a file: say that it will not come rather than fail the whole answer.
      const text = 'The full report could not be attached: Slack did not take the file.';
      const section = { type: 'section', text: { type: 'plain_text', text } };
      await post.toThread(channel, threadTs, { text, plain: [section] });
    }
  }

  /** Slack looks at a picture for a moment before a message may show it. */
  async function isProcessed(file: string): Promise<boolean> {
    for (let tries = 0; tries < PICTURE_TRIES; tries += 1) {
      const answer = await callSlack(() => client.files.info({ file }), { repeatable: true });
      if (answer.file?.mimetype?.startsWith('image/') === true) return true;
      await sleep(PICTURE_PAUSE_MS);
    }
    return false;
  }

  async function mark(verb: 'react' | 'unreact', channel: string, timestamp: string, name: string): Promise<void> {
    const { reactions } = client;
    const call = verb === 'react' ? reactions.add.bind(reactions) : reactions.remove.bind(reactions);
    try {
      await callSlack(() => call({ channel, timestamp, name }), { repeatable: true });
      metrics.slackCalls.inc({ verb, outcome: 'ok' });
    } catch (error) {
      const code = slackErrorOf(error);
      const fine = code === 'already_reacted' || code === 'no_reaction';
      metrics.slackCalls.inc({ verb, outcome: fine ? 'ok' : 'failed' });
      if (!fine) log.info({ err: error, verb }, 'a reaction could not be set');
    }
  }

  const quiet = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;
  const post: Post = {
    async toThread(channel, threadTs, given) {
      const message = await post.illustrated(given);
      await pace.turn(channel);
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      const answer = await send(
        'post',
        { repeatable: false },
        message,
        (sent) => client.chat.postMessage({ channel, ...thread, ...sent, ...quiet }),
        channel,
      );
      const { ts } = answer;
      if (ts === undefined) return undefined;
      await attach(answer.channel ?? channel, threadTs ?? ts, message);
      return { ts };
    },
    async update(channel, ts, message) {
      const answer = await send(
        'update',
        { repeatable: true },
        message,
        // Without blocks in the call Slack would keep the old ones.
        (sent) => client.chat.update({ channel, ts, blocks: [], ...sent, parse: 'none', link_names: false }),
        channel,
      );
      const threadTs = answer.message !== undefined && 'thread_ts' in answer.message ? answer.message.thread_ts : ts;
      await attach(channel, typeof threadTs === 'string' ? threadTs : ts, message);
    },
    async announce(channel, message, mark) {
      const metadata = { event_type: MARK, event_payload: { mark } };
      await send(
        'announce',
        { repeatable: false, patienceMs: ANNOUNCING_PATIENCE_MS },
        message,
        (sent) => client.chat.postMessage({ channel, ...sent, ...quiet, metadata }),
        channel,
      );
    },
    async isMarked(channel, mark, since) {
      let cursor: string | undefined;
      do {
        const page = await callSlack(
          () =>
            client.conversations.history({
              channel,
              oldest: String(since / 1000),
              include_all_metadata: true,
              limit: HISTORY_PAGE,
              ...(cursor === undefined ? {} : { cursor }),
            }),
          { repeatable: true },
        );
        const marks = (page.messages ?? []).map(
          ({ metadata }) => metadata?.event_type === MARK && metadata.event_payload,
        );
        if (marks.some((payload) => JSON.stringify(payload) === JSON.stringify({ mark }))) return true;
        cursor = page.response_metadata?.next_cursor || undefined;
      } while (cursor !== undefined);
      return false;
    },
    async illustrated({ picture, ...message }) {
      if (picture === undefined) return message;
      const { name: filename, png, alt } = picture;
      try {
        const file = Buffer.from(png, 'base64');
        const answer = await callSlack(() => client.filesUploadV2({ filename, file, title: alt, alt_text: alt }), {
          repeatable: false,
        });
        metrics.slackCalls.inc({ verb: 'upload', outcome: 'ok' });
        const id = answer.files.flatMap(({ files }) => files ?? []).find((file) => file.id !== undefined)?.id;
        if (id === undefined || !(await isProcessed(id))) return message;
        const image: Block = { type: 'image', slack_file: { id }, alt_text: alt };
        return { ...message, blocks: [...(message.blocks ?? message.plain), image] };
      } catch (error) {
        metrics.slackCalls.inc({ verb: 'upload', outcome: error instanceof KongauthError ? error.code : 'failed' });
        log.warn({ err: error }, 'a picture could not be uploaded');
        return message;
      }
    },
    async ephemeral(channel, user, threadTs, message) {
      const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
      await send('ephemeral', { repeatable: false }, message, (sent) =>
        client.chat.postEphemeral({ channel, user, ...thread, ...sent, parse: 'none', link_names: false }),
      );
    },
    async respond(responseUrl, message, { inChannel = false, replace = false }) {
      if (!isSlackAddress(responseUrl, 'hooks', apiUrl))
        throw new KongauthError('slack-refused', 'The address to answer to is not one of Slack.');
      await send('respond', { repeatable: false }, message, (sent) =>
        answerTo(responseUrl, {
          ...sent,
          ...quiet,
          response_type: inChannel ? 'in_channel' : 'ephemeral',
          replace_original: replace,
        }),
      );
    },
    react: (channel, ts, name) => mark('react', channel, ts, name),
    unreact: (channel, ts, name) => mark('unreact', channel, ts, name),
  };
  return post;
}

/** Where in the blocks Slack found the fault; not its words, which may quote the block. */
function pointersOf(error: unknown): readonly string[] {
  const cause = error instanceof KongauthError ? error.cause : error;
  const text = JSON.stringify(cause instanceof Error && 'data' in cause ? cause.data : '') ?? '';
  return [...text.matchAll(/json-pointer:(\/[\w/]{1,80})/g)].map(([, pointer = '']) => pointer).slice(0, 5);
}

async function answerTo(responseUrl: string, body: object): Promise<void> {
  const response = await fetch(responseUrl, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(RESPOND_TIMEOUT_MS),
  });
  const text = (await response.text()).slice(0, 2000);
  // Slack says `ok`, or why not as a bare word or as JSON, the latter with status 200 at times.
  const [slackError = ''] =
    /(?<![a-z_])[a-z]{1,40}(?:_[a-z]{1,40}){1,6}/.exec(/"ok":\s*true/.test(text) ? '' : text) ?? [];
  if (response.ok && !/"ok":\s*false/.test(text) && !REFUSES_BLOCKS.test(slackError)) return;
  const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
  throw new ResponseUrlError(response.status, slackError, Number.isNaN(retryAfter) ? undefined : retryAfter);
}
