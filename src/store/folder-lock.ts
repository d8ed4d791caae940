// The folder of the embedded database belongs to one process: whoever listens on the socket in it.
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KongauthError } from '../errors.ts';

/** The database of a bot that was killed goes as soon as it notices. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 100;

/** A path of a socket has 107 bytes on Linux and 103 on macOS. */
const PATH_BYTES = 103;

/**
 * Takes the folder, which is made when it is missing. A process that died holds nothing, whatever its number was, and
 * two containers on one volume see each other.
 * @returns gives it back
 * Throws KongauthError `settings-invalid` when another process has it or it cannot be written.
 */
export async function holdFolder(folder: string): Promise<() => Promise<void>> {
  const path = resolve(join(folder, 'in-use'));
  if (Buffer.byteLength(path) > PATH_BYTES)
    throw new KongauthError('settings-invalid', `KONGAUTH_DATA is too long: at most ${PATH_BYTES - 7} bytes in all.`);
  try {
    mkdirSync(folder, { recursive: true });
    return await take(path);
  } catch (error) {
    if (error instanceof KongauthError) throw error;
    throw new KongauthError('settings-invalid', 'KONGAUTH_DATA is wrong: it names a folder that cannot be written.', {
      cause: error,
    });
  }
}

async function take(path: string): Promise<() => Promise<void>> {
  const first = await listen(path);
  if (first !== undefined) return () => closed(first);
  if (await staysAlive(path))
    throw new KongauthError(
      'settings-invalid',
      'Another process uses the embedded database in KONGAUTH_DATA; stop it, or set DATABASE_URL so that several can share one.',
    );
  rmSync(path, { force: true });
  const second = await listen(path);
  if (second === undefined)
    throw new KongauthError('settings-invalid', 'Another process has just taken the database in KONGAUTH_DATA.');
  return () => closed(second);
}

/** Undefined when the path is taken. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

async function staysAlive(path: string): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (await isAlive(path)) {
    if (performance.now() > end) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()));
