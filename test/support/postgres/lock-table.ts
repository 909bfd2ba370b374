import pg from 'pg';
import { until } from './until.js';

export interface LockedTable {
  /** Until somebody waits for it. */
  awaited(): Promise<void>;
  /** Lets who waits go on. */
  release(): Promise<void>;
}

/** Takes a table for itself alone: who reads or writes it waits. */
export const lockTable = async (connectionString: string, table: string): Promise<LockedTable> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`begin; lock table ${table}`);
  return {
    async awaited() {
      await until(`somebody waits for ${table}`, async () => {
        const waiting = 'select from pg_locks where relation = $1::regclass and not granted';
        return (await client.query(waiting, [table])).rowCount === 1;
      });
    },
    async release() {
      await client.query('commit');
      await client.end();
    },
  };
};
