// The last snapshot of each gateway as a file of KONGAUTH_DATA: what the command line's next digest is compared with.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KongauthError } from '../errors.ts';
import { type DigestSnapshot, readDigestSnapshot } from './snapshot.ts';

/** The file of a gateway's last snapshot; names of gateways are safe in paths (gateway-settings.ts). */
export function keptAt(dataFolder: string, gateway: string): string {
  return join(dataFolder, 'digests', `${gateway}.json`);
}

/**
 * A snapshot of a file; undefined when there is no such file.
 * @throws KongauthError `input-unreadable` for one that cannot be read or is none
 */
export async function readSnapshotFile(file: string): Promise<DigestSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new KongauthError('input-unreadable', `${file} cannot be read (${codeOf(error)}); check its permissions.`, {
      cause: error,
    });
  }
  return readDigestSnapshot(text);
}

/**
 * Keeps a snapshot, whole or not at all: the next digest relies on it.
 * @throws KongauthError `settings-invalid` when the folder cannot be written
 */
export async function keepSnapshot(file: string, snapshot: DigestSnapshot): Promise<void> {
  const folder = join(file, '..');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // A name of its own: two digests of one gateway may be made at once.
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(snapshot), { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    throw new KongauthError(
      'settings-invalid',
      `The snapshot cannot be kept in ${folder} (${codeOf(error)}); set KONGAUTH_DATA to a folder that can be written.`,
      { cause: error },
    );
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
