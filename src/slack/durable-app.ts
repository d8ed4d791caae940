// Bolt, which acknowledges events by itself: whatever arrives is taken before, and a burst is acknowledged before its work begins.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { isStoreDown, KongauthError } from '../errors.ts';
import type { Delivered, Deliveries } from './deliveries.ts';
import type { Arrival } from './dispatch.ts';
import { type Interaction, interactionOf } from './interaction.ts';

export interface Durability {
  readonly deliveries: Deliveries;
  readonly stopping: AbortSignal;
  readonly log: Logger;
  /** Told once for each delivery that Slack has its acknowledgement of. */
  readonly acknowledged: (kind: Interaction['kind'], seconds: number) => void;
}

/** Their acknowledgement says something: mistakes in a form, options of a select. */
const ANSWERED_BY_ACK: ReadonlySet<Interaction['kind']> = new Set(['view', 'options']);

/** Work on what is acknowledged waits so long for what is not, and looks so often. */
const LONGEST_MS = 250;
const LOOK_MS = 5;

export class DurableApp extends App {
  private readonly durability: Durability;
  /** Deliveries on their way to the store. */
  private taking = 0;
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(options: AppOptions, durability: Durability) {
    super(options);
    this.durability = durability;
  }

  /** Rejects what cannot be kept and what Slack sends again by itself: it is not acknowledged then. */
  override async processEvent(given: ReceiverEvent): Promise<void> {
    const { deliveries, stopping, log } = this.durability;
    if (stopping.aborted) throw new KongauthError('busy', 'I am being restarted.');
    const { envelopeId } = given.customProperties ?? {};
    const interaction = interactionOf(given.body, envelopeId);
    const key = interaction.key ?? `${interaction.kind} ${randomUUID()}`;
    const arrival = await this.arrivalOf(interaction, key, {
      body: given.body,
      ...(typeof envelopeId === 'string' ? { envelopeId } : {}),
    });
    const event = { ...given, ack: this.onceFor(given, interaction) };
    if (!ANSWERED_BY_ACK.has(interaction.kind)) {
      try {
        await event.ack();
      } catch (error) {
        // It costs the person a warning of Slack's; the answer comes all the same.
        log.warn({ err: error }, 'an acknowledgement was lost');
      }
      await this.turn();
    }
    try {
      await super.processEvent(arrived(event, arrival));
    } finally {
      if (arrival === 'new') await deliveries.done(key);
    }
  }

  /** Handles what was taken over; Slack has its acknowledgement. */
  async again({ body, envelopeId }: Delivered, isLate: boolean): Promise<void> {
    const event = { body, ack: async () => undefined, customProperties: { arrivedAt: performance.now(), envelopeId } };
    await super.processEvent(arrived(event, isLate ? 'late' : 'new'));
  }

  private async arrivalOf({ kind }: Interaction, key: string, delivered: Delivered): Promise<Arrival> {
    this.taking += 1;
    try {
      return (await this.durability.deliveries.take(key, delivered)) ? 'new' : 'repeated';
    } catch (error) {
      // A person's command, button or form does not come again.
      if (!isStoreDown(error) || kind === 'event') throw error;
      return 'store-away';
    } finally {
      this.taking -= 1;
    }
  }

  /**
   * Resolves for one caller in each turn of the event loop, and while others of a burst are on their way to the store
   * for none, for a while: Bolt does much before it comes to our middleware, and they want to be acknowledged first.
   */
  private turn(): Promise<void> {
    const end = performance.now() + LONGEST_MS;
    this.lastTurn = this.lastTurn.then(async () => {
      await new Promise(setImmediate);
      while (this.taking > 0 && performance.now() < end) await sleep(LOOK_MS);
    });
    return this.lastTurn;
  }

  /** The acknowledgement, which Bolt and our middleware may call again. */
  private onceFor({ ack, customProperties }: ReceiverEvent, { kind }: Interaction): ReceiverEvent['ack'] {
    const arrivedAt = Number(customProperties?.arrivedAt ?? performance.now());
    let acknowledged: Promise<void> | undefined;
    return (response) => {
      acknowledged ??= Promise.resolve(ack(response)).then(() =>
        this.durability.acknowledged(kind, (performance.now() - arrivedAt) / 1000),
      );
      return acknowledged;
    };
  }
}

function arrived(event: ReceiverEvent, arrival: Arrival): ReceiverEvent {
  return { ...event, customProperties: { ...event.customProperties, arrival } };
}
