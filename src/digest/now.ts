// digest now, behind both doors: the doctor's checks and the last snapshot go into one digest, whose snapshot is kept.
import { examine } from '../doctor/examine.ts';
import { KongauthError } from '../errors.ts';
import type { GatewaySettings } from '../gateway-settings.ts';
import { AdminClient } from '../kong/client.ts';
import { GatewayReading } from '../kong/read.ts';
import { readSnapshot } from '../kong/snapshot.ts';
import { type Digest, type DigestOptions, makeDigest } from './digest.ts';
import { keepSnapshot, keptAt, readSnapshotFile } from './kept.ts';
import type { DigestSnapshot } from './snapshot.ts';

export interface DigestNowOptions {
  readonly key: Uint8Array;
  /** ms since 1970 */
  readonly now: number;
  /** KONGAUTH_DATA. */
  readonly dataFolder: string;
  /** To compare with, in place of the last one that was kept. */
  readonly since?: DigestSnapshot;
  /** Told of a kept snapshot that cannot be read; the new one takes its place. */
  onUnreadable(file: string): void;
}

/**
 * Makes a digest of a gateway and keeps its snapshot.
 * @throws KongauthError `settings-invalid` when the snapshot cannot be kept; a gateway that cannot be read is an item
 */
export async function digestNow(gateway: GatewaySettings, options: DigestNowOptions): Promise<Digest> {
  const { key, now, dataFolder, since } = options;
  const kept = keptAt(dataFolder, gateway.name);
  const previous = since ?? (await readKept(kept, options));
  const looked = await look(gateway, key, now);
  const { digest, snapshot } = await makeDigest(gateway, {
    key,
    now,
    ...looked,
    ...(previous === undefined ? {} : { previous }),
  });
  await keepSnapshot(kept, snapshot);
  return digest;
}

/** One of another version is replaced. */
async function readKept(file: string, { onUnreadable }: DigestNowOptions): Promise<DigestSnapshot | undefined> {
  try {
    return await readSnapshotFile(file);
  } catch (error) {
    if (!(error instanceof KongauthError)) throw error;
    onUnreadable(file);
    return undefined;
  }
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
