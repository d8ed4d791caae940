// The one wrapper around every listener: acknowledge first, each delivery once, counted, and never silent when it fails.
import { randomBytes } from 'node:crypto';
import type { AllMiddlewareArgs, AnyMiddlewareArgs, SlackViewMiddlewareArgs } from '@slack/bolt';
import type { Logger } from 'pino';
import { KongauthError } from '../errors.ts';
import type { Metrics } from '../ops/metrics.ts';
import { safeSentence } from '../render/slack-safe.ts';
import type { Bot } from './context.ts';
import { ANSWERED_BY_ACK, type Interaction, interactionOf, type ReplyTo } from './interaction.ts';
import type { Listener } from './listener.ts';
import type { OutMessage, Post } from './post.ts';

export interface DispatchParts {
  readonly listeners: readonly Listener[];
  readonly bot: Omit<Bot, 'log'>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export interface Dispatch {
  /**
   * Bolt's only middleware of ours; it is the end of the chain. What needs no answer in its acknowledgement has it
   * already; forms and selects get theirs here, before anything is done about them.
   */
  readonly handle: (args: Taken) => Promise<void>;
  /** Tells whoever waits that the answer comes after a restart. Never throws. */
  readonly sorry: (interaction: Interaction) => Promise<void>;
}

type Taken = AnyMiddlewareArgs & AllMiddlewareArgs;

const WENT_WRONG = 'Something went wrong on my side, so this has no answer. Please try again.';
const RESTARTING = 'I am being restarted; your answer comes as soon as I am back.';
const LATE = 'I was away when you asked this, and too much time has passed to answer it well. Please ask again.';
const STORE_AWAY = 'My database cannot be reached, so I cannot take this. Please try again in a few minutes.';
const UNKNOWN = 'I do not know this button or command (any more). /kongauth help says what I can do.';

/** What is known of a delivery when it comes to Bolt, as a custom property of its context. */
export type Arrival = 'new' | 'repeated' | 'late' | 'store-away';

export function createDispatch(parts: DispatchParts): Dispatch {
  const { metrics } = parts;
  const byName = new Map(parts.listeners.map((listener) => [`${listener.kind} ${listener.name}`, listener]));
  if (byName.size !== parts.listeners.length)
    throw new KongauthError('internal', 'Two listeners have the same kind and name.');

  const listenerOf = ({ kind, names }: Interaction): Listener | undefined =>
    names.map((name) => byName.get(`${kind} ${name}`)).find(Boolean);
  const newId = (): string => `k${randomBytes(5).toString('hex')}`;

  async function handle(args: Taken): Promise<void> {
    const arrivedAt = typeof args.context.arrivedAt === 'number' ? args.context.arrivedAt : performance.now();
    const interaction = interactionOf({ ...args.body }, args.context.envelopeId);
    const listener = listenerOf(interaction);
    const labels = { kind: interaction.kind, name: listener?.name ?? 'unknown' };
    const id = newId();
    const log = parts.log.child({ interaction: id, ...labels });

    const mistakes = listener?.kind === 'view' ? listener.validate?.(viewOf(args)) : undefined;
    await acknowledge(args, interaction, mistakes, log);
    if (mistakes !== undefined) return metrics.interactions.inc({ ...labels, outcome: 'invalid' });
    if (args.context.arrival === 'repeated') {
      log.info({ retry: args.context.retryNum }, 'a repeated delivery was left alone');
      return metrics.interactions.inc({ ...labels, outcome: 'duplicate' });
    }
    const tell = (sentence: string): Promise<void> => answer(parts.bot.post, interaction.replyTo, sentence, id, log);
    const excuse =
      args.context.arrival === 'late' ? LATE : args.context.arrival === 'store-away' ? STORE_AWAY : undefined;
    if (excuse !== undefined) {
      metrics.interactions.inc({ ...labels, outcome: args.context.arrival });
      return await tell(excuse);
    }
    if (listener === undefined) {
      metrics.interactions.inc({ ...labels, outcome: 'unknown' });
      // Events and closed modals ask for nothing; an old message's button does.
      if (['command', 'action', 'shortcut', 'view'].includes(interaction.kind) && !interaction.isLink)
        await tell(UNKNOWN);
      return;
    }
    const outcome = await handled(listener, args, { ...parts.bot, log }, id, tell);
    const seconds = (performance.now() - arrivedAt) / 1000;
    metrics.interactions.inc({ ...labels, outcome });
    metrics.duration.observe(labels, seconds);
    log.info({ outcome, seconds }, 'answered');
  }

  return {
    handle,
    async sorry(interaction) {
      if (listenerOf(interaction) === undefined) return;
      await answer(parts.bot.post, interaction.replyTo, RESTARTING, newId(), parts.log);
    },
  };
}

/** Forms with their mistakes, selects without options. A lost one costs the person a warning of Slack's. */
async function acknowledge(
  args: Taken,
  { kind }: Interaction,
  mistakes: Readonly<Record<string, string>> | undefined,
  log: Logger,
): Promise<void> {
  if (!ANSWERED_BY_ACK.has(kind) || !('ack' in args) || typeof args.ack !== 'function') return;
  const ack = args.ack as (response?: unknown) => Promise<void>;
  try {
    if (mistakes !== undefined) await ack({ response_action: 'errors', errors: mistakes });
    else if (kind === 'options') await ack({ options: [] });
    else await ack();
  } catch (error) {
    log.warn({ err: error }, 'an acknowledgement was lost');
  }
}

async function handled(
  listener: Listener,
  args: Taken,
  bot: Bot,
  interactionId: string,
  tell: (sentence: string) => Promise<void>,
): Promise<'ok' | 'failed'> {
  try {
    await call(listener, args, bot, interactionId);
    return 'ok';
  } catch (error) {
    bot.log.error({ err: error }, 'a listener failed');
    await tell(error instanceof KongauthError && error.code !== 'internal' ? error.message : WENT_WRONG);
    return 'failed';
  }
}

/** Bolt calls the payload by the word of its kind (`command`, `event`, ...), and so do the listeners. */
async function call(listener: Listener, args: Taken, bot: Bot, interactionId: string): Promise<void> {
  const around = { context: args.context, interactionId };
  const given = { ...around, body: args.body, [listener.kind]: args.payload };
  const listen = listener.handle.bind(listener) as (given: unknown, bot: Bot) => Promise<void>;
  await listen(given, bot);
}

function viewOf(args: Taken): SlackViewMiddlewareArgs['view'] {
  return args.payload as SlackViewMiddlewareArgs['view'];
}

/** One kind sentence with the id to report; nothing more is known to the person, and it never throws. */
async function answer(post: Post, to: ReplyTo | undefined, sentence: string, id: string, log: Logger): Promise<void> {
  if (to === undefined) return;
  const text = safeSentence(`${sentence} (reference ${id})`);
  const message: OutMessage = { text, plain: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }] };
  try {
    if (to.by === 'response-url') await post.respond(to.responseUrl, message, {});
    else if (to.by === 'ephemeral') await post.ephemeral(to.channel, to.user, to.threadTs, message);
    else await post.toThread(to.channel, to.threadTs, message);
  } catch (error) {
    // The last thing that could be tried: whoever waits sees nothing, the log sees why.
    log.error({ err: error }, 'the sentence about a failure could not be delivered');
  }
}
