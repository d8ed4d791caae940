// Deliveries outlive the process: taken before they are acknowledged, done when answered, taken over when a process dies.
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isStoreDown } from '../errors.ts';
import type { Database } from '../store/database.ts';
import {
  finishDeliveries,
  type NewDelivery,
  releaseDeliveries,
  renewDeliveries,
  takeDeliveries,
  takeLostDeliveries,
} from '../store/deliveries.ts';
import { createSeal } from '../store/seal.ts';
import { inBatches } from './batches.ts';

/** What Slack sent, as it is handled again after a crash. */
export interface Delivered {
  readonly body: Readonly<Record<string, unknown>>;
  readonly envelopeId?: string;
}

export interface Deliveries {
  /**
   * Takes it for this process; false for a repetition of what somebody has taken. Throws KongauthError `store-down`.
   * @param key the same for every repetition
   */
  take(key: string, delivered: Delivered): Promise<boolean>;
  /** Its answer is out. Never throws: while the database is away it is tried again. */
  done(key: string): Promise<void>;
  /** Whether the database answered last. */
  readonly isStoreUp: () => boolean;
  /**
   * Begins to give signs of life, and to take over what others left.
   * @param again handles one; it is done when this resolves
   */
  start(again: (delivered: Delivered, isLate: boolean) => Promise<void>): void;
  /** Gives back what is not done, so that another process can take it at once. Never throws. */
  stop(): Promise<void>;
}

const LEASE_MS = 15_000;
const BEAT_MS = 2500;
/** An answer after so long is no answer any more; whoever waited is told so. */
const LATE_MS = 10 * 60_000;
/** Whatever ends a process three times would end the next one too. */
const ATTEMPTS = 3;

const Kept = z.object({ body: z.record(z.string(), z.unknown()), envelopeId: z.string().exactOptional() });

export interface DeliveriesParts {
  readonly database: Database;
  /** Of the installation: payloads hold what people pasted. */
  readonly key: Uint8Array;
  readonly log: Logger;
  /** ms since 1970 */
  readonly now: () => number;
}

export function createDeliveries({ database, key: installationKey, log, now }: DeliveriesParts): Deliveries {
  const holder = randomUUID();
  const seal = createSeal(installationKey);
  const lease = () => ({ holder, leaseMs: LEASE_MS, now: now() });
  const unfinished = new Set<string>();
  let again: Parameters<Deliveries['start']>[0] = async () => undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;
  /** While it was away others could give no sign either: until their leases had time to be renewed, nothing is lost. */
  let quietUntil = 0;
  let isUp = true;

  async function asked<T>(work: Promise<T>): Promise<T> {
    try {
      const done = await work;
      isUp = true;
      return done;
    } catch (error) {
      if (isStoreDown(error)) {
        isUp = false;
        quietUntil = now() + LEASE_MS;
      }
      throw error;
    }
  }

  /** Of two with the same key in one batch, the first is the one that was taken. */
  const take = inBatches(async (batch: readonly NewDelivery[]): Promise<ReadonlySet<NewDelivery>> => {
    const byKey = new Map<string, NewDelivery>();
    for (const one of batch) if (!byKey.has(one.key)) byKey.set(one.key, one);
    const keys = await asked(takeDeliveries(database, [...byKey.values()], lease()));
    return new Set([...byKey.values()].filter(({ key }) => keys.has(key)));
  });

  async function finish(keys: readonly string[]): Promise<void> {
    await asked(finishDeliveries(database, keys));
    for (const key of keys) unfinished.delete(key);
  }
  const finishOne = inBatches(finish);

  async function beat(): Promise<void> {
    try {
      if (unfinished.size > 0) await finish([...unfinished]);
      await asked(renewDeliveries(database, lease()));
      if (now() < quietUntil) return;
      for (const lost of await asked(takeLostDeliveries(database, lease()))) void handleAgain(lost);
    } catch (error) {
      if (!isStoreDown(error)) log.error({ err: error }, 'deliveries could not be looked after');
    }
  }

  async function handleAgain(lost: Awaited<ReturnType<typeof takeLostDeliveries>>[number]): Promise<void> {
    const text = seal.open(lost.sealed);
    if (text === undefined) {
      log.warn('a delivery was sealed with another key and cannot be answered');
      return deliveries.done(lost.key);
    }
    const isLate = lost.attempts > ATTEMPTS || now() - lost.takenAt > LATE_MS;
    log.info({ attempts: lost.attempts, isLate }, 'a delivery whose process ended is taken over');
    try {
      await again(Kept.parse(JSON.parse(text)), isLate);
    } catch (error) {
      log.error({ err: error }, 'a delivery could not be handled again');
    }
    await deliveries.done(lost.key);
  }

  const deliveries: Deliveries = {
    async take(key, delivered) {
      const mine: NewDelivery = { key, sealed: seal.close(JSON.stringify(delivered)) };
      return (await take(mine)).has(mine);
    },
    async done(key) {
      unfinished.add(key);
      try {
        await finishOne(key);
      } catch (error) {
        log.warn({ err: error }, 'an answered delivery is noted later');
      }
    },
    isStoreUp: () => isUp,
    start(handle) {
      again = handle;
      const next = (): void => {
        beating = beat().finally(() => {
          if (timer !== undefined) timer = setTimeout(next, BEAT_MS);
        });
      };
      timer = setTimeout(next, 0);
    },
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await beating;
      try {
        if (unfinished.size > 0) await finish([...unfinished]);
        await releaseDeliveries(database, holder, now());
      } catch (error) {
        log.warn({ err: error }, 'deliveries could not be given back; their lease ends by itself');
      }
    },
  };
  return deliveries;
}
