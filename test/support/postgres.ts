// A PostgreSQL server of the test's own, from the machine's binaries, which can be stopped and started again.
import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const PACKAGED = '/usr/lib/postgresql';

export interface PostgresServer {
  /** `postgres://...` of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Why there is no server to be had here; undefined when there is one. */
export function whyNoPostgres(): string | undefined {
  return binaries() === undefined ? 'PostgreSQL is not installed here (Debian package postgresql)' : undefined;
}

function binaries(): string | undefined {
  const versions = existsSync(PACKAGED) ? readdirSync(PACKAGED) : [];
  return versions.map((version) => join(PACKAGED, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}

/** Starts one on a free port; it listens on 127.0.0.1 alone. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries();
  if (bin === undefined) throw new Error(whyNoPostgres());
  const folder = mkdtempSync(join(tmpdir(), 'kongauth-postgres-'));
  const port = await freePort();
  // PostgreSQL refuses to run as root.
  const owner = process.getuid?.() === 0 ? { uid: userId('-u'), gid: userId('-g') } : {};
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const call = (name: string, ...args: string[]) => run(join(bin, name), args, { ...owner, cwd: folder });
  const data = join(folder, 'data');
  await call('initdb', '-D', data, '-U', 'kongauth', '-A', 'trust', '--no-sync', '-E', 'UTF8');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  const start = async (): Promise<void> => {
    await call('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  };
  const stop = async (): Promise<void> => void (await call('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'));
  await start();
  let databases = 0;
  return {
    async newDatabase() {
      const name = `test${++databases}`;
      await call('createdb', '-h', '127.0.0.1', '-p', String(port), '-U', 'kongauth', name);
      return `postgres://kongauth@127.0.0.1:${port}/${name}`;
    },
    start,
    stop,
    async close() {
      await stop().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function userId(of: '-u' | '-g'): number {
  return Number(execFileSync('id', [of, 'nobody'], { encoding: 'utf8' }));
}
