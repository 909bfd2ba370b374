import type pg from 'pg';
import { newPool } from './connections.js';

export interface SmallPoolOptions {
  /** Postgres shows the connections as `ledgerline-<purpose>`. */
  readonly purpose: string;
  readonly max: number;
  /**
   * A query that takes longer fails, and its connection is given up; so does one that waits longer for a connection: behind
   * a slow query that is still allowed it must not be refused.
   */
  readonly queryTimeoutMs: number;
}

/** A few connections for one purpose, so that it neither waits for others nor keeps them waiting. Connects to nothing yet. */
export const smallPool = (
  connection: pg.ClientConfig,
  { purpose, max, queryTimeoutMs }: SmallPoolOptions,
): pg.Pool =>
  newPool({
    ...connection,
    application_name: `ledgerline-${purpose}`,
    max,
    connectionTimeoutMillis: queryTimeoutMs,
    query_timeout: queryTimeoutMs,
  });
