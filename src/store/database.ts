// One database behind one interface: PostgreSQL over a pool, or an embedded PGlite that one process has to itself.
import type { Pool, PoolClient, QueryResult } from 'pg';
import type { Db as BossDatabase } from 'pg-boss';
import type { z } from 'zod';
import { isStoreDown, KongauthError } from '../errors.ts';
import { type Ask as AskEmbedded, type Embedded, startEmbedded } from './embedded.ts';

/** Statements with parameters; every row that comes out is parsed. All throw KongauthError `store-down` when it is away. */
export interface Queries {
  rows<Row extends z.ZodType>(row: Row, sql: string, values?: readonly unknown[]): Promise<z.output<Row>[]>;
  /** Rows that were changed. */
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  /** Several statements of our own without parameters. */
  script(sql: string): Promise<void>;
}

export interface Database extends Queries {
  readonly kind: 'postgres' | 'pglite';
  /** Commits what `work` did, or nothing of it when it throws. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** The same database in the words of pg-boss. */
  readonly forBoss: BossDatabase;
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly databaseUrl?: string;
  /** For the embedded database. */
  readonly dataFolder: string;
}

/** Nobody waits longer for a connection, and no statement runs longer. */
const CONNECT_MS = 3000;
const STATEMENT_MS = 15_000;
const CONNECTIONS = 10;

/**
 * Opens it; PostgreSQL is not asked yet, and comes and goes later as it will.
 * @param tell told in a sentence when the embedded one has ended by itself, and when it is back
 * Throws KongauthError `settings-invalid` when the embedded one belongs to another process or cannot be opened.
 */
export async function openDatabase(
  { databaseUrl, dataFolder }: DatabaseSettings,
  tell: (line: string) => void = () => undefined,
): Promise<Database> {
  return databaseUrl === undefined ? overEmbedded(await startEmbedded(dataFolder, tell)) : await openPool(databaseUrl);
}

type Ask = (sql: string, values: unknown[]) => Promise<{ readonly rows: readonly unknown[]; readonly changed: number }>;

function queriesOver(ask: Ask, script: (sql: string) => Promise<unknown>): Queries {
  return {
    rows: async (row, sql, values = []) => (await said(ask(sql, [...values]))).rows.map((each) => row.parse(each)),
    run: async (sql, values = []) => (await said(ask(sql, [...values]))).changed,
    script: async (sql) => void (await said(script(sql))),
  };
}

/** A library's error ends here; one of the connection becomes a sentence. */
async function said<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw isAway(error)
      ? new KongauthError('store-down', 'The database cannot be reached; ask again when it is back.', { cause: error })
      : error;
  }
}

/** Codes of the network, SQLSTATE classes 08 (connection) and 57P (shutting down), 53300 (too many connections). */
function isAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof KongauthError) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(?:08...|57P..|53300|57014|3D000|28...)$|^E[A-Z]{4,}$/.test(code)) return true;
  return /connection terminated|timeout exceeded|read timeout|not queryable|pglite is clos/i.test(error.message);
}

async function openPool(connectionString: string): Promise<Database> {
  const { Pool } = await import('pg');
  const pool = new Pool({
    connectionString,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: 'kongauth',
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  const over = (client: Pool | PoolClient): Queries =>
    queriesOver(
      async (sql, values) => {
        const { rows, rowCount }: QueryResult<object> = await client.query(sql, values);
        return { rows, changed: rowCount ?? 0 };
      },
      (sql) => client.query(sql),
    );
  return {
    kind: 'postgres',
    ...over(pool),
    async transaction(work) {
      const client = await said(pool.connect());
      // A connection that breaks while it is lent says so here; the statement under way says it to its caller.
      client.on('error', () => undefined);
      let broken = false;
      try {
        await said(client.query('begin'));
        const done = await work(over(client));
        await said(client.query('commit'));
        return done;
      } catch (error) {
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        client.release(broken);
      }
    },
    forBoss: {
      async executeSql(text, values) {
        const result = await said<QueryResult | QueryResult[]>(pool.query(text, values));
        return { rows: Array.isArray(result) ? result.flatMap(({ rows }) => rows) : result.rows };
      },
    },
    close: () => pool.end(),
  };
}

function overEmbedded(embedded: Embedded): Database {
  const over = (turn: Embedded['turn']): Queries =>
    queriesOver(
      (sql, values) => turn((ask) => ask(sql, values)),
      (sql) => turn((ask) => ask(sql)),
    );
  return {
    kind: 'pglite',
    ...over(embedded.turn),
    transaction: (work) =>
      said(
        embedded.turn(async (ask) => {
          await ask('begin');
          try {
            const done = await work(over((inside) => inside(ask)));
            await ask('commit');
            return done;
          } catch (error) {
            await rollback(ask);
            throw error;
          }
        }),
      ),
    forBoss: {
      executeSql: (text, values) =>
        embedded.turn(async (ask) => {
          try {
            return { rows: [...(await ask(text, values?.length ? values : undefined)).rows] };
          } catch (error) {
            // Its scripts bring their own begin and commit; one that broke off leaves the only session aborted.
            await rollback(ask);
            throw error;
          }
        }),
    },
    close: embedded.close,
  };
}

/** A process that has ended has rolled back. */
async function rollback(ask: AskEmbedded): Promise<void> {
  try {
    await ask('rollback');
  } catch (error) {
    if (!isStoreDown(error)) throw error;
  }
}
