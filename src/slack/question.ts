// A question: who asks, where the answer goes, and how what it is about is gathered.
import type { Bot } from './context.ts';
import type { Gathered } from './gather.ts';
import type { OutMessage } from './post.ts';

/** Where an answer goes. */
export type Where =
  /** Into a thread, seen by the channel; `askedTs` gets the reactions. */
  | {
      readonly kind: 'thread';
      readonly channel: string;
      readonly threadTs: string;
      readonly askedTs: string;
      readonly isDirect: boolean;
    }
  /** To the asker alone; `channel` and `threadTs` are where *Share* puts it. */
  | { readonly kind: 'private'; readonly channel: string; readonly threadTs?: string; readonly responseUrl: string }
  /** Into the conversation with the bot: asked from a place without a channel. */
  | { readonly kind: 'direct' };

export interface Question {
  readonly user: string;
  readonly where: Where;
  /** The gateway is to be asked too: the one of this name, else the first that the asker may read. */
  readonly live?: { readonly gateway: string | undefined };
  gather(): Promise<Gathered>;
}

/** Says something to the asker alone, where it was asked. */
export async function tell({ user, where }: Question, message: OutMessage, bot: Bot): Promise<void> {
  switch (where.kind) {
    case 'thread':
      if (where.isDirect) await bot.post.toThread(where.channel, where.threadTs, message);
      else await bot.post.ephemeral(where.channel, user, where.threadTs, message);
      return;
    case 'private':
      return bot.post.respond(where.responseUrl, message, {});
    case 'direct':
      await bot.post.toThread(user, undefined, message);
  }
}
