import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { isTransient } from './connection-lost.js';
import { newClient } from './connections.js';

const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MS = 1_000;
const LOOK_EVERY_MS = 50;
/** Who wants the table may queue behind a rewrite that waits for its lock for so long; then it's tried again. */
const LOCK_TIMEOUT_MS = 1_000;

/**
 * What may still see rows that ended before transaction $1: one that writes, in any database of the server, for a
 * snapshot taken while it does goes back to it; and a snapshot that does go back further, of this database or of a standby.
 */
const STILL_SEEN = `
  select where pg_snapshot_xmin(pg_current_snapshot()) < $1::xid8 or exists (
    select from (
      select backend_xmin as xmin from pg_stat_activity
      where (datname = current_database() or datname is null) and pid <> pg_backend_pid()
      union all select xmin from pg_replication_slots
    ) snapshots
    where age(xmin) > age($1::xid8::xid))`;

export type RewrittenSchema = 'read' | 'keys';

export interface TableRewritesOptions {
  /** As the login that owns the tables. */
  readonly connection: pg.ClientConfig;
  readonly schema: RewrittenSchema;
  readonly logger: Logger;
}

/**
 * Takes what was erased out of the tables' files. A plain VACUUM frees the space of old rows and leaves their bytes in
 * it; only a rewrite (VACUUM FULL) makes a file without them. The tables are marked in `ops.rewrites`, in the transaction
 * that erases: a process that dies in between leaves the mark to the next.
 *
 * Returns whether nothing is left to do; another process may be at it. Throws what PostgreSQL refuses, as a lock that it
 * didn't get in time. `client`: as the tables' owner, in no transaction; it has a lock until it ends.
 */
export const rewriteMarked = async (
  client: pg.Client,
  schema: RewrittenSchema,
  signal: AbortSignal,
): Promise<boolean> => {
  if (!(await isAlone(client, schema))) return false;
  const { rows } = await client.query<{ table_name: string; marks: number; found: string | null }>(
    `select table_name, marks, to_regclass(table_name)::text as found from ops.rewrites
     where split_part(table_name, '.', 1) = $1`,
    [schema],
  );
  if (rows.length === 0) return true;
  if (!(await nobodySeesErased(client, signal))) return false;
  await client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
  for (const { table_name: name, marks, found } of rows) {
    // A generation that was dropped took its file along.
    if (found !== null) await client.query(`vacuum (full) ${found}`);
    await client.query('delete from ops.rewrites where table_name = $1 and marks = $2', [name, marks]);
  }
  return true;
};

/** One process at a time. */
const isAlone = async (client: pg.Client, schema: RewrittenSchema): Promise<boolean> => {
  const { rows } = await client.query<{ mine: boolean }>(
    'select pg_try_advisory_lock(hashtext($1)) as mine',
    [`ledgerline rewrites ${schema}`],
  );
  return rows[0]?.mine ?? false;
};

/** A rewrite keeps rows that an older transaction may still see: waits for the end of all there are. `false`: stopped. */
const nobodySeesErased = async (client: pg.Client, signal: AbortSignal): Promise<boolean> => {
  const { rows } = await client.query<{ next: string }>(
    'select pg_snapshot_xmax(pg_current_snapshot())::text as next',
  );
  const values = [rows[0]?.next];
  while (!signal.aborted) {
    if ((await client.query(STILL_SEEN, values)).rowCount === 0) return true;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
};

/** Rewrites in the background what is marked in one schema. */
export class TableRewrites {
  readonly #options: TableRewritesOptions;
  readonly #stop = new AbortController();
  #isWanted = false;
  #running: Promise<void> | undefined;

  constructor(options: TableRewritesOptions) {
    this.#options = options;
  }

  /** Requests that come while one is under way are answered together. */
  request(): void {
    this.#isWanted = true;
    this.#running ??= this.#run();
  }

  /** After the rewrite in hand; what is left keeps its mark. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#isWanted && !signal.aborted) {
      this.#isWanted = false;
      const isDone = await this.#rewrite().catch((error: unknown) => {
        if (!isTransient(error)) {
          this.#options.logger.warn(
            { error: reasonOf(error) },
            'Erased rows are not out of their files yet.',
          );
        }
        return false;
      });
      if (isDone) continue;
      this.#isWanted = true;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#running = undefined;
  }

  async #rewrite(): Promise<boolean> {
    const { connection, schema } = this.#options;
    const client = newClient({
      ...connection,
      application_name: 'ledgerline-rewrites',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    try {
      await client.connect();
      return await rewriteMarked(client, schema, this.#stop.signal);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
