// Every outgoing message: within Slack's limits, paced by channel, resent plain when a workspace refuses its blocks.
import type { types } from '@slack/bolt';
import type { Block } from '../render/slack-blocks.ts';

/** Slack's typings lag behind its blocks: what render/ builds is accepted as well. */
export type OutBlock = types.KnownBlock | Block;

export interface OutMessage {
  /** The whole answer in words: notifications, screen readers, and all there is when no block is accepted. */
  readonly text: string;
  readonly blocks?: readonly OutBlock[];
  /** The same with section, header, context, divider, actions, image and rich_text only. */
  readonly plain: readonly OutBlock[];
  /** What was too long for the message; uploaded into the thread below it. */
  readonly file?: { readonly name: string; readonly content: string };
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
  /** Seen by one user only. */
  ephemeral(channel: string, user: string, threadTs: string | undefined, message: OutMessage): Promise<void>;
  /** To the one-time address of a command, shortcut or action. */
  respond(responseUrl: string, message: OutMessage, options: RespondOptions): Promise<void>;
  /** Never throws: a mark is not worth an error. */
  react(channel: string, ts: string, name: string): Promise<void>;
  /** Never throws. */
  unreact(channel: string, ts: string, name: string): Promise<void>;
}
