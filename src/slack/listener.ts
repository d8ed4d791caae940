// What a listener is: the name Slack calls it by, and what it is given once its acknowledgement is out.
import type {
  AllMiddlewareArgs,
  BlockAction,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackEventMiddlewareArgs,
  SlackShortcutMiddlewareArgs,
  SlackViewMiddlewareArgs,
} from '@slack/bolt';
import type { Bot } from './context.ts';

/** Of Bolt's arguments what a listener needs: nothing to acknowledge or to post past post.ts with. */
interface Around {
  readonly context: AllMiddlewareArgs['context'];
  /** Stands in every log line of this interaction and in the sentence a user gets when it fails. */
  readonly interactionId: string;
}

export type CommandArgs = Pick<SlackCommandMiddlewareArgs, 'command' | 'body'> & Around;
export type EventArgs<Name extends string = string> = Pick<SlackEventMiddlewareArgs<Name>, 'event' | 'body'> & Around;
export type ShortcutArgs = Pick<SlackShortcutMiddlewareArgs, 'shortcut' | 'body'> & Around;
export type ActionArgs = Pick<SlackActionMiddlewareArgs<BlockAction>, 'action' | 'body'> & Around;
export type ViewArgs = Pick<SlackViewMiddlewareArgs, 'view' | 'body'> & Around;

/** A slash command; `name` with its slash. */
export interface CommandListener {
  readonly kind: 'command';
  readonly name: string;
  handle(args: CommandArgs, bot: Bot): Promise<void>;
}

/** An event of the Events API; `name` as the manifest has it (`app_mention`, `message.im`). */
export interface EventListener {
  readonly kind: 'event';
  readonly name: string;
  handle(args: EventArgs, bot: Bot): Promise<void>;
}

/** A global or message shortcut; `name` is its callback id. */
export interface ShortcutListener {
  readonly kind: 'shortcut';
  readonly name: string;
  handle(args: ShortcutArgs, bot: Bot): Promise<void>;
}

/** A button, select or feedback in a message, modal or the App Home; `name` is its action id. */
export interface ActionListener {
  readonly kind: 'action';
  readonly name: string;
  handle(args: ActionArgs, bot: Bot): Promise<void>;
}

/** A submitted modal; `name` is its callback id. */
export interface ViewListener {
  readonly kind: 'view';
  readonly name: string;
  /** Mistakes by block id, shown in the modal, which then stays open; it must answer at once. */
  validate?(view: ViewArgs['view']): Readonly<Record<string, string>> | undefined;
  handle(args: ViewArgs, bot: Bot): Promise<void>;
}

/** Methods, so that a listener may ask for the narrower argument of its own event. */
export type Listener = CommandListener | EventListener | ShortcutListener | ActionListener | ViewListener;
