// The next digest of a series: made with what the store keeps of earlier ones, and kept for the next.
import type { Digest } from '../../digest/digest.ts';
import { digestNow } from '../../digest/now.ts';
import { asSnapshot, type DigestSnapshot } from '../../digest/snapshot.ts';
import type { GatewaySettings } from '../../gateway-settings.ts';
import { type KeptDigest, lastDigest } from '../../store/digests.ts';
import type { Bot } from '../context.ts';

/** Digests that somebody asked for; a schedule's have its id. */
export const ASKED = 'now';

export interface MadeDigest {
  readonly digest: Digest;
  /** To put into the store once people have it: what nobody saw is no digest to compare with. */
  readonly kept: KeptDigest;
}

const DAY = 86_400_000;
/** A digest of last week was made on the same day, though not to the minute. */
const ABOUT = DAY / 4;

/**
 * Makes it; a gateway that cannot be read is an item.
 * @param id of its buttons: the same for every attempt at one digest, since any of them may be the one that people have
 * @param series the id of a schedule, whose digests follow each other; `ASKED` follows whichever was last
 */
export async function makeNextDigest(
  gateway: GatewaySettings,
  id: string,
  series: string,
  bot: Bot,
): Promise<MadeDigest> {
  const now = bot.now();
  const own = series === ASKED ? {} : { series };
  const [previous, lastWeek] = await Promise.all([
    snapshotOf(lastDigest(bot.database, gateway.name, { ...own, until: now })),
    snapshotOf(
      lastDigest(bot.database, gateway.name, { ...own, until: now - 7 * DAY + ABOUT, from: now - 7 * DAY - ABOUT }),
    ),
  ]);
  const { digest, snapshot } = await digestNow(gateway, {
    key: bot.settings.fingerprintKey,
    now,
    ...(previous === undefined ? {} : { previous }),
    ...(lastWeek === undefined ? {} : { lastWeek }),
  });
  return {
    digest,
    kept: { id, gateway: gateway.name, series, at: now, payload: { snapshot, items: digest.items } },
  };
}

/** One of another version is not compared with. */
async function snapshotOf(kept: Promise<KeptDigest | undefined>): Promise<DigestSnapshot | undefined> {
  const payload = (await kept)?.payload;
  return typeof payload === 'object' && payload !== null && 'snapshot' in payload
    ? asSnapshot(payload.snapshot)
    : undefined;
}
