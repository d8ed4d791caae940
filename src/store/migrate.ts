// The migrations of this folder, in their order, each once, one process at a time.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { KongauthError } from '../errors.ts';
import type { Database } from './database.ts';

/** Any number that nobody else locks by in this database. */
const LOCK = 5_066_418;
const FOLDER = join(import.meta.dirname, 'migrations');
const applied = z.object({ name: z.string(), checksum: z.string() });

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database to what this version needs; all or nothing. Other processes wait meanwhile.
 * Throws KongauthError `settings-invalid` for a database of a newer version or with a migration that was changed since.
 */
export async function migrate(database: Database, folder: string = FOLDER): Promise<void> {
  const migrations = readMigrations(folder);
  await database.transaction(async (tx) => {
    await tx.rows(z.unknown(), 'select pg_advisory_xact_lock($1)', [LOCK]);
    await tx.script(`create schema if not exists kongauth;
      create table if not exists kongauth.migrations (name text primary key, checksum text not null, at timestamptz not null default now())`);
    const before = await tx.rows(applied, 'select name, checksum from kongauth.migrations order by name');
    for (const [index, { name, checksum }] of before.entries()) {
      const ours = migrations[index];
      if (ours === undefined)
        throw new KongauthError(
          'settings-invalid',
          `The database was made by a newer version (it has ${name}); start that version, or use another database.`,
        );
      if (ours.name !== name || ours.checksum !== checksum)
        throw new KongauthError(
          'settings-invalid',
          `The database does not fit this version: ${name} was applied in another form than ${ours.name} has here.`,
        );
    }
    for (const { name, sql, checksum } of migrations.slice(before.length)) {
      await tx.script(sql);
      await tx.run('insert into kongauth.migrations (name, checksum) values ($1, $2)', [name, checksum]);
    }
  });
}

/** Does what no two processes may do at once, such as a library that makes its own tables. */
export async function alone(database: Database, work: () => Promise<void>): Promise<void> {
  // The embedded one has a single session, and a single process.
  if (database.kind === 'pglite') return work();
  await database.transaction(async (tx) => {
    await tx.rows(z.unknown(), 'select pg_advisory_xact_lock($1)', [LOCK]);
    await work();
  });
}

function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}
