// Bolt, which acknowledges events by itself: whatever arrives is taken before, and a burst is acknowledged before its work begins.
import { randomUUID } from 'node:crypto';
import { App, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { isStoreDown, KongauthError } from '../errors.ts';
import type { Delivered, Deliveries } from './deliveries.ts';
import type { Arrival } from './dispatch.ts';
import type { InFlight } from './in-flight.ts';
import { ANSWERED_BY_ACK, type Interaction, interactionOf } from './interaction.ts';
import { createTurns } from './turns.ts';

export interface Durability {
  readonly deliveries: Deliveries;
  /** Holds whatever has arrived until it is answered: a stop waits for it. */
  readonly inFlight: InFlight;
  readonly stopping: AbortSignal;
  readonly log: Logger;
  /** Tells whoever still waits at a stop. */
  readonly sorry: (interaction: Interaction) => Promise<void>;
  /** Told once for each delivery that Slack has its acknowledgement of. */
  readonly acknowledged: (kind: Interaction['kind'], seconds: number) => void;
}

export class DurableApp extends App {
  private readonly durability: Durability;
  private readonly turns = createTurns();

  constructor(options: AppOptions, durability: Durability) {
    super(options);
    this.durability = durability;
  }

  /** Rejects what cannot be kept and what Slack sends again by itself: it is not acknowledged then. */
  override async processEvent(given: ReceiverEvent): Promise<void> {
    const { deliveries, inFlight, stopping, sorry } = this.durability;
    if (stopping.aborted) throw new KongauthError('busy', 'I am being restarted.');
    this.turns.arrived();
    const { envelopeId } = given.customProperties ?? {};
    const interaction = interactionOf(given.body, envelopeId);
    const key = interaction.key ?? `${interaction.kind} ${randomUUID()}`;
    const delivered = { body: given.body, ...(typeof envelopeId === 'string' ? { envelopeId } : {}) };
    let arrival: Arrival | undefined;
    try {
      await inFlight.run(
        async () => {
          arrival = await this.arrivalOf(interaction, key, delivered);
          const event = { ...given, ack: this.onceFor(given, interaction) };
          if (!ANSWERED_BY_ACK.has(interaction.kind)) await this.acknowledge(event);
          await super.processEvent(arrived(event, arrival));
        },
        // Nobody else has what is not taken.
        async () => (arrival === undefined ? undefined : await sorry(interaction)),
      );
    } finally {
      if (arrival === 'new') await deliveries.done(key);
    }
  }

  /** Handles what was taken over; Slack has its acknowledgement. */
  async again({ body, envelopeId }: Delivered, isLate: boolean): Promise<void> {
    const event = { body, ack: async () => undefined, customProperties: { arrivedAt: performance.now(), envelopeId } };
    await this.durability.inFlight.run(
      () => super.processEvent(arrived(event, isLate ? 'late' : 'new')),
      () => this.durability.sorry(interactionOf(body, envelopeId)),
    );
  }

  /** And waits for a calm moment: Bolt does much before it comes to our middleware. */
  private async acknowledge(event: ReceiverEvent): Promise<void> {
    try {
      await event.ack();
    } catch (error) {
      // It costs the person a warning of Slack's; the answer comes all the same.
      this.durability.log.warn({ err: error }, 'an acknowledgement was lost');
    }
    this.turns.arrived();
    await this.turns.turn();
  }

  private async arrivalOf({ kind }: Interaction, key: string, delivered: Delivered): Promise<Arrival> {
    try {
      return (await this.durability.deliveries.take(key, delivered)) ? 'new' : 'repeated';
    } catch (error) {
      // A person's command, button or form does not come again.
      if (!isStoreDown(error) || kind === 'event') throw error;
      return 'store-away';
    }
  }

  /** The acknowledgement, which Bolt may call again. */
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
