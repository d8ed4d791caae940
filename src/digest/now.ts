// digest now, behind every door: the doctor's checks and earlier snapshots go into one digest and its snapshot.
import { examine } from '../doctor/examine.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { GatewayReading } from '../kong/read.ts';
import { readSnapshot } from '../kong/snapshot.ts';
import { type Digest, type DigestOptions, makeDigest } from './digest.ts';
import type { DigestSnapshot } from './snapshot.ts';

/**
 * Looks at a gateway now.
 * @param options the snapshots that it is compared with
 * @returns the digest, and the snapshot to keep for the next one; a gateway that cannot be read is an item
 */
export async function digestNow(
  gateway: GatewaySettings,
  options: Pick<DigestOptions, 'key' | 'now' | 'previous' | 'lastWeek'>,
): Promise<{ readonly digest: Digest; readonly snapshot: DigestSnapshot }> {
  const looked = await look(gateway, options.key, options.now);
  return await makeDigest(gateway, { ...options, ...looked });
}

/** The gateway, read once for the doctor and the digest; nothing where it cannot be read, which the digest itself tells. */
async function look(
  gateway: GatewaySettings,
  key: Uint8Array,
  now: number,
): Promise<Pick<DigestOptions, 'read' | 'results' | 'providers'>> {
  const client = new AdminClient(gateway);
  try {
    const reading = new GatewayReading(client, key);
    const snapshot = await readSnapshot(reading);
    const { results, providers } = await examine(client, { key, now, gateway, snapshot });
    return { read: { snapshot, notes: reading.notes }, results, providers };
  } catch (error) {
    if (error instanceof KongauthError) return {};
    throw error;
  } finally {
    await client.close();
  }
}
